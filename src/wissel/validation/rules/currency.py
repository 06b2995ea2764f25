"""Currency codes by their type."""

from wissel.core.identifiers.currency import check_currency
from wissel.validation.rule import Flaw, Rule, value_rule
from wissel.validation.rules.identifiers import told

_ACTIVE = ("ActiveCurrencyCode",)
_ANY = ("ActiveCurrencyCode", "ActiveOrHistoricCurrencyCode", "CurrencyCode")


@value_rule("CURRENCY-UNKNOWN", _ANY, source="ISO 4217, secondary source", screen=check_currency, reason="AM11")
def currency_unknown(text: str) -> Flaw | None:
    """A currency is given by its code of ISO 4217.

    An amount in an unknown currency cannot be booked.
    """
    flaw = check_currency(text, historic_allowed=True)
    return told(flaw)


@value_rule("CURRENCY-WITHDRAWN", _ACTIVE, source="ISO 4217, secondary source", screen=check_currency, reason="AM11")
def currency_withdrawn(text: str) -> Flaw | None:
    """What is settled between banks today is not in a currency that was withdrawn.

    Instructed amounts and statements may still name one; accounts in it no longer exist.
    """
    return told(check_currency(text), "historic")


RULES: tuple[Rule, ...] = (currency_unknown, currency_withdrawn)
