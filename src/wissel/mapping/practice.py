"""How a network lays out a message where the standard leaves a choice; data in ``data/practices.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Practice:
    """The layout that goes with a usage guideline."""

    agents: str = "group"
    """Where InstgAgt and InstdAgt stand: ``group`` (header) or ``transaction``."""
    date: str = "group"
    """Likewise IntrBkSttlmDt."""
    total: bool = True
    """Whether the group header states the total settlement amount."""
    acceptance_time: bool = False
    """Whether a transaction states when the order was accepted (AccptncDtTm)."""
    not_carried: tuple[str, ...] = ()
    """Elements of a transaction that the network does not carry."""


@cache
def _practices() -> dict[str, Practice]:
    with resources.files("wissel.mapping").joinpath("data/practices.toml").open("rb") as file:
        rows = tomllib.load(file)
    return {
        name: Practice(
            agents=row.get("agents", "group"),
            date=row.get("date", "group"),
            total=row.get("total", True),
            acceptance_time=row.get("acceptance_time", False),
            not_carried=tuple(row.get("not_carried", ())),
        )
        for name, row in rows.items()
        if name not in ("source", "confidence")
    }


def practice_of(guideline: str) -> Practice:
    """The practice of a guideline; the standard's own for one that is not listed."""
    return _practices().get(guideline, Practice())
