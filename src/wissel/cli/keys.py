"""``wissel keys``: keys for demonstrations."""

from pathlib import Path

import click

from wissel.cli import console


@click.group(
    epilog=console.examples(
        ("wissel keys new demo --participant RHEUDEFF", "Keys in demo/keys, the trust folder in demo/trust."),
        ("wissel sign payment.xml --profile bah --key demo/keys/RHEUDEFF.pem -o signed.xml", "Sign with it."),
        ("wissel verify signed.xml --trust demo/trust", "Verify it."),
    )
)
def keys() -> None:
    """Make keys for trying things out. Real keys come from your authority."""


@keys.command()
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.option("--participant", "participants", multiple=True, required=True, metavar="ID", help="Whose key; several.")
@click.option("--kind", type=click.Choice(["rsa", "ec"]), default="rsa", show_default=True)
def new(folder: str, participants: tuple[str, ...], kind: str) -> int:
    """Make a test authority, keys and certificates for each participant, a revocation list and a trust folder.

    Each participant gets a key for signing (DIR/keys) and one that opens sealed files (DIR/sealing).

    Every certificate says TEST ONLY. The keys are not locked and lie in files that only you may read.
    """
    from datetime import timedelta

    from wissel.core.clock import system_clock
    from wissel.core.errors import UsageError
    from wissel.signature.demo_keys import write_demo

    for one in participants:
        if not one or not all(character.isalnum() or character in "_-" for character in one):
            raise UsageError(f"'{one}' is no participant: use letters, digits, hyphens and underscores")
    begin = (system_clock() - timedelta(minutes=5)).replace(microsecond=0)
    for path in write_demo(Path(folder), participants, begin, kind):
        if not console.quiet():
            click.echo(console.visible(str(path)))
    return 0
