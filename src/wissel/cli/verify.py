"""``wissel verify``: who signed a message, what the signature covers, and why a bad one is refused."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.core.finding import Finding
    from wissel.signature.inspect import Inspection
    from wissel.signature.result import VerificationResult

_YEAR_MIN, _YEAR_MAX = 1900, 9998
"""Of moments: there are days before and after, in every zone."""
_EXIT_VERIFIED, _EXIT_REFUSED = 0, 1
_MESSAGE_BYTES_MAX = 1024**3


@click.command(
    epilog=console.examples(
        ("wissel verify payment.xml --trust trust/rtgs", "Who signed it, and is that the sender?"),
        ("wissel verify payment.xml --trust trust/pix --profile pix --format json", "For a program."),
        ("wissel verify old.xml --trust trust/rtgs --at 2026-05-01T12:00:00Z", "As it was judged that day."),
        ("wissel verify --inspect payment.xml", "Only look; nothing is verified."),
    )
)
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--trust", type=click.Path(), metavar="DIR", help="The trust folder of the network (wissel trust init).")
@click.option("--profile", metavar="NAME", help="Take this profile only; default: those of the folder's policy.toml.")
@click.option(
    "--at", "moment", metavar="TIME", help="Judge certificates at this time (ISO 8601; UTC where none is said)."
)
@click.option(
    "--document", type=click.Path(), metavar="FILE", help="The file with the Document, where FILE is the header."
)
@click.option("--sender", metavar="ID", help="Who handed the file over, where the message names no sender.")
@click.option("--replay", type=click.Path(), metavar="FILE", help="Refuse the second sight of a message; kept in FILE.")
@click.option("--inspect", "only_look", is_flag=True, help="Show what the signature claims, without any trust.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(
    file: str,
    trust: str | None,
    profile: str | None,
    moment: str | None,
    document: str | None,
    sender: str | None,
    replay: str | None,
    only_look: bool,
    form: str,
) -> int:
    """Verify the signature of a message against a trust folder.

    Only what the folder holds is trusted: never a key in the message, never the system's authorities. The signer
    must be the sender of the message, and the signature must cover what its profile demands.

    \b
    Exit codes: 0 verified, 1 refused, 2 the call was wrong, 3 the installation
    (or the trust folder) is wrong.
    """
    console.require_paths([file])
    beside = None if document is None else read_message(document)
    if only_look:
        if trust or profile or replay:
            raise UsageError("--inspect goes without --trust, --profile and --replay: it verifies nothing")
        from wissel.signature.inspect import inspect

        return _show_inspection(file, inspect(read_message(file), beside), form)
    if trust is None:
        raise UsageError("give the trust folder of the network with --trust DIR; without, nothing can be verified")
    from wissel.core.clock import system_clock
    from wissel.signature.replay import replay_store
    from wissel.signature.trust import TrustStore
    from wissel.signature.verify import VerifyOptions

    options = VerifyOptions(
        at=parsed_moment(moment) if moment else system_clock(),
        profile=profile,
        document=beside,
        channel=sender,
        replay=replay_store(Path(replay)) if replay else None,
    )
    if profile == "file-hmac":
        from wissel.signature.file_hmac import verify_detached
        from wissel.signature.trust import load

        return _show(file, verify_detached(read_message(file), _detached_line(file), load(trust), options), form)
    store = TrustStore.open(trust)
    from wissel.signature.stream import spooled, verify_file, verify_open

    if file == "-":
        # a pipe is read once, and verified from a copy that nobody else can change
        try:
            with open(0, "rb", closefd=False) as source:
                copy = spooled(source)
        except OSError as error:
            raise UsageError(f"standard input cannot be read: {error.strerror}") from None
        with copy:
            return _show(file, verify_open(copy, "standard input", store, options), form)
    return _show(file, verify_file(file, store, options), form)


def read_message(path: str) -> bytes:
    """The bytes of a file or of standard input. Raises UsageError."""
    console.require_paths([path])
    try:
        with open(0 if path == "-" else path, "rb", closefd=path != "-") as stream:
            data = stream.read(_MESSAGE_BYTES_MAX + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > _MESSAGE_BYTES_MAX:
        raise UsageError(f"{path} is larger than {_MESSAGE_BYTES_MAX:,} bytes")
    return data


def parsed_moment(text: str) -> datetime:
    """A moment as ISO 8601 writes it, in UTC where it does not say. Raises UsageError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no time; write it like 2026-05-01T12:00:00Z") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not _YEAR_MIN <= moment.year <= _YEAR_MAX:
        raise UsageError(f"'{text}' is out of reach: a time is of the years {_YEAR_MIN} to {_YEAR_MAX}")
    return moment


def _detached_line(file: str) -> str:
    from wissel.signature.file_hmac import LINE_BYTES_MAX

    path = f"{file}.hmac"
    try:
        with open(path, "rb") as stream:
            return stream.read(LINE_BYTES_MAX).decode("ascii", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _show(file: str, result: "VerificationResult", form: str) -> int:
    code = _EXIT_VERIFIED if result.verified else _EXIT_REFUSED
    if form == "json":
        from dataclasses import asdict

        certificate = None if result.certificate is None else asdict(result.certificate)
        about = {
            "file": file,
            "verdict": "verified" if result.verified else "refused",
            "code": result.code,
            "part": result.part,
            "message": result.message,
            "signer": result.signer,
            "bound": result.bound,
            "certificate": certificate,
            "covered": list(result.covered),
            "profile": result.profile,
            "algorithm": result.algorithm,
            "time": result.time.isoformat(),
            "notes": [{"code": one.code, "message": one.message} for one in _notes(result)],
        }
        _write_json(about)
        return code
    verdict = "verified" if result.verified else "refused"
    lines = [f"{verdict}  {file}" + ("" if result.verified else f"  {result.code}")]
    facts = result.certificate
    rows = [
        ("why", result.message or ""),
        ("part", "" if result.verified else result.part or ""),
        ("signer" if result.verified else "claimed", _signer(result)),
        ("certificate", "" if facts is None else f"{facts.subject}, until {facts.not_after:%Y-%m-%d}"),
        ("bound", "no: the signer is not tied to the sender" if result.verified and not result.bound else ""),
        ("covers", ", ".join(result.covered)),
        ("profile", " ".join(part for part in (result.profile, result.algorithm) if part)),
        ("time", f"{result.time:%Y-%m-%d %H:%M:%S %Z}"),
        *(("note", one.message) for one in _notes(result)),
    ]
    _write_rows(lines, rows)
    return code


def _signer(result: "VerificationResult") -> str:
    return (result.signer or "") + (" (the sender)" if result.bound else "")


def _notes(result: "VerificationResult") -> "list[Finding]":
    return [one for one in result.findings if one.code != result.code]


def _show_inspection(file: str, seen: "Inspection", form: str) -> int:
    if form == "json":
        from dataclasses import asdict

        _write_json({"file": file, "verdict": "not verified", **asdict(seen)})
    else:
        rows = [
            ("refused as", "" if seen.code is None else f"{seen.code}: {seen.message}"),
            ("stands in", seen.place or ""),
            ("fits", ", ".join(seen.profiles)),
            ("algorithm", seen.algorithm or ""),
            *(("names", f"{one.part} by {' '.join(one.transforms)} {one.digest}") for one in seen.references),
            ("not covered", ", ".join(seen.uncovered)),
            *(("key", hint) for hint in seen.key_hints),
        ]
        _write_rows([f"not verified  {file}  (only looked at)"], rows)
    return _EXIT_VERIFIED if seen.code is None else _EXIT_REFUSED


def _write_rows(lines: list[str], rows: list[tuple[str, str]]) -> None:
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout, labelled

    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    with opened(None) as out:
        out.write("".join(f"{console.visible(line)}\n" for line in lines))
        out.write("".join(f"  {line}\n" for line in labelled(rows, layout)))


def _spelled(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _write_json(about: Mapping[str, object]) -> None:
    import json

    from wissel.cli.output import opened

    with opened(None) as out:
        out.write(json.dumps(about, indent=2, ensure_ascii=False, default=_spelled) + "\n")
