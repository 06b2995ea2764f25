"""What ends the reading of an input: a finding that travels as an exception inside ``xml/`` and up to the report."""

from wissel.core.finding import Finding


class Refused(Exception):
    """The input cannot be read, or must not be; ``finding`` says why. Callers report it, users never see it raised."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding
