"""Convert the messages of a file: what it was must be valid, where it goes is decided, what comes out is checked.

Results are written into a folder that the caller hands in and throws away where the conversion was refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.core.limits import Limits
from wissel.engine.conversion import relay as relays
from wissel.engine.conversion.customer import CustomerConversion
from wissel.engine.conversion.run import FINDINGS_MAX, Record, Result, Run, Wish
from wissel.engine.conversion.version import convert_to_version
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Category
from wissel.message.business_message import BusinessMessage, read_messages
from wissel.routing.funds import FundsInMemory
from wissel.validation.report import MessageReport, Report, Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

ORDER, PAYMENT = "pain.001", "pacs.008"
_LISTED = (20, 1_000, 1_000_000)
FIRST_PAYMENT_VERSION = "pacs.008.001.08"
FIRST_ORDER_VERSION = "pain.001.001.03"


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of one file."""

    file: str
    results: tuple[Result, ...]
    reports: tuple[Report, ...]
    """Why it was refused, as validation reports; with ``partial`` also what was left out. Empty where all is well."""
    refused: bool
    losses: Mapping[Category, int]
    converted: int = 0
    """Transactions of the original that are in the results."""
    left_out: int = 0


def convert(
    source: Source,
    wish: Wish,
    catalog: Catalog,
    folder: Path,
    name: str,
    record: Record,
    funds: FundsInMemory | None = None,
) -> Converted:
    """Convert one file; its results are written into ``folder`` under names that begin with ``name``. ``funds`` are
    shared by the files of a call: what one of them takes from an account, the next cannot take again.

    Raises UsageError where the call is wrong, InstallationError where a file cannot be written. A bad message is
    refused with reports.
    """
    given = validate(source, Options(as_of=wish.at.date(), guideline=wish.accepts), catalog)
    if not given.valid:
        return Converted(source.name, (), (_wrong(given),), True, {})
    run = Run(wish, catalog, source, given.sha256 or "", folder, name, record, funds or funds_of(wish))
    messages = read_messages(source).messages
    identifiers = Identifiers(run.digest, wish.moment)
    for number, message in enumerate(messages, 1):
        _message(run, message, identifiers, number)
    left_out = run.counts["left out"]
    refused = bool(run.findings) and not (wish.partial and run.results and not run.counts["fatal"])
    reports = [_report(given, run)] if run.findings else []
    if not refused:
        checked = [report for result in run.results if (report := _checked(result, run)) is not None]
        refused = bool(checked)
        reports += checked
    return Converted(
        file=source.name,
        results=() if refused else tuple(sorted(run.results, key=lambda one: (len(one.path.name), one.path.name))),
        reports=tuple(reports),
        refused=refused,
        losses=dict(run.losses),
        converted=run.counts["converted"],
        left_out=left_out,
    )


def funds_of(wish: Wish) -> FundsInMemory:
    """What the accounts of the bank can pay before the first payment."""
    return FundsInMemory(wish.bank.accounts if wish.bank is not None else {})


def _message(run: Run, message: BusinessMessage, identifiers: Identifiers, number: int) -> None:
    wanted, given, bank = run.wish.definition, message.definition or "", run.wish.bank
    if bank is not None and given == wanted and family_of(given) in relays.FAMILIES:
        relays.pass_on(run, message, bank, number)
    elif given and family_of(given) == family_of(wanted):
        convert_to_version(run, message)
    elif _is_order(given) and family_of(wanted) == PAYMENT and wanted >= FIRST_PAYMENT_VERSION:
        CustomerConversion(run, message, identifiers).convert()
    else:
        run.find(_unknown_way(given, wanted))


def _is_order(definition: str) -> bool:
    return family_of(definition) == ORDER and definition >= FIRST_ORDER_VERSION


def _unknown_way(given: str, wanted: str) -> Finding:
    if not given:
        return finding("MESSAGE-NOT-ONE", "The file holds no message that could be converted.")
    family = family_of(given)
    ways = f"another version of {family}"
    if _is_order(given):
        ways += f", or {PAYMENT} from {FIRST_PAYMENT_VERSION} on"
    message = f"There is no way from {given} to {wanted}; {given} can become {ways}."
    return finding("CONVERSION-NOT-KNOWN", message, path="/Document", value=given)


def _report(given: Report, run: Run) -> Report:
    """The report of a file that was valid, with what kept it or some of its transactions from being converted."""
    beyond = run.counts["findings"] - len(run.findings)
    more: tuple[Finding, ...] = ()
    if beyond:
        message = f"{beyond:,} more findings are not listed; the limit is {FINDINGS_MAX:,} per file."
        more = (finding("FINDINGS-CAPPED", message, allowed=f"at most {FINDINGS_MAX:,} findings"),)
    first = given.messages[0]
    told: MessageReport = replace(first, verdict=Verdict.INVALID, findings=tuple(run.findings))
    return replace(given, verdict=Verdict.INVALID, findings=more, messages=(told,))


def _checked(result: Result, run: Run) -> Report | None:
    """The report of a result that is not valid, with its errors; None for one that is. To list many warnings of a
    result that is given out would be work for nothing: more are listed only where errors might stand behind them."""
    for findings_max in _LISTED:
        limits = Limits(findings_max=findings_max)
        options = Options(as_of=run.wish.at.date(), guideline=run.guidelines[result.path], limits=limits)
        report = validate(Source.from_path(str(result.path)), options, run.catalog)
        if report.valid:
            return None
        if _errors(report.all_findings):
            break
    wrong = _wrong(report)
    found = run.positions.get(result.path, ())
    messages = tuple(
        replace(one, findings=tuple(_placed(each, found) for each in one.findings)) for one in wrong.messages
    )
    return replace(wrong, messages=messages, file=f"{run.source.name} as {result.path.name}")


def _placed(found: Finding, positions: Sequence[int]) -> Finding:
    """A finding in a result, with the transaction of the input that it is about: the result is not given out."""
    number = found.transaction
    if number is None or not 0 < number <= len(positions):
        return found
    return replace(found, message=f"{found.message} It is transaction {positions[number - 1]:,} of the input.")


def _wrong(report: Report) -> Report:
    """A report of what is not valid with its errors alone, where it lists any: warnings have refused nothing."""
    if not _errors(report.all_findings):
        return report
    messages = tuple(replace(message, findings=_errors(message.findings)) for message in report.messages)
    return replace(report, messages=messages)


def _errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.severity is Severity.ERROR)
