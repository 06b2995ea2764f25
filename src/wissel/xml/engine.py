"""What made a report: versions of program and parser."""

from functools import cache

from lxml import etree

from wissel.core.version import __version__


@cache
def engine_name() -> str:
    """Such as ``wissel 0.1.0 (libxml2 2.14.6, lxml 6.1.3)``."""
    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    lxml = ".".join(map(str, etree.LXML_VERSION[:3]))
    return f"wissel {__version__} (libxml2 {libxml2}, lxml {lxml})"
