"""Faults of the installation, never of a message.

What is wrong with a message is a :class:`wissel.core.finding.Finding` and is returned. What is wrong with
the installation is a :class:`WisselError` and is raised; only the edges (command line, service loop)
catch it and print its text as one line. Any other exception is a fault of our own.
"""


class WisselError(Exception):
    """The installation, its configuration or a call is wrong; the text is one plain sentence for a person."""


class UsageError(WisselError):
    """The caller asked for something that cannot be: an unknown definition, path or option value."""


class InstallationError(WisselError):
    """Something the program needs is missing or damaged: a bundled schema, a data file, a folder."""
