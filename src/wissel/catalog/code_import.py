"""Taking in a newer edition of the external code sets.

The sets of the file replace those in use; sets that are not in it stay as they are. A code that an edition no longer
has is kept as removed, so that a message that carries it can be told so.
"""

from dataclasses import dataclass
from pathlib import Path

from wissel.catalog.code_files import PublishedCode, edition_in, edition_order, published_codes
from wissel.catalog.code_sets import IMPORTED, Code, CodeSet, Status, code_set, set_path, set_text
from wissel.catalog.store import write_whole
from wissel.core.errors import UsageError
from wissel.core.settings import user_code_folder


@dataclass(frozen=True, slots=True)
class SetChange:
    """What an import made of one set."""

    name: str
    before: str | None
    """The edition that was in use; None for a set that was not known."""
    edition: str
    codes: int
    """That may be used now."""
    added: tuple[str, ...]
    removed: tuple[str, ...]


def import_codes(data: bytes, file: str, edition: str | None = None) -> tuple[SetChange, ...]:
    """Keep the sets of a published file in the user's folder, and say what changed in each.

    ``edition`` is needed where the file's name does not tell it (``2Q2026_externalcodesets_v3.json`` does). Nothing
    is written before the whole file was read. Raises UsageError for a file that is no list of codes, has no edition,
    or is older than what is in use; InstallationError where the folder cannot be written.
    """
    known = edition_in(edition if edition is not None else Path(file).name)
    if known is None:
        if edition is not None:
            raise UsageError(f"{edition!r} is no edition; editions are named like 3Q2026")
        raise UsageError(f"the name of {file} tells no edition; give it with --edition, such as --edition 3Q2026")
    published = published_codes(data, file)
    before = {name: code_set(name) for name in published}
    for name, old in before.items():
        if old is not None and (edition_order(old.edition) or (0, 0)) > (edition_order(known) or (0, 0)):
            raise UsageError(f"{file} is of edition {known}, and {name} is there in edition {old.edition} already")
    changes = []
    for name, codes in published.items():
        new, change = _next(name, before[name], codes, known)
        write_whole(set_path(user_code_folder(), name), set_text(new).encode())
        changes.append(change)
    return tuple(changes)


def _next(
    name: str, old: CodeSet | None, published: dict[str, PublishedCode], edition: str
) -> tuple[CodeSet, SetChange]:
    known = dict(old.codes) if old else {}
    codes: dict[str, Code] = {}
    for code, row in published.items():
        words = row.name or (known[code].name if code in known else "")
        status = Status.REMOVED if row.removed else Status.ACTIVE
        gone_before = code in known and known[code].status is Status.REMOVED and row.removed
        codes[code] = Code(code, words, status, known[code].edition if gone_before else edition)
    for code, one in known.items():
        if code not in codes:
            gone = one.status is Status.ACTIVE
            codes[code] = Code(code, one.name, Status.REMOVED, edition) if gone else one
    new = CodeSet(name, edition, f"ISO 20022 external code sets {edition}, imported", "high", IMPORTED, codes)
    was, now = old.active() if old else (), new.active()
    added = tuple(sorted(set(now) - set(was)))
    removed = tuple(sorted(set(was) - set(now)))
    return new, SetChange(name, old.edition if old else None, edition, len(now), added, removed)
