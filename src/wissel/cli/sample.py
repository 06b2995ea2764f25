"""``wissel sample``: write a schema-valid message."""

from datetime import date

import click

from wissel.cli import console
from wissel.core.errors import UsageError

TRANSACTIONS_MAX = 10_000
ENVELOPE_DEFAULT = "Envelope"


@click.command(
    epilog=console.examples(
        ("wissel sample pacs.008.001.08", "A typical message."),
        ("wissel sample pain.001.001.09 --transactions 3 -o payments.xml", "Three payments, into a file."),
        ("wissel sample camt.053.001.08 --full --seed 7", "Every element there is, other values."),
        ("wissel sample pacs.009.001.08 --header head.001.001.02", "With a header, both in an envelope."),
        ("wissel sample pacs.002.001.10 | wissel validate -", "It is valid."),
    )
)
@click.argument("definition")
@click.option("--full", "size", flag_value="full", help="Every optional element once, the first option of choices.")
@click.option("--minimal", "size", flag_value="minimal", help="Mandatory elements only.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Which values are drawn.")
@click.option(
    "--transactions",
    type=click.IntRange(0, TRANSACTIONS_MAX),
    metavar="N",
    help="How many payments, entries or the like. Default: one; with --full and --minimal, what those imply.",
)
@click.option("--header", metavar="DEFINITION", help="Put a business application header before it: head.001.001.02.")
@click.option(
    "--envelope",
    metavar="NAME",
    help=f"The element around header and document, 'Name' or '{{namespace}}Name'. Default: {ENVELOPE_DEFAULT}.",
)
@click.option(
    "--as-of", metavar="DATE", callback=console.date_given, help="Dates are around this one. Default: today (UTC)."
)
@click.option("--compact", is_flag=True, help="Everything on one line.")
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write to FILE, whole or not at all.")
def sample(
    definition: str,
    size: str | None,
    seed: int,
    transactions: int | None,
    header: str | None,
    envelope: str | None,
    as_of: date | None,
    compact: bool,
    output: str | None,
) -> None:
    """Write a message that is valid against its schema, with invented but plausible content.

    Counts and totals agree with the transactions, IBANs and LEIs have right check digits. Banks and parties do not
    exist. Nothing but the schema is promised: --full shows every element, also those that rules let nobody use
    together.

    The same definition, options, seed and date (--as-of) give the same bytes.
    """
    from random import Random

    from wissel.catalog.definitions import default_catalog
    from wissel.cli.output import opened, require_target
    from wissel.core.clock import system_clock, today
    from wissel.xml.writing.generate import full, minimal, typical
    from wissel.xml.writing.generate_header import header_values
    from wissel.xml.writing.writer import build, to_bytes, wrap

    require_target(output, ())
    if envelope is not None and header is None:
        raise UsageError("--envelope goes with --header: it stands around header and document")
    day = as_of or today(system_clock)
    catalog = default_catalog()
    tree = catalog.tree(definition)
    make = {"full": full, "minimal": minimal, None: typical}[size]
    values = make(tree, Random(seed), day, transactions)
    top = build(tree, values)
    if header is not None:
        head = catalog.tree(header)
        found = header_values(head, tree, values, Random(seed), day)
        top = wrap(envelope or ENVELOPE_DEFAULT, build(head, found), top)
    with opened(output) as out:
        out.write(to_bytes(top, pretty=not compact).decode())
