"""RULES.md: a table of all rules, guideline by guideline. Built from the rules; ``make write`` writes it anew."""

from collections.abc import Iterator

from wissel.validation.guideline import Guideline, load
from wissel.validation.known_rules import guidelines, weight
from wissel.validation.rule import RuleFacts

_HEAD = """\
# Rules

What wissel asks of a message beyond its schema, by usage guideline. Built by `make write` from the rules themselves;
do not edit. `wissel explain CODE` says why a rule is there and shows what breaks it.

*Messages*: the families it is for; empty for all. *Severity*: in the versions for which the rule is well known; in
others it may weigh less. *Reason*: the ISO reason code that a reply would carry. *Source*: of high confidence where
nothing else is said. A rule whose source is not well founded warns and never rejects.
"""


def rules_page() -> str:
    """The text of RULES.md."""
    return "\n".join([_HEAD, *(line for guideline in guidelines() for line in _section(guideline))])


def _section(guideline: Guideline) -> Iterator[str]:
    every = sorted(guideline.facts(), key=lambda facts: facts.code)
    parent = guideline.chain[1] if len(guideline.chain) > 1 else None
    yield f"## {guideline.name}: {guideline.title}\n"
    about = [f"Edition {guideline.edition}" if guideline.edition else "", f"coverage {guideline.coverage}"]
    about += [f"in force from {guideline.effective_from}" if guideline.effective_from else ""]
    about += [f"until {guideline.effective_to}" if guideline.effective_to else ""]
    yield ", ".join(part for part in about if part) + f". {_count(len(every))} in all. Source: {guideline.source}.\n"
    if parent is None:
        yield from _table(every)
        return
    inherited = {facts.code: facts for facts in load(parent).facts()}
    own = [facts for facts in every if inherited.get(facts.code) != facts]
    lifted = sorted(set(inherited) - {facts.code for facts in every})
    yield f"As `{parent}`, and {_count(len(own))} added or changed{':' if own else '.'}\n"
    if own:
        yield from _table(own)
    if lifted:
        yield f"Taken away: {', '.join(f'`{code}`' for code in lifted)}.\n"


def _count(number: int) -> str:
    return f"{number} rule" if number == 1 else f"{number} rules"


def _table(every: list[RuleFacts]) -> Iterator[str]:
    yield "| Code | Requirement | Messages | Severity | Reason | Source |"
    yield "|---|---|---|---|---|---|"
    for facts in every:
        cells = [
            f"`{facts.code}`",
            facts.title,
            ", ".join(sorted(facts.families)) if "*" not in facts.families else "",
            _severity(facts),
            facts.reason or "",
            facts.source + ("" if facts.confidence == "high" else f" (confidence {facts.confidence})"),
        ]
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
    yield ""


def _severity(facts: RuleFacts) -> str:
    dates = f" from {facts.effective_from}" if facts.effective_from else ""
    dates += f" to {facts.effective_to}" if facts.effective_to else ""
    return f"{weight(facts)}{dates}"
