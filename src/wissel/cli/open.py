"""``wissel open``: decrypt a sealed file, or say why nothing of it can be believed."""

from pathlib import Path

import click

from wissel.cli import console
from wissel.cli.output import require_target
from wissel.cli.seal import binary_output, named, opened_source, said
from wissel.cli.sign import asked_password


@click.command(
    epilog=console.examples(
        ("wissel open signed.xml.cms --key bank.pem -o signed.xml", "Then: wissel verify signed.xml ..."),
        ("wissel open batch.xml.cms --key bank.p12 --password-file pin -o batch.xml", "A locked key."),
        ("wissel open - --key bank.pem --cert bank.crt < batch.xml.cms | wissel validate -", "In a pipe."),
    )
)
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--key", required=True, type=click.Path(), metavar="FILE", help="PEM or PKCS#12.")
@click.option("--cert", type=click.Path(), metavar="FILE", help="The certificate it was sealed for; finds the place.")
@click.option("--password-file", type=click.Path(), metavar="FILE", help="The key's password: first line of this file.")
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="Write to this file; default: standard output.")
def open(file: str, key: str, cert: str | None, password_file: str | None, output: str | None) -> int:
    """Open a sealed file (CMS AuthEnvelopedData as DER, BER or PEM).

    Nothing is written before the whole file proved to be what was sealed. Until then it waits in a temporary file
    without a name, beside OUT or in the system's temporary folder. OUT is readable by its owner only. Who sealed it,
    a seal does not say: verify the signature of what was in it.

    \b
    Exit codes: 0 opened, 1 refused: not for this key, changed, cut short
    (nothing written), 2 the call was wrong, 3 the key cannot be used, or OUT
    cannot be written.
    """
    from wissel.core.limits import Limits
    from wissel.signature.keys import load_key
    from wissel.signature.sealing.files import open_file, open_to
    from wissel.signature.sealing.recipients import OpeningKey

    inputs = [path for path in (file, key, cert, password_file) if path is not None]
    console.require_paths(inputs)
    require_target(output, [path for path in inputs if path != "-"])
    certificate = None if cert is None else Path(cert)
    private, own = load_key(Path(key), certificate, lambda: asked_password(key, password_file))
    with opened_source(file) as source:
        opener = OpeningKey(private, own)
        if named(output):
            return said(file, open_file(source, opener, Path(str(output)), Limits()))
        with binary_output(output) as out:
            return said(file, open_to(source, opener, out.write, Limits()))
