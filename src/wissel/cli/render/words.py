"""The words that every report for people uses, so that text, JUnit and HTML say the same."""

from wissel.cli.render.tally import plural
from wissel.core.errors import WisselError
from wissel.core.finding import Finding, Stage
from wissel.validation.report import MessageReport, Verdict


def what_message(message: MessageReport) -> str:
    """What a message is: its definition, header, envelope and number of transactions."""
    what = message.definition or "no definition"
    if message.header:
        what += f" with {message.header}"
    if message.envelope:
        what += f" in {message.envelope}"
    return f"{what}, {plural(message.transactions, 'transaction')}"


def what_checked(message: MessageReport) -> str:
    """What the verdict rests on: silence about it would look like success."""
    schema = "schema checked" if message.schema == "checked" else "no schema at hand, so not checked"
    rules = plural(message.rules, "rule")
    coverage = _coverage(message)
    if coverage is None:
        return f"{schema}, guideline {message.guideline}, {rules}"
    if message.verdict is Verdict.VALID:
        return f"{schema}, guideline {message.guideline}, no fault found by {rules} ({coverage} coverage)"
    return f"{schema}, guideline {message.guideline}, {rules} ({coverage} coverage)"


def _coverage(message: MessageReport) -> str | None:
    """How much of its network a guideline knows, where it does not know all: nothing wrong is not accepted."""
    if not message.rules:
        return None
    from wissel.validation.guideline import load

    try:
        coverage = load(message.guideline).coverage
    except WisselError:  # a guideline by a name of its own, or whose file is gone
        return None
    return None if coverage == "full" else coverage


def place(finding: Finding) -> str:
    """Line and column as compilers write them: ``12:9``, ``12``, or empty where the place is not known."""
    if finding.line is None:
        return ""
    return f"{finding.line}:{finding.column}" if finding.column else str(finding.line)


def notes(finding: Finding) -> list[tuple[str, str]]:
    """Label and text of what else there is to say of a finding."""
    reason = f"{finding.reason} (for a status report)" if finding.reason else None
    # who asks for it is worth a line where it is not the schema, of which the report speaks already
    source = finding.source if finding.stage in (Stage.RULE, Stage.GUIDELINE) else None
    named = (("allowed", finding.allowed), ("hint", finding.hint), ("reason", reason), ("source", source))
    return [(label, text) for label, text in named if text]
