"""An agent: a bank as a message or the bank's configuration names it."""

from typing import NamedTuple


class Agent(NamedTuple):
    """A financial institution by whatever identifies it; None for what is not known."""

    bic: str | None = None
    clearing_system: str | None = None
    """Of the member id: ``USABA`` (ExternalClearingSystemIdentification1Code)."""
    member_id: str | None = None
    lei: str | None = None
    name: str | None = None
    country: str | None = None
    """ISO 3166 code, as given or as in the BIC."""

    def __str__(self) -> str:
        if self.bic:
            return self.bic
        if self.member_id:
            return f"{self.clearing_system} {self.member_id}" if self.clearing_system else self.member_id
        return self.lei or self.name or "an agent that nothing identifies"

    @property
    def identified(self) -> bool:
        """True where something other than a name says which institution it is."""
        return bool(self.bic or self.member_id or self.lei)


def same_institution(one: Agent, other: Agent) -> bool:
    """Whether two agents are one institution, branches included, as far as what both name can say: the first eight
    characters of the BIC, else the member id, else the LEI."""
    if one.bic and other.bic:
        return one.bic[:8] == other.bic[:8]
    if one.member_id and other.member_id and one.clearing_system == other.clearing_system:
        return one.member_id == other.member_id
    return bool(one.lei and one.lei == other.lei)
