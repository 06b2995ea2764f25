"""``[duplicates]`` of ``wissel.toml``: by what a payment is known to have come before, and what is done then."""

from wissel.engine.bank.section import Section, meant, quoted
from wissel.routing.bank import Duplicates, OnDuplicate

FIELDS = (
    "debtor_account", "creditor_account", "creditor_name", "creditor_agent", "amount", "currency", "requested_date",
    "end_to_end_id", "instruction_id", "uetr", "purpose", "remittance",
)  # fmt: skip
"""What may be compared: values of an order, by the names of :class:`wissel.routing.order.Order`, and its remittance."""
_DAYS_MAX = 3_660


def read_duplicates(top: Section) -> Duplicates:
    """The choices; the defaults where the table, or a key of it, is absent."""
    section, given = top.table("duplicates"), Duplicates()
    section.only(("fields", "window_days", "action"))
    fields = section.texts("fields") or given.fields
    for name in fields:
        if name not in FIELDS:
            section.fault(f"fields: there is no field {quoted(name)}{meant(name, FIELDS)}", "fields")
    action = section.choice("action", [one.value for one in OnDuplicate], given.action.value)
    return Duplicates(
        fields, section.number("window_days", given.window_days, 1, _DAYS_MAX), OnDuplicate(action or given.action)
    )
