"""Check what was made before it leaves: here, or in other processes while this one goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from wissel.catalog.definitions import Catalog
from wissel.core.finding import Severity
from wissel.validation.report import Report
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be checked: a file, by a guideline, as of a day. What is no error is not asked for."""

    path: Path
    guideline: str
    as_of: date


Check = Callable[[Question, Catalog], Callable[[], Report]]
"""Begins to check a file, which stays as it is, and gives what waits for the report."""


def checked(question: Question, catalog: Catalog) -> Report:
    """The report on a file. Raises InstallationError for a schema or guideline that cannot be used."""
    options = Options(as_of=question.as_of, guideline=question.guideline, least=Severity.ERROR)
    return validate(Source.from_path(question.path), options, catalog)


def check_here(question: Question, catalog: Catalog) -> Callable[[], Report]:
    """Checks in this process, when the report is asked for."""
    return partial(checked, question, catalog)
