"""``policy.toml`` of a trust folder: what one network accepts."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from wissel.core.errors import InstallationError
from wissel.signature.profile import DEFAULT_PROFILES, profiles

FILE = "policy.toml"
RSA_BITS_FLOOR = 2048


class Revocation(StrEnum):
    """How much a certificate revocation list counts."""

    REQUIRE = "require"
    """Without a list that is in force, nothing is verified."""
    PREFER = "prefer"
    """A list that is there binds, a missing one is stated."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a network accepts."""

    profiles: tuple[str, ...] = DEFAULT_PROFILES
    revocation: Revocation = Revocation.PREFER
    binding: bool = True
    """The signer must be the sender."""
    rsa_bits_min: int = RSA_BITS_FLOOR
    clock_skew_s: int = 300
    """Seconds by which clocks may differ."""
    max_age_s: int | None = None
    """Seconds after which a message is too old; None for no limit."""
    given: bool = False
    """True where the folder has a policy of its own."""


def read_policy(folder: Path) -> Policy:
    """The policy of a trust folder, the defaults where it has none. Raises InstallationError for a faulty one."""
    path = folder / FILE
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeDecodeError):
        raise InstallationError(f"{path} cannot be read") from None
    try:
        row = tomllib.loads(text)
        return _policy(row)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise InstallationError(f"{path}: {error}") from None


def _policy(row: dict[str, Any]) -> Policy:
    known = {"profiles", "revocation", "binding", "rsa_bits_min", "clock_skew_s", "max_age_s"}
    if unknown := sorted(set(row) - known):
        raise ValueError(f"there is no setting '{unknown[0]}'; known are {', '.join(sorted(known))}")
    names = row.get("profiles", list(DEFAULT_PROFILES))
    if not isinstance(names, list) or not names or not all(name in profiles() for name in names):
        raise ValueError(f"profiles is a list of names out of {', '.join(profiles())}")
    binding = row.get("binding", "require")
    if binding not in ("require", "off"):
        raise ValueError('binding is "require" or "off"')
    revocation = row.get("revocation", "prefer")
    if revocation not in set(Revocation):
        raise ValueError('revocation is "require", "prefer" or "off"')
    return Policy(
        profiles=tuple(names),
        revocation=Revocation(revocation),
        binding=binding == "require",
        rsa_bits_min=_number(row, "rsa_bits_min", RSA_BITS_FLOOR, RSA_BITS_FLOOR),
        clock_skew_s=_number(row, "clock_skew_s", 300, 0),
        max_age_s=_number(row, "max_age_s", 0, 1) if "max_age_s" in row else None,
        given=True,
    )


def _number(row: dict[str, Any], key: str, default: int, minimum: int) -> int:
    value = row.get(key, default)
    if type(value) is not int or value < minimum:
        raise ValueError(f"{key} is a whole number of at least {minimum}")
    return value
