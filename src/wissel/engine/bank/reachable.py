"""Whether a definition that a configuration names can be reached by any mapping: as what a channel sends, or as what a
network wants."""

from collections.abc import Mapping

from wissel.catalog.naming import family_of

_PAYMENTS = ("pacs.008", "pacs.009")


def unwritable(definition: str) -> str | None:
    """Why no mapping writes a definition that a network wants; None where one does, or where it is not a payment."""
    from wissel.engine.conversion.convert import FIRST_PAYMENT_VERSION, PAYMENT

    if family_of(definition) == PAYMENT and definition < FIRST_PAYMENT_VERSION:
        return f"no mapping leads to {definition}; {PAYMENT} is written from {FIRST_PAYMENT_VERSION} on"
    return None


def unreadable(definition: str) -> str | None:
    """Why nothing can be made of a definition that a channel sends; None where something can."""
    from wissel.engine.conversion.convert import FIRST_ORDER_VERSION, ORDER

    if family_of(definition) == ORDER and definition < FIRST_ORDER_VERSION:
        return f"no mapping leads from {definition} to a payment; {ORDER} is read from {FIRST_ORDER_VERSION} on"
    return None


def carries_nothing(definitions: Mapping[str, str]) -> bool:
    """Whether a network has no message that a payment could be sent with, by its definitions by family."""
    return not any(family in definitions for family in _PAYMENTS)
