"""What can be found out of a file alone: what it holds, whether that is valid, and who signed it.

Nothing here asks the database, so files can be prepared in several processes.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, cast

from wissel.catalog.definitions import Catalog
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.orders.warehouse import order_of
from wissel.signature.result import VerificationResult
from wissel.validation.report import Report
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Scratch, Source, expand
from wissel.xml.sources.stored import printable


@dataclass(frozen=True, slots=True)
class Rules:
    """By what the files of one channel are judged."""

    guideline: str
    profiles: frozenset[str] = frozenset()
    """Signature profiles of which one has to be kept; none where unsigned messages are taken."""
    trust: Path | None = None
    """The folder that says whose signatures are trusted."""
    sender: str | None = None
    """Who stands behind the channel, for messages that name no sender."""
    waited: bool = False
    """Whether the file comes from the warehouse: an order that was judged before, behind a line of ours."""
    instruction: bool = False
    """Whether the file is an instruction of the bank's own people: no message, and nothing to be found out of it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file, or one member of an archive, read once."""

    report: Report
    verification: VerificationResult | None = None
    """None where no signature was asked for."""

    @property
    def refused(self) -> Finding | None:
        """Why the signature is not good enough; None where it is, or where none was asked for."""
        one = self.verification
        if one is None or one.verified:
            return None
        return one.findings[-1] if one.findings else finding("SIGNATURE-MISSING", "The message is not signed.")


@dataclass(frozen=True, slots=True)
class Coming:
    """A large file that is still being prepared."""

    rest: Callable[[], tuple[Prepared, ...]]
    """Waits for all that can be found out. Raises what went wrong with that."""


def whole(prepared: tuple[Prepared, ...] | Coming) -> tuple[Prepared, ...]:
    """All that can be found out of a file, waiting for what is not known yet. Raises what went wrong with that."""
    return prepared.rest() if isinstance(prepared, Coming) else prepared


def sources(path: Path, name: str, scratch: Scratch) -> Iterator[Source]:
    """What there is to read in a file: itself, or the members of the archive that it is, in order.

    They are called after ``name``, whatever the file is called where it stands now.
    """
    for source in expand([path], scratch=scratch):
        if isinstance(source, Source):
            yield replace(source, name=name + source.name.removeprefix(printable(str(path))))


def prepare(path: Path, name: str, rules: Rules, at: datetime, catalog: Catalog) -> tuple[Prepared, ...]:
    """Validate what a file holds and verify signatures, where they are asked for, as of the moment it was received.

    Whatever is wrong with the file is in the result. Raises InstallationError for a trust folder or schema that cannot
    be used.
    """
    if rules.instruction:
        return ()
    if rules.waited:
        with TemporaryDirectory() as folder:
            return prepare(order_of(path, Path(folder)), name, replace(rules, waited=False), at, catalog)
    with Scratch() as scratch:
        return tuple(_prepared(source, path, name, rules, at, catalog) for source in sources(path, name, scratch))


def _prepared(source: Source, path: Path, name: str, rules: Rules, at: datetime, catalog: Catalog) -> Prepared:
    report = validate(source, Options(at.date(), rules.guideline), catalog)
    return Prepared(report, _verified(source, path, name, rules, at) if rules.profiles else None)


def _verified(source: Source, path: Path, name: str, rules: Rules, at: datetime) -> VerificationResult:
    from wissel.signature.stream import WHOLE_BYTES_MAX, spooled, verify_file, verify_stream
    from wissel.signature.trust import TrustStore
    from wissel.signature.verify import VerifyOptions, verify

    trust = TrustStore.open(rules.trust or Path())
    profile = next(iter(rules.profiles)) if len(rules.profiles) == 1 else None
    options = VerifyOptions(at, profile, channel=rules.sender)
    if source.name == name:
        return verify_file(str(path), trust, options)
    with closing(source.open()) as stream, spooled(stream) as copy:
        data = copy.read(WHOLE_BYTES_MAX + 1)
        if len(data) <= WHOLE_BYTES_MAX:
            return verify(data, trust, options)
        copy.seek(0)
        return verify_stream(cast(BinaryIO, copy), trust, options)
