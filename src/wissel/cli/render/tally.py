"""What a run of reports adds up to."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from wissel.core.finding import Severity
from wissel.validation.report import Report, Verdict

if TYPE_CHECKING:
    from wissel.xml.sources.source import Skipped


class Tally:
    """Counts of all that has passed through :meth:`counted`; nothing of the reports is kept."""

    def __init__(self) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        """Files by verdict."""
        self.skipped = 0
        self.messages = 0
        self.transactions = 0
        self.severities: Counter[Severity] = Counter()
        self.codes: Counter[str] = Counter()

    @property
    def files(self) -> int:
        """Files that were reported."""
        return self.verdicts.total()

    @property
    def findings(self) -> int:
        """Findings of every severity."""
        return self.severities.total()

    def counted(self, items: "Iterable[Report | Skipped]") -> Iterator[Report]:
        """The reports among ``items``, each added to the counts; what was skipped is only counted."""
        for item in items:
            if not isinstance(item, Report):
                self.skipped += 1
                continue
            self.verdicts[item.verdict] += 1
            self.messages += len(item.messages)
            self.transactions += sum(message.transactions for message in item.messages)
            for finding in item.all_findings:
                self.severities[finding.severity] += 1
                self.codes[finding.code] += 1
            yield item

    def as_dict(self) -> dict[str, Any]:
        """The ``summary`` of the JSON contract; every verdict and severity is named, codes by name."""
        return {
            "files": {verdict.value: self.verdicts[verdict] for verdict in Verdict},
            "skipped": self.skipped,
            "messages": self.messages,
            "transactions": self.transactions,
            "findings": {severity.value: self.severities[severity] for severity in Severity},
            "codes": {code: self.codes[code] for code in sorted(self.codes)},
        }


def plural(count: int, noun: str, many: str | None = None) -> str:
    """``1 file``, ``1,204 files``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def summary(tally: Tally) -> str:
    """The tally in one line."""
    verdicts = ", ".join(f"{tally.verdicts[v]:,} {v.value}" for v in Verdict if tally.verdicts[v])
    skipped = f"; {tally.skipped:,} skipped" if tally.skipped else ""
    severities = (("error", Severity.ERROR), ("warning", Severity.WARNING), ("note", Severity.INFO))
    found = ", ".join(plural(tally.severities[s], name) for name, s in severities if tally.severities[s])
    checked = f"{plural(tally.messages, 'message')}, {plural(tally.transactions, 'transaction')}"
    files = f"{plural(tally.files, 'file')}: {verdicts or 'nothing to check'}{skipped}"
    return f"{files} · {checked} · {found or 'no findings'}"
