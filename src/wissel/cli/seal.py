"""``wissel seal``: encrypt a file for recipients so that any change shows."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from wissel.cli import console
from wissel.cli.output import require_target
from wissel.core.errors import UsageError, WisselError

if TYPE_CHECKING:
    from wissel.core.finding import Finding

_EXIT_REFUSED = 1


@click.command(
    epilog=console.examples(
        ("wissel seal signed.xml --to bank.crt -o signed.xml.cms", "Sign first, then seal."),
        ("wissel seal batch.xml --to bank.crt --to archive.crt -o batch.xml.cms", "Either of them can open it."),
        (
            "openssl cms -decrypt -inform DER -binary -in batch.xml.cms -inkey bank.pem -out batch.xml",
            "Without wissel.",
        ),
    )
)
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option(
    "--to", "recipients", type=click.Path(), metavar="CERT", multiple=True, required=True, help="For whom; several."
)
@click.option("--by-key-id", is_flag=True, help="Name recipients by key identifier, not by issuer and serial number.")
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="Write to this file; default: standard output.")
def seal(file: str, recipients: tuple[str, ...], by_key_id: bool, output: str | None) -> int:
    """Seal a file: encrypted for the holders of certificates, and protected against any change.

    What is written is CMS AuthEnvelopedData in DER: AES-256-GCM, the key locked by RSA-OAEP or ECDH. A seal says
    nothing about who made it: sign first, then seal. The certificates must be in force and meant for locking keys;
    that they belong to whom you think is for you to know.

    \b
    Exit codes: 0 sealed, 1 refused (nothing written), 2 the call was wrong,
    3 a certificate cannot be read, or OUT cannot be written.
    """
    from wissel.core.clock import system_clock, system_random
    from wissel.signature.sealing.certificate import recipient_certificate
    from wissel.signature.sealing.files import seal_file, size_of
    from wissel.signature.sealing.seal import SealOptions
    from wissel.signature.sealing.seal import seal as seal_stream

    console.require_paths([file, *recipients])
    require_target(output, [path for path in (file, *recipients) if path != "-"])
    certificates = [recipient_certificate(Path(path)) for path in recipients]
    options = SealOptions(system_clock(), system_random, by_key_id)
    with opened_source(file) as source:
        if named(output):
            refused = seal_file(source, certificates, options, Path(str(output)))
        else:
            with binary_output(output) as out:
                refused = seal_stream(source, size_of(source), certificates, options, out.write)
    return said(file, refused)


def opened_source(path: str) -> BinaryIO:
    """A file or standard input as bytes. Raises UsageError."""
    try:
        return open(0 if path == "-" else path, "rb", closefd=path != "-")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def named(path: str | None) -> bool:
    """True where the output is a file that can appear under its name: no device, no pipe, not standard output."""
    return path is not None and path != "-" and (os.path.isfile(path) or not os.path.exists(path))


@contextmanager
def binary_output(path: str | None) -> Iterator[BinaryIO]:
    """Standard output, or a device or pipe, for bytes. Raises UsageError for a terminal, WisselError where it fails."""
    try:
        if path is not None and path != "-":
            with open(path, "wb") as out:
                yield out
            return
        if console.is_terminal(sys.stdout):
            raise UsageError("what would be written is no text for a terminal: name a file with -o")
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WisselError(f"{path or 'the output'} cannot be written: {error.strerror or error}") from None


def said(file: str, refused: "Finding | None") -> int:
    """The exit code; what is refused is said on standard error."""
    if refused is None:
        return 0
    console.complain(f"refused  {file}  {refused.code}: {refused.message}")
    if refused.hint:
        console.complain(refused.hint)
    return _EXIT_REFUSED
