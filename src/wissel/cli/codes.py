"""``wissel codes``: the external code sets, what a code means, and newer editions."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.catalog.code_import import SetChange
    from wissel.catalog.code_sets import CodeSet

IMPORT = "import"
CODES_NAMED_MAX = 12
PLACES_NAMED_MAX = 40
_SET = ("set", "codes", "edition", "origin")
_CODE = ("code", "name", "status", "edition")
_FOUND = ("set", *_CODE)


@click.command(
    epilog=console.examples(
        ("wissel codes", "All code sets."),
        ("wissel codes reason", "The sets with that word in their name."),
        ("wissel codes Purpose", "The codes of ExternalPurpose1Code."),
        ("wissel codes StatusReason AC04", "What one code means, and who uses it."),
        ("wissel codes Purpose SALA --message pain.001", "The places of a message that take it."),
        ("wissel codes AC04", "The sets in which a code occurs."),
        ("wissel codes import 3Q2026_externalcodesets_v1.json", "A newer edition from iso20022.org."),
    )
)
@click.argument("words", nargs=-1, metavar="[SET [CODE] | CODE | import FILE]")
@click.option("--message", metavar="MESSAGE", help="Of a code: the places in this message (pacs.008 or a version).")
@click.option("--edition", metavar="EDITION", help="Of an import: the edition, where the file's name does not tell it.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def codes(words: tuple[str, ...], message: str | None, edition: str | None, form: str) -> None:
    """Look up external codes: list the sets, list the codes of a SET, or explain one CODE.

    A SET is named as the type in the schema (ExternalPurpose1Code) or in short (Purpose). Another word is looked up
    as a code in all sets, or lists the sets with that word in their name.

    `wissel codes import FILE` takes the quarterly edition as iso20022.org publishes it: JSON, XSD or CSV. It is kept
    in a folder of yours and used in place of the bundled one; what a set gained and lost is shown.
    """
    if words[:1] == (IMPORT,):
        if message is not None:
            raise UsageError("--message goes with a code, not with an import")
        return _import(words[1:], edition, form)
    if edition is not None:
        raise UsageError("--edition goes with `wissel codes import`")
    if len(words) > 2:
        raise UsageError("give a set, or a set and one code")
    if message is not None and len(words) != 2:
        raise UsageError("--message goes with a set and a code")
    if len(words) == 2:
        return _explain(_set(words[0]), words[1], message, form)
    return _list(words[0], form) if words else _sets(None, form)


def _list(word: str, form: str) -> None:
    """What one word names: a set, a code, or a part of the names of sets."""
    from wissel.catalog.code_sets import code_set_names, resolve, types_without_set

    if resolve(word) or word in types_without_set():
        found = _set(word)
        rows = [(one.code, one.name, one.status.value, one.edition) for one in found.codes.values()]
        about = {"set": found.name, "edition": found.edition, "origin": found.origin, "source": found.source}
        title = f"{found.name}  {found.edition}, {found.source}"
        return _table(_CODE, rows, form, title, about | {"confidence": found.confidence})
    rows_found = _occurrences(word)
    if not rows_found and any(word.casefold() in name.casefold() for name in code_set_names()):
        return _sets(word, form)
    if rows_found := rows_found or _occurrences(word.upper()):
        return _table(_FOUND, rows_found, form)
    raise UsageError(f"'{console.visible(word)}' is no code set and no code in any of them{_meant(word)}")


def _occurrences(code: str) -> list[tuple[str, ...]]:
    from wissel.catalog.code_sets import code_set, code_set_names

    sets = [found for name in code_set_names() if (found := code_set(name)) is not None]
    at = [(found.name, found.codes[code]) for found in sets if code in found.codes]
    return [(name, one.code, one.name, one.status.value, one.edition) for name, one in at]


def _sets(part: str | None, form: str) -> None:
    from wissel.catalog.code_sets import code_set, code_set_names

    names = [name for name in code_set_names() if part is None or part.casefold() in name.casefold()]
    sets = [found for name in names if (found := code_set(name)) is not None]
    rows = [(one.name, str(len(one.active())), one.edition, one.origin) for one in sets]
    _table(_SET, rows, form)
    if form == "text" and not console.quiet():
        count = sum(len(one.active()) for one in sets)
        click.echo(f"\n{_count(len(sets), 'set')} with {_count(count, 'code')} in use")


def _set(word: str) -> "CodeSet":
    """The set that a word names. Raises UsageError with what may have been meant."""
    from wissel.catalog.code_sets import code_set, resolve, types_without_set

    names = resolve(word)
    if len(names) > 1:
        raise UsageError(f"'{console.visible(word)}' may be {' or '.join(names)}; name one of them")
    found = code_set(names[0]) if names else None
    if found is not None:
        return found
    if why := types_without_set().get(word):
        raise UsageError(f"there is no code set for {word}: {why}")
    raise UsageError(f"there is no code set '{console.visible(word)}'{_meant(word)}")


def _meant(word: str) -> str:
    from wissel.catalog.code_sets import code_set_names, short_name

    names = code_set_names()
    if word.casefold().startswith("external"):
        return console.did_you_mean(word, names)
    return console.did_you_mean(word, [short_name(name) for name in names])


def _explain(found: "CodeSet", word: str, message: str | None, form: str) -> None:
    from wissel.catalog.code_sets import nearest

    code = found.codes.get(word) or found.codes.get(word.upper())
    if code is None:
        near = nearest(found.name, word)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(f"{found.name} ({found.edition}) has no code '{console.visible(word)}'{hint}")
    about: dict[str, Any] = {
        "code": code.code,
        "name": code.name,
        "set": found.name,
        "status": code.status.value,
        "edition": code.edition,
        "meaning": _meaning(found.name, code.code),
        "network": _network(found.name, code.code),
        "schemes": _schemes(found.name, code.code),
        **_used(found.name, message),
        "source": found.source,
        "confidence": found.confidence,
    }
    if form == "json":
        return _echo_json(about)
    lines = [(label, _words(value)) for label, value in about.items()]
    if form == "csv":
        return _table(("label", "text"), lines, form)
    from wissel.cli.render.layout import Layout, labelled

    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    named = [(label, text or ("no source has one" if label == "name" else "")) for label, text in lines]
    return _write("\n".join(labelled(named, layout)) + "\n")


def _words(value: object) -> str:
    if not isinstance(value, list):
        return str(value)
    more = f" and {len(value) - PLACES_NAMED_MAX} more" if len(value) > PLACES_NAMED_MAX else ""
    return ", ".join(value[:PLACES_NAMED_MAX]) + more


def _meaning(name: str, code: str) -> str:
    from wissel.catalog.tables import data_table

    if name not in ("ExternalPaymentTransactionStatus1Code", "ExternalPaymentGroupStatus1Code"):
        return ""
    return next((row[1] for row in data_table("payment_statuses").rows if row[0] == code), "")


def _network(name: str, code: str) -> str:
    from wissel.catalog.network_services import CODE_SETS, service

    found = service(CODE_SETS[name], code) if name in CODE_SETS else None
    if found is None or not (found.network or found.rail):
        return ""
    where = " ".join([*found.countries, found.currency]).strip()
    parts = [found.network, found.rail, where, "" if found.status == "active" else found.status]
    return ", ".join(part for part in parts if part) + f" (our reading, confidence {found.confidence})"


def _schemes(name: str, code: str) -> list[str]:
    from wissel.catalog.reason_codes import reason_codes

    rows = [row for row in reason_codes() if row.code_set == name and row.code == code]
    return [f"{row.scheme} {row.action} ({', '.join(row.messages)}, confidence {row.confidence})" for row in rows]


def _used(name: str, message: str | None) -> dict[str, Any]:
    """The messages that use the set, or the places of one message."""
    from wissel.catalog.code_usage import messages_with, places_with
    from wissel.catalog.definitions import default_catalog

    catalog = default_catalog()
    if message is None:
        return {"messages": list(messages_with(name, catalog))}
    versions = catalog.versions(message)
    tree = catalog.tree(versions[-1] if versions else message)
    return {"message": tree.definition, "places": list(places_with(name, tree)) or ["none takes a code of this set"]}


def _import(files: Sequence[str], edition: str | None, form: str) -> None:
    from wissel.catalog.code_files import FILE_BYTES_MAX
    from wissel.catalog.code_import import import_codes

    if len(files) != 1:
        raise UsageError("give one file to import: wissel codes import FILE")
    console.require_paths(files)
    try:
        with open(0 if files[0] == "-" else files[0], "rb") as stream:
            data = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise UsageError(f"{files[0]} cannot be read: {error.strerror}") from None
    changes = import_codes(data, files[0], edition)
    if form == "json":
        from dataclasses import asdict

        return _echo_json([asdict(change) for change in changes])
    if form == "csv":
        rows = [
            (one.name, one.before or "", one.edition, str(one.codes), " ".join(one.added), " ".join(one.removed))
            for one in changes
        ]
        return _table(("set", "before", "edition", "codes", "added", "removed"), rows, form)
    return _show_changes(changes)


def _show_changes(changes: "Sequence[SetChange]") -> None:
    from wissel.core.settings import user_code_folder

    changed = [one for one in changes if one.added or one.removed or one.before is None]
    for one in changed if not console.quiet() else ():
        said = [
            f"{len(some)} {word} ({' '.join(some[:CODES_NAMED_MAX])}{' …' if len(some) > CODES_NAMED_MAX else ''})"
            for word, some in (("added", one.added), ("removed", one.removed))
            if some
        ]
        was = f"{one.before} -> {one.edition}" if one.before else f"new in {one.edition}"
        click.echo(console.visible(f"{one.name}  {was}: {', '.join(said) or 'no codes'}"))
    rest = len(changes) - len(changed)
    where = f"your sets are in {user_code_folder()}"
    click.echo(console.visible(f"{_count(len(changed), 'set')} changed, {rest} with the same codes; {where}"))


def _table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    form: str,
    title: str = "",
    about: dict[str, str] | None = None,
) -> None:
    """Rows as text in columns, as CSV, or as JSON: a list of objects, inside ``about`` where there is one."""
    if form == "json":
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        return _echo_json(found if about is None else about | {"codes": found})
    if form == "csv":
        import csv
        import io

        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        return _write(text.getvalue())
    # what is said of nearly every row is left out
    shown = [row[:-1] if row[-1] == "bundled" else row[:-2] if row[-2] == "active" else row for row in rows]
    widths = [max((len(row[at]) for row in shown if at < len(row)), default=0) for at in range(len(columns))]
    lines = [
        "  ".join(f"{text:>{width}}" if name == "codes" else f"{text:{width}}" for name, text, width in cells).rstrip()
        for cells in (zip(columns, row, widths, strict=False) for row in shown)
    ]
    return _write("".join(f"{console.visible(line)}\n" for line in ([title, "", *lines] if title else lines)))


def _echo_json(value: object) -> None:
    import json

    _write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _write(text: str) -> None:
    from wissel.cli.output import opened

    with opened(None) as out:
        out.write(text)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
