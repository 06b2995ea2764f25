"""What ``wissel init --demo`` adds to a bank directory: test keys, and everyone else in the world of that bank.

``world/`` has what customers and other banks hand over, and the keys that they sign with. Every key is new and every
certificate says TEST ONLY.
"""

import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path

from wissel.core.errors import InstallationError

WORLD = "world"
CLEARING_HOUSE = "ZZCLBE20"
BANKS = ("ZZLIFR20", "ZZDUNL20")
STRANGER = "stranger.pem"
"""A key whose certificate names the first of the banks, by an authority that nobody trusts."""
_FILES = ("README.txt", "order.xml", "credit.xml")
_NETWORKS = ("sepa-sct", "sepa-sct-inst")
_DAYS = 3650


def template(name: str, values: Mapping[str, str]) -> str:
    """A file of a new bank directory, with its values. Raises InstallationError where the installation lacks it."""
    try:
        text = resources.files("wissel.engine.bank").joinpath("templates", *name.split("/")).read_text(encoding="utf-8")
    except OSError as error:
        raise InstallationError(f"{name} is missing among the templates: {error.strerror}") from None
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def write_world(folder: Path, values: Mapping[str, str], begin: datetime) -> None:
    """Write ``world/``, the bank's own key, and whose signatures are trusted, into a bank directory. Raises OSError."""
    from wissel.signature.demo_keys import new_authority, new_signer, private_pem, write_demo

    world, made = folder / WORLD, folder / "made"
    world.mkdir()
    for name in _FILES:
        (world / name).write_text(template(f"demo/{name}", values), encoding="utf-8", newline="\n")
    own = values["BIC"]
    write_demo(made, (own, CLEARING_HOUSE, *BANKS), begin, days=_DAYS)
    (made / "keys" / f"{own}.pem").rename(folder / "keys" / "default.pem")
    (made / "keys").rename(world / "keys")
    for network in _NETWORKS:
        shutil.copytree(made / "trust", folder / "trust" / network)
    shutil.rmtree(made)
    stranger = new_signer(BANKS[0], new_authority("Stranger", begin), begin, _DAYS)
    secret = os.open(world / "keys" / STRANGER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(secret, "wb") as file:
        file.write(private_pem(stranger))
