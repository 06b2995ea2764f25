"""``wissel sign``: sign a message, or write the HMAC of a file."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from wissel.cli import console
from wissel.cli.delivery import is_replaceable
from wissel.cli.output import require_target
from wissel.cli.verify import read_message
from wissel.core.errors import UsageError, WisselError

_PASSWORD_BYTES_MAX = 1_024


@click.command(
    epilog=console.examples(
        ("wissel sign payment.xml --profile bah --key bank.p12 -o signed.xml", "The password is asked for."),
        (
            "wissel sign payment.xml --profile pix --key bank.pem --cert bank.crt > signed.xml",
            "Two files.",
        ),
        ("wissel sign batch.xml --profile enveloped --key bank.pem -o signed.xml", "A file without header."),
        ("wissel sign payment.xml --profile bah --key 'pkcs11:token=bank;object=signing' -o signed.xml", "In a token."),
        ("wissel sign batch.xml --profile file-hmac --key 2026a.secret", "Writes batch.xml.hmac."),
    )
)
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option(
    "--profile", required=True, metavar="NAME", help="bah, swift-t2, pix, xades-bah, tch, enveloped, file-hmac."
)
@click.option("--key", required=True, metavar="FILE", help="PEM, PKCS#12, a secret, or the pkcs11: URI of a token.")
@click.option("--cert", type=click.Path(), metavar="FILE", help="The certificate, where the key's file has none.")
@click.option(
    "--password-file", type=click.Path(), metavar="FILE", help="The key's password or PIN: first line of this file."
)
@click.option(
    "--pkcs11-module", type=click.Path(), metavar="FILE", help="The library of the token, where the URI names none."
)
@click.option("--algorithm", metavar="NAME", help="Such as rsa-pss-sha256; default: what suits the key.")
@click.option("--key-id", metavar="ID", help="Of file-hmac: the key's name; default: the name of its file.")
@click.option("--uncovered-header", is_flag=True, help="Of xades-bah: leave AppHdr unsigned, as some networks demand.")
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="Write to this file; default: standard output.")
def sign(
    file: str,
    profile: str,
    key: str,
    cert: str | None,
    password_file: str | None,
    pkcs11_module: str | None,
    algorithm: str | None,
    key_id: str | None,
    uncovered_header: bool,
    output: str | None,
) -> int:
    """Sign a message. What is written differs from FILE by the signature alone; FILE is not touched.

    The key's file must be readable by its owner only. A key in a token (PKCS#11) is named by its URI; that needs
    pip install 'wissel[pkcs11]'.

    \b
    Exit codes: 0 signed, 2 the call was wrong or the message cannot be signed,
    3 the key cannot be used.
    """
    console.require_paths([file])
    in_token = key.lower().startswith("pkcs11:")
    inputs = [path for path in (None if in_token else key, cert, password_file) if path is not None]
    require_target(output, [path for path in (file, *inputs) if path != "-"])
    console.require_paths(inputs)
    if profile == "file-hmac":
        from wissel.signature.file_hmac import detached
        from wissel.signature.keys import read_shared_secret

        if in_token:
            raise UsageError("file-hmac needs a secret in a file, not a key in a token")
        if file == "-" and output is None:
            raise UsageError("name the file to write with -o: standard input has no name to put .hmac behind")
        text = detached((read_message(file),), read_shared_secret(Path(key)), key_id or Path(key).stem)
        _write(output or f"{file}.hmac", (text.encode(),))
        return 0
    from wissel.core.clock import system_clock
    from wissel.signature.keys import signer_of
    from wissel.signature.sign import SignOptions
    from wissel.signature.sign import sign as sign_message
    from wissel.signature.sign_file import sign_file

    module = None if pkcs11_module is None else Path(pkcs11_module)
    signer = signer_of(key, None if cert is None else Path(cert), lambda: asked_password(key, password_file), module)
    now = system_clock().replace(microsecond=0)
    options = SignOptions(profile, now, algorithm, cover_header=not uncovered_header)
    _write(
        output,
        (sign_message(read_message(file), signer, options),) if file == "-" else sign_file(file, signer, options),
    )
    return 0


def asked_password(key: str, file: str | None) -> bytes:
    """The password of a key: the first line of a file, else asked for at the terminal. Raises UsageError."""
    if file is not None:
        from wissel.signature.keys import read_secret

        return read_secret(Path(file))[:_PASSWORD_BYTES_MAX].split(b"\n")[0].rstrip(b"\r")
    if not sys.stdin.isatty():
        raise UsageError(f"{key} is locked: give its password with --password-file")
    password: str = click.prompt(f"Password of {console.visible(key)}", hide_input=True, err=True)
    return password.encode()


def _write(path: str | None, pieces: Iterable[bytes]) -> None:
    """Bytes to a file that appears whole or not at all, or to standard output. Raises WisselError."""
    if path is None or path == "-":
        sys.stdout.flush()
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    if not is_replaceable(path):
        try:
            with open(path, "wb") as target:
                target.writelines(pieces)
        except OSError as error:
            raise WisselError(f"cannot write {path}: {error.strerror}") from None
        return
    path = os.path.realpath(path)
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "xb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(beside)
        raise WisselError(f"cannot write {path}: {error.strerror}") from None
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
