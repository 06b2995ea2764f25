"""What ``wissel explain`` says of finding codes: those of reading and schema, and those of the rules."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wissel.cli.render.layout import Layout
    from wissel.core.codes import Code
    from wissel.validation.known_rules import KnownRule, Versions

REASON_SET = "ExternalStatusReason1Code"
_COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
_STAGES = {
    "read": "reading the file",
    "schema": "checking the schema",
    "rule": "checking the rules",
    "guideline": "checking the guideline",
    "signature": "verifying the signature",
    "routing": "deciding which way a payment goes",
    "mapping": "turning a message into another",
    "reply": "answering a message",
    "ledger": "keeping the books",
    "engine": "carrying a message through",
}


def known_codes() -> tuple[str, ...]:
    """All codes that there are: of reading and schema, then of the rules."""
    from wissel.core.codes import catalogue
    from wissel.validation.known_rules import known_rules

    return (*catalogue(), *(code for code in known_rules() if code not in catalogue()))


def explained(name: str, form: str, layout: "Layout") -> str | None:
    """The text on a code, in the form ``text`` or ``json``; None where there is no such code."""
    from wissel.core.codes import catalogue

    code = catalogue().get(name)
    if code is not None:
        return _json(_code_as_dict(code)) if form == "json" else _code(code, layout)
    if not set(name).isdisjoint("./"):
        return None  # a message definition: no guideline has to be read for it
    from wissel.validation.known_rules import known_rules

    rule = known_rules().get(name)
    if rule is None:
        return None
    return _json(rule_as_dict(rule)) if form == "json" else _rule(rule, layout)


def _code_as_dict(code: "Code") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(code)


def _code(code: "Code", layout: "Layout") -> str:
    pairs = (("why", code.why), ("mend", code.mend), ("reply with", _reason(code.reason)), ("source", code.source))
    return "\n".join(_page(code.code, code.severity, f"found when {_STAGES[code.stage]}", code.title, pairs, layout))


def _page(
    code: str, severity: str, kind: str, title: str, pairs: "tuple[tuple[str, str], ...]", layout: "Layout"
) -> Iterator[str]:
    from wissel.cli.render.layout import labelled, wrapped

    yield f"{layout.style(code, bold=True)}  {layout.style(severity, _COLORS[severity])}, {kind}"
    yield ""
    yield wrapped(title, layout, 0)
    yield ""
    yield from labelled(pairs, layout)


def reason_name(code: str) -> str | None:
    """ISO's short name of a status reason code, such as ``IncorrectAccountNumber``; None where it is not known."""
    from wissel.catalog.code_sets import code_set

    reasons = code_set(REASON_SET)
    found = reasons.codes.get(code) if reasons is not None else None
    return (found.name or None) if found is not None else None


def _reason(code: str | None) -> str:
    if code is None:
        return ""
    name = reason_name(code)
    return f"{code}{f' {name}' if name else ''} (ISO external status reason code)"


def _rule(rule: "KnownRule", layout: "Layout") -> str:
    from wissel.validation.example import examples
    from wissel.validation.known_rules import weight

    facts = rule.facts
    stage = "rule" if not rule.applied or rule.applied[0].guideline == "iso" else "guideline"
    pairs = (
        ("why", facts.why),
        ("messages", _messages(rule)),
        ("guidelines", _guidelines(rule)),
        ("in force", _dates(rule)),
        ("reply with", _reason(facts.reason)),
        ("source", f"{facts.source} (confidence {facts.confidence})"),
    )
    lines = list(_page(facts.code, weight(facts), f"found when {_STAGES[stage]}", facts.title, pairs, layout))
    if (example := examples().get(facts.code)) is not None:
        under = f" under {example.guideline}" if example.guideline != "iso" else ""
        said = f" in {example.on.removeprefix('generated:')}{under}"
        lines += _example("breaks it" + said, example.fails, layout, "red")
        lines += _example("keeps it" + said, example.passes, layout, "green")
    return "\n".join(lines)


def _example(title: str, shown: tuple[str, ...], layout: "Layout", color: str) -> Iterator[str]:
    from wissel.cli.render.layout import wrapped

    yield ""
    yield layout.style(title, color)
    for line in shown or ("the message as it is",):
        yield "  " + wrapped(line, layout, 4)


def _messages(rule: "KnownRule") -> str:
    """The families, those together for which the same versions are known; ``all`` for a rule that is for any."""
    if not rule.facts.families or "*" in rule.facts.families:
        return "all"
    alike: dict[str, list[str]] = {}
    for family in sorted(rule.facts.families):
        known = [_versions(one) for one in rule.versions if one.family == family]
        alike.setdefault(known[0] if known else "", []).append(family)
    return "; ".join(f"{', '.join(families)}{known}" for known, families in alike.items())


def _versions(one: "Versions") -> str:
    outside = "not judged" if one.outside is None else one.outside.value
    if one.last < one.first:
        return f" (always {outside})"
    span = f"version {one.first:02}" if one.first == one.last else f"versions {one.first:02} to {one.last:02}"
    return f" ({span}; others {outside})"


def _guidelines(rule: "KnownRule") -> str:
    from wissel.validation.guideline import names

    if not rule.applied:
        return "none of its own accord; a guideline of yours may enable it"
    by_weight: dict[str, list[str]] = {}
    for one in rule.applied:
        by_weight.setdefault(one.severity.value, []).append(one.guideline)
    if len(rule.applied) == len(names()) > 1 and len(by_weight) == 1:
        return f"iso and all that build on it ({rule.applied[0].severity})"
    return "; ".join(f"{', '.join(which)} ({severity})" for severity, which in by_weight.items())


def _dates(rule: "KnownRule") -> str:
    facts = rule.facts
    begin = f"from {facts.effective_from}" if facts.effective_from else ""
    end = f"to {facts.effective_to}" if facts.effective_to else ""
    return f"{begin} {end}".strip()


def rule_as_dict(rule: "KnownRule") -> dict[str, Any]:
    """A rule for a program: what is absent is None or empty, never missing."""
    from wissel.validation.example import examples
    from wissel.validation.known_rules import weight

    facts = rule.facts
    example = examples().get(facts.code)
    return {
        "code": facts.code,
        "stage": "rule" if not rule.applied or rule.applied[0].guideline == "iso" else "guideline",
        "severity": weight(facts).value,
        "title": facts.title,
        "why": facts.why,
        "source": facts.source,
        "confidence": facts.confidence,
        "reason": facts.reason,
        "reason_name": reason_name(facts.reason) if facts.reason else None,
        "messages": sorted(set(facts.families) - {"*"}),
        "versions": [
            {"message": one.family, "first": one.first, "last": one.last, "outside": one.outside}
            for one in rule.versions
        ],
        "guidelines": {one.guideline: one.severity.value for one in rule.applied},
        "effective_from": facts.effective_from.isoformat() if facts.effective_from else None,
        "effective_to": facts.effective_to.isoformat() if facts.effective_to else None,
        "example": None
        if example is None
        else {
            "on": example.on,
            "guideline": example.guideline,
            "at": example.at,
            "fails": list(example.fails),
            "passes": list(example.passes),
        },
    }


def listed(guideline: str | None, form: str, layout: "Layout") -> str:
    """All codes with what each requires; of one guideline where it is named. Raises UsageError for an unknown one."""
    rows = _rows(guideline)
    if form == "json":
        return _json([{"code": code, "severity": weight, "title": title} for code, weight, title in rows])
    from wissel.cli.render.layout import wrapped

    wide = max((len(code) for code, _, _ in rows), default=0) + 2
    return "\n".join(
        f"{layout.style(f'{code:{wide}}', bold=True)}{layout.style(f'{weight:9}', _COLORS[weight])}"
        f"{wrapped(title, layout, wide + 9)}"
        for code, weight, title in rows
    )


def _rows(guideline: str | None) -> list[tuple[str, str, str]]:
    from wissel.core.codes import catalogue
    from wissel.validation.guideline import load
    from wissel.validation.known_rules import known_rules, weight
    from wissel.validation.names import SCHEMA

    own = [(code.code, code.severity.value, code.title) for code in catalogue().values()]
    if guideline is None:
        facts = [rule.facts for rule in known_rules().values()]
        return own + [(one.code, weight(one).value, one.title) for one in facts]
    if guideline == SCHEMA:
        return own
    every = sorted(load(guideline).facts(), key=lambda one: one.code)
    return [(one.code, weight(one).value, one.title) for one in every]


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)
