"""``wissel trust``: make, fill and check the folder that says whom a network trusts."""

from collections.abc import Sequence
from pathlib import Path

import click

from wissel.cli import console
from wissel.cli.verify import parsed_moment
from wissel.core.errors import UsageError

_DAYS = 30


@click.group(
    epilog=console.examples(
        ("wissel trust init trust/rtgs", "An empty folder with a policy."),
        ("wissel trust add trust/rtgs ca.pem --anchor", "An authority whose certificates count."),
        ("wissel trust add trust/rtgs bank.pem --signer RHEUDEFF", "The certificate of a participant."),
        ("wissel trust check trust/rtgs", "What has run out, and what soon will."),
    )
)
def trust() -> None:
    """Keep the trust folder of a network: anchors, intermediates, signers, revocation lists, policy."""


@trust.command()
@click.argument("folder", type=click.Path(), metavar="DIR")
def init(folder: str) -> int:
    """Make an empty trust folder with a policy.toml."""
    from wissel.signature.upkeep import make

    make(Path(folder))
    if not console.quiet():
        click.echo(f"made {console.visible(folder)}; add certificates with: wissel trust add")
    return 0


@trust.command()
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--anchor", "kind", flag_value="anchor", help="An authority that paths may end at.")
@click.option("--intermediate", "kind", flag_value="intermediate", help="A certificate on the way to an anchor.")
@click.option("--crl", "kind", flag_value="crl", help="A certificate revocation list.")
@click.option("--signer", metavar="ID", help="The certificate of this participant (BIC, member or other id).")
def add(folder: str, file: str, kind: str | None, signer: str | None) -> int:
    """Put a certificate or revocation list into the folder."""
    if (kind is None) == (signer is None):
        raise UsageError("say what it is: --anchor, --intermediate, --crl or --signer ID")
    console.require_paths([file])
    from wissel.signature.upkeep import add as put

    for path in put(Path(folder), Path(file), kind or "signer", signer or ""):
        if not console.quiet():
            click.echo(console.visible(str(path)))
    return 0


@trust.command("list")
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_entries(folder: str, form: str) -> int:
    """List what the folder holds."""
    from wissel.signature.trust import load
    from wissel.signature.upkeep import entries

    rows = [
        {
            "kind": one.kind,
            "participant": one.participant,
            "until": f"{one.until:%Y-%m-%d}" if one.until else "",
            "sha256": one.sha256,
            "subject": one.subject,
            "serial": one.serial,
        }
        for one in entries(load(folder))
    ]
    if form == "json":
        _json(rows)
        return 0
    shown = [(row["kind"], row["participant"], row["until"], row["sha256"][:16], row["subject"]) for row in rows]
    _table(shown)
    return 0


@trust.command()
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.option("--days", type=click.IntRange(0, 3650), default=_DAYS, show_default=True, help="Warn so long before.")
@click.option("--at", "moment", metavar="TIME", help="Check as of this time (ISO 8601; UTC where none is said).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(folder: str, days: int, moment: str | None, form: str) -> int:
    """Say what has run out or leads nowhere, and what will run out soon.

    \b
    Exit codes: 0 nothing is wrong (warnings may be shown), 1 something is,
    2 the call was wrong, 3 the folder cannot be read.
    """
    from wissel.core.clock import system_clock
    from wissel.signature.trust import load
    from wissel.signature.upkeep import concerns

    store = load(folder)
    found = list(concerns(store, parsed_moment(moment) if moment else system_clock(), days))
    if form == "json":
        _json([{"code": one.code, "grave": one.grave, "subject": one.subject, "message": one.message} for one in found])
    else:
        for one in found:
            click.echo(console.visible(f"{'error' if one.grave else 'warning'}  {one.subject}: {one.message}"))
        if not console.quiet():
            click.echo(f"signers: {len(store.signers)}, anchors: {len(store.anchors)}, concerns: {len(found)}")
    return 1 if any(one.grave for one in found) else 0


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    for row in rows:
        cells = (f"{text:{width}}" for text, width in zip(row, widths, strict=True))
        click.echo(console.visible("  ".join(cells).rstrip()))


def _json(value: object) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
