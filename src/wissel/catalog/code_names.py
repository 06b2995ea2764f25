"""What often met codes mean, in a few words: data in ``code_names.toml``."""

import tomllib
from functools import cache
from importlib import resources


@cache
def _table() -> dict[str, dict[str, str]]:
    with resources.files("wissel.catalog").joinpath("code_names.toml").open("rb") as file:
        return tomllib.load(file)


def code_name(list_name: str, code: str) -> str | None:
    """What ``code`` means in a list (``status``, ``balance``, ``direction``, ``charge_bearer``,
    ``settlement_method``); None for a code that is not in the table."""
    return _table()[list_name].get(code)
