"""What tests of the engine share: the kinds of database that they run on."""

from tests.databases import kind

__all__ = ["kind"]
