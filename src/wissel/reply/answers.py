"""Which answers there are to which message: data in ``answers.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of, is_national
from wissel.core.codes import finding
from wissel.core.finding import Finding

UNREADABLE = "unreadable"
RECEIPT = "admi.002"
_NEEDS = {
    "id": "an identifier of the message",
    "reason": "a reason: --reason CODE",
    "order": "the customer's order: --original FILE",
    "last": "the last report on it (--last FILE), or --status",
    "original": "the payment itself (--original FILE), unless the recall tells how it was settled",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One kind of answer to one kind of message."""

    received: str
    """Family, ``pacs.008``."""
    family: str
    """Of the answer."""
    why: str
    written: bool = True
    """False for one that exists and that is not written here."""
    versions_from: int = 1
    needs: tuple[str, ...] = ()

    @property
    def needed(self) -> str:
        """What has to be known, in words."""
        return "; ".join(_NEEDS[one] for one in self.needs)


@cache
def answers() -> tuple[Answer, ...]:
    """All of them, in the order of the table."""
    text = resources.files("wissel.reply").joinpath("answers.toml").read_text(encoding="utf-8")
    return tuple(
        Answer(
            received,
            row["answer"],
            row["why"],
            row.get("writes", True),
            row.get("versions_from", 1),
            tuple(row.get("needs", ())),
        )
        for row in tomllib.loads(text)["answer"]
        for received in row["received"]
    )


def answers_to(definition: str) -> tuple[Answer, ...]:
    """The answers to a message."""
    return tuple(one for one in answers() if one.received == family_of(definition))


def versions(answer: Answer, catalog: Catalog) -> tuple[str, ...]:
    """The definitions in which an answer can be written."""
    return tuple(one for one in catalog.versions(answer.family) if _is_written(answer, one))


def _is_written(answer: Answer, definition: str) -> bool:
    return not is_national(definition) and int(definition.split(".")[3]) >= answer.versions_from


def check_answer(received: str, wanted: str, catalog: Catalog) -> Finding | None:
    """The finding for a definition that is no answer to a message, or none that is written here."""
    found = next((one for one in answers_to(received) if one.family == family_of(wanted)), None)
    possible = ", ".join(one.family for one in answers_to(received) if one.written) or "none"
    if found is None:
        message = f"A {received} is not answered by a {wanted}."
        return finding("REPLY-NOT-POSSIBLE", message, value=wanted, allowed=possible)
    if not found.written:
        message = f"wissel writes no {found.family} in answer to a {received}: {found.why}."
        return finding("REPLY-NOT-POSSIBLE", message, value=wanted, allowed=possible)
    if catalog.find(wanted) is None or not _is_written(found, wanted):
        known = versions(found, catalog)
        message = f"The answer to a {received} is not written as {wanted}."
        return finding("REPLY-NOT-POSSIBLE", message, value=wanted, allowed=", ".join(known))
    return None
