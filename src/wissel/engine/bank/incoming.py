"""``[incoming]`` of ``wissel.toml``: how messages of other banks are dealt with where the bank may choose."""

from wissel.core.identifiers.currency import check_currency
from wissel.engine.bank.accounts import Accounts
from wissel.engine.bank.section import Section, explained, quoted
from wissel.routing.bank import AccountKind, Incoming, Recall

WAIT, CREDIT = "wait", "credit"
RECEIPT, SILENCE = "receipt", "silence"


def read_incoming(top: Section, accounts: Accounts) -> Incoming:
    """The choices; the defaults where the table is absent."""
    section = top.table("incoming")
    section.only(("recall", "cover", "return_report", "suspense", "refused_request"))
    recall = section.choice("recall", [one.value for one in Recall], Recall.PENDING.value)
    return Incoming(
        recall=Recall(recall or Recall.PENDING),
        wait_for_cover=section.choice("cover", (WAIT, CREDIT), WAIT) == WAIT,
        return_report=section.flag("return_report"),
        suspense=_suspense(section.table("suspense"), accounts),
        request_receipt=section.choice("refused_request", (RECEIPT, SILENCE), RECEIPT) == RECEIPT,
    )


def _suspense(section: Section, accounts: Accounts) -> dict[str, str]:
    found = {}
    for currency in section.values:
        name = section.text(currency)
        if (flaw := check_currency(currency)) is not None:
            section.fault(f"{quoted(currency)} is no currency: {explained(flaw)}", currency)
        elif name is not None and accounts.missing(name):
            section.fault(f"{currency}: accounts.csv has no account {quoted(name)}", currency)
        elif name is not None and (account := accounts.get(name)) is not None:
            if account.kind is not AccountKind.INTERNAL:
                section.fault(
                    f"{currency}: {name} is of kind {account.kind.value}; here one of kind internal stands", currency
                )
            elif account.currency != currency:
                section.fault(f"{currency}: {name} is in {account.currency}", currency)
            else:
                found[currency] = name
    return found
