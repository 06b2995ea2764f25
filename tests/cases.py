"""Patch messages as cases and mutations say: the patched bytes, and what wissel finds in them."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from lxml import etree

from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding
from wissel.validation.case import AS_OF, Patch
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source
from wissel.xml.writing.generate import full, minimal
from wissel.xml.writing.writer import build, to_bytes

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
_STEP = re.compile(r"([A-Za-z0-9_]+)(?:\[([0-9]+)\])?")


class PatchError(Exception):
    """A patch that does not fit its message: the case is wrong."""


@cache
def base(on: str) -> bytes:
    """The message that ``on`` names: a sample, or ``generated:<definition>`` (everything once, where that is valid,
    else the least)."""
    if on.startswith("generated:"):
        return generated(on.removeprefix("generated:"))
    path = SAMPLES / ("" if "/" in on else "valid") / (on if on.endswith(".xml") else f"{on}.xml")
    if not path.is_file():
        raise PatchError(f"there is no sample {path.relative_to(SAMPLES)}")
    return path.read_bytes()


def generated(definition: str) -> bytes:
    """A message made from its schema, the same each time."""
    tree = default_catalog().tree(definition)
    made = to_bytes(build(tree, full(tree, Random(1))))
    if any(one.severity == "error" for one in found_in(made, "iso")):
        return to_bytes(build(tree, minimal(tree, Random(1))))
    return made


def patched(document: bytes, patches: Iterable[Patch]) -> bytes:
    """The document with patches applied one after the other; without any, byte for byte the document."""
    patches = tuple(patches)
    if not patches:
        return document
    root = etree.fromstring(document)
    for patch in patches:
        apply(root, patch)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def apply(root: etree._Element, patch: Patch) -> None:
    """Change the tree as one patch says. Raises PatchError where its path leads nowhere."""
    if patch.verb in ("set", "attribute") or (patch.verb == "remove" and "@" in patch.path):
        path, at, name = patch.path.partition("@")
        element = find(root, path.rstrip("/"))
        if not at:
            if len(element):
                raise PatchError(f"{patch.path} holds elements, a text cannot be set there")
            element.text = patch.text
        elif patch.verb == "remove":
            if element.attrib.pop(name, None) is None:
                raise PatchError(f"there is no {patch.path}")
        else:
            element.set(name, patch.text)
        return
    element = find(root, patch.path)
    if patch.verb == "add":
        _add(element, patch)
    elif patch.verb == "remove":
        _parent(element).remove(element)
    elif patch.verb == "copy":
        parent = _parent(element)
        parent.insert(parent.index(element) + 1, etree.fromstring(etree.tostring(element)))
    else:
        raise PatchError(f"{patch.verb} is no patch")


def find(root: etree._Element, path: str) -> etree._Element:
    """The element at a path: below the message's own element, ``AppHdr/...``, or the ``Document`` as a whole."""
    header = path == "AppHdr" or path.startswith("AppHdr/")
    tag = "AppHdr" if header else "Document"
    top = next((one for one in root.iter("{*}*") if etree.QName(one).localname == tag), None)
    if top is None:
        raise PatchError(f"the message has no {tag}")
    if path == "Document":
        return top
    element = top if header else next(iter(top.iterchildren("{*}*")))
    for step in path.split("/")[1:] if header else path.split("/") if path else ():
        matched = _STEP.fullmatch(step)
        if matched is None:
            raise PatchError(f"{step!r} of {path} is no step")
        number = int(matched[2] or 1)
        found = list(element.iterchildren(f"{{*}}{matched[1]}"))
        if len(found) < number:
            raise PatchError(f"there is no {path}: {step} is not in {etree.QName(element).localname}")
        element = found[number - 1]
    return element


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    if parent is None:
        raise PatchError("the root cannot be patched away")
    return parent


def _add(parent: etree._Element, patch: Patch) -> None:
    namespace = etree.QName(parent).namespace
    fragment = etree.fromstring(f'<x xmlns="{namespace or ""}">{patch.text}</x>')
    tag = patch.before or patch.after
    if tag is None:
        place = len(parent)
    else:
        beside = list(parent.iterchildren(f"{{*}}{tag}"))
        if not beside:
            raise PatchError(f"there is no {tag} in {patch.path}")
        place = parent.index(beside[0]) if patch.before else parent.index(beside[-1]) + 1
    for number, child in enumerate(list(fragment)):
        parent.insert(place + number, child)


def found_in(document: bytes, guideline: str, as_of: date = AS_OF) -> tuple[Finding, ...]:
    """All findings in a document under a guideline."""
    return validate(Source.from_bytes(document), Options(as_of, guideline), default_catalog()).all_findings


def plain(path: str) -> str:
    """A path in the form in which paths are compared: ``[1]`` is never written."""
    return path.replace("[1]", "")


def whole(at: str, document: bytes) -> str:
    """The path of a finding in full: ``at`` below the message's own element, ``AppHdr/...``, or from the root."""
    if at.startswith("/"):
        return plain(at)
    if at == "AppHdr" or at.startswith("AppHdr/"):
        return plain(f"/{at}")
    message = etree.QName(find(etree.fromstring(document), "")).localname
    return plain(f"/Document/{message}/{at}".rstrip("/"))
