"""Sign what goes to a network, by the bank's own key and as the network's profile asks.

The keys stand in ``keys/`` of the bank directory: ``NAME.pem`` or ``NAME.p12``, with the certificate in it or beside it
as ``NAME.crt``, and the password of a locked one as the first line of ``NAME.password``. NAME is the network, else its
signature profile, else ``default``. Only their owner may read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from wissel.core.errors import InstallationError, UsageError
from wissel.engine.conclusion import Made
from wissel.routing.bank import Bank
from wissel.signature.keys import Signer

FOLDER = "keys"
DEFAULT = "default"
_ENDINGS = (".pem", ".p12")


@dataclass(frozen=True, slots=True)
class Signers:
    """The keys of a bank."""

    profiles: Mapping[str, str]
    """Network -> signature profile, for those that want signed messages."""
    keys: Mapping[str, Signer]
    """Network -> key."""
    missing: Mapping[str, Path]
    """Network -> where its key is looked for first, for those that have none: nothing can be sent there."""

    def __call__(self, made: Made, network: str, at: datetime) -> Made:
        """What is to be sent, signed where the network asks for it; ``at`` is the time that a signature may say.

        Raises InstallationError where there is no key for it, or the key cannot sign it.
        """
        profile = self.profiles.get(network)
        if profile is None:
            return made
        signer = self.keys.get(network)
        if signer is None:
            where = self.missing.get(network, network)
            raise InstallationError(f"messages to {network} are signed ({profile}), and there is no key: {where}")
        from wissel.signature.sign import SignOptions, sign
        from wissel.signature.sign_file import sign_file

        options = SignOptions(profile, at.replace(microsecond=0))
        try:
            if isinstance(made.content, bytes):
                return replace(made, content=sign(made.content, signer, options))
            signed = made.content.with_name(f"{made.content.name}.signed")
            with signed.open("xb") as file:
                file.writelines(sign_file(str(made.content), signer, options))
        except UsageError as error:
            raise InstallationError(f"a message to {network} cannot be signed: {error}") from None
        made.content.unlink()
        return replace(made, content=signed)


def signers_of(bank: Bank) -> Signers:
    """The keys for the networks of a bank. Raises InstallationError for one that others may read or that cannot be
    used; one that is not there is in ``missing``."""
    profiles = {name: one.signature_profile for name, one in bank.networks.items() if one.signature_profile}
    keys: dict[str, Signer] = {}
    missing: dict[str, Path] = {}
    loaded: dict[Path, Signer] = {}
    folder = bank.folder / FOLDER
    for network, profile in profiles.items():
        names = [f"{name}{ending}" for name in (network, profile, DEFAULT) for ending in _ENDINGS]
        path = next((folder / name for name in names if (folder / name).is_file()), None)
        if path is None:
            missing[network] = folder / f"{network}.pem"
        else:
            keys[network] = loaded[path] = loaded.get(path) or _loaded(path)
    return Signers(profiles, keys, missing)


def _loaded(path: Path) -> Signer:
    from wissel.signature.keys import load_signer, read_secret

    certificate, password = path.with_suffix(".crt"), path.with_suffix(".password")

    secret = read_secret(password).split(b"\n")[0].rstrip(b"\r") if password.exists() else None
    try:
        return load_signer(
            path, certificate if certificate.is_file() else None, None if secret is None else lambda: secret
        )
    except UsageError as error:
        raise InstallationError(str(error)) from None
