"""The version of wissel; equal to the one in ``pyproject.toml`` (a test says so)."""

__version__ = "0.1.0"
