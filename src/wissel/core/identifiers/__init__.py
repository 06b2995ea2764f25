"""Pure checks of identifiers: one module for each, one shape for all.

``check_…(text)`` answers None where the text is right, else a :class:`wissel.core.identifiers.flaw.Flaw`. The text
is taken as it stands in the message, without white space around it. Which severity and code a flaw gets is decided
by the rules. Registries are data (``core/data/*.csv``), read when first asked for.
"""
