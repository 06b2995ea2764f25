"""Names of message definitions and overlays: what may become part of a path, and the order of versions.

A definition comes from a namespace that a stranger wrote, so it is matched in full before it names a file.
"""

import re

ISO_PREFIX = "urn:iso:std:iso:20022:tech:xsd:"
OVERLAY_NAME_CHARACTERS_MAX = 40

_DEFINITION = re.compile(r"([a-z]{4}\.[0-9]{3})\.([0-9]{3})\.([0-9]{2})((?:\.[a-z0-9]{1,12}){0,4})")
_NATIONAL = re.compile(
    r"[^\s]*[:/]([a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}(?:\.(?!xsd\b)[a-z0-9]{1,12}){1,4})(?:\.xsd)?"
)
_OVERLAY = re.compile(r"[a-z0-9][a-z0-9.-]*")
_ORIGINS = ("bundled", "imported")


def is_definition(text: str) -> bool:
    """Whether ``text`` has the form of a message definition: ``pacs.008.001.08``,
    ``pain.001.001.03.ch.02``."""
    return _DEFINITION.fullmatch(text) is not None


def definition_of(namespace: str) -> str | None:
    """The definition that a namespace names; None where it names none.

    ISO namespaces end in it. A national one is taken when its last part is an ISO definition with something
    added (``http://.../de/pain.001.001.03.ch.02.xsd`` is ``pain.001.001.03.ch.02``), so it never passes for
    the ISO one.
    """
    if namespace.startswith(ISO_PREFIX):
        definition = namespace.removeprefix(ISO_PREFIX)
        return definition if is_definition(definition) else None
    national = _NATIONAL.fullmatch(namespace)
    return national[1] if national else None


def is_national(definition: str) -> bool:
    """Whether a country or network made the definition its own: by another variant than ISO's 001 or a suffix."""
    parts = definition.split(".")
    return len(parts) > 4 or parts[2] != "001"


def area_of(definition: str) -> str:
    """The business area, which is the folder of the schema: ``pacs``."""
    return definition[:4]


def family_of(definition: str) -> str:
    """The message without variant and version: ``pacs.008`` of ``pacs.008.001.08``."""
    return ".".join(definition.split(".")[:2])


def version_order(definition: str) -> tuple[str, ...]:
    """Sort key: message, variant, version, then what a country added."""
    return tuple(definition.split("."))


def is_overlay_name(text: str) -> bool:
    """Whether ``text`` may name an overlay: lower-case letters, digits, ``.`` and ``-``, at most 40
    characters."""
    fits = _OVERLAY.fullmatch(text) is not None and len(text) <= OVERLAY_NAME_CHARACTERS_MAX
    return fits and text not in _ORIGINS
