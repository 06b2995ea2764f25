"""Networks from TOML: the bundled ones, and what a bank changes or adds under ``[network.NAME]``.

A network of a bank begins with ``base = "sepa-sct"`` and says only what differs. Tables (``selects``, ``cut_offs`` ...)
are taken key by key, everything else as a whole; an empty text takes a value away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wissel.core.configuration import ConfigurationError, Fault, TomlFile, read_toml
from wissel.core.errors import InstallationError
from wissel.routing.network import Network
from wissel.routing.network_values import ATTRIBUTES, REQUIRED, build, contradictions, flaws

FOLDER = Path(__file__).parent / "networks"
_NAME_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one table says of a network, and where it stands."""

    name: str
    file: TomlFile
    at: tuple[str, ...]
    values: Mapping[str, Any]
    given: bool
    """From a bank, not bundled."""

    def fault(self, reason: str, *keys: str | int) -> Fault:
        """A fault at a key of this table."""
        return self.file.fault(reason, *self.at, *keys)


_Layers = Mapping[str, _Layer]


def bundled_networks() -> Mapping[str, Network]:
    """The networks that wissel knows, by name. Raises InstallationError where their data are damaged."""
    return _bundled()[1]


@cache
def _bundled() -> tuple[_Layers, Mapping[str, Network]]:
    try:
        files = {path.stem: read_toml(path) for path in sorted(FOLDER.glob("*.toml"))}
    except ConfigurationError as error:
        raise InstallationError(f"{error}; install wissel again") from None
    layers = {name: _Layer(name, file, (), file.values, False) for name, file in files.items()}
    faults: list[Fault] = []
    found = {name: made for name, layer in layers.items() if (made := _network(layer, {}, layers, faults))}
    if faults:
        raise InstallationError(f"{faults[0]}; install wissel again")
    return layers, MappingProxyType(dict(sorted(found.items())))


def networks_of(file: TomlFile | None, section: str = "network") -> tuple[dict[str, Network], list[Fault]]:
    """The bundled networks with those of a file laid over them, and every fault in what the file says.

    A table with the name of a bundled network changes that one; another name needs ``base`` or all that is required.
    A network with a fault is left out.
    """
    bundled, networks = _bundled()
    found = dict(networks)
    if file is None:
        return found, []
    tables = file.values.get(section, {})
    if not isinstance(tables, Mapping):
        return found, [file.fault(f"'{section}' has to be tables: [{section}.NAME]", section)]
    faults: list[Fault] = []
    own: dict[str, _Layer] = {}
    for name, values in tables.items():
        if reason := _name_flaw(name, values):
            faults.append(file.fault(reason, section, name))
        else:
            own[name] = _Layer(name, file, (section, name), values, True)
    for name, layer in own.items():
        found.pop(name, None)
        if network := _network(layer, own, bundled, faults):
            found[name] = network
    for name, layer in own.items():
        if name in found:
            faults += _fallback_faults(layer, {*found, *own})
    return dict(sorted(found.items())), faults


def _name_flaw(name: str, values: Any) -> str | None:
    if not isinstance(values, Mapping):
        return f"a network is a table, and '{name}' is none"
    plain = name.replace("-", "").isalnum() and name.isascii() and name == name.lower() and name[0] != "-"
    if not plain or len(name) > _NAME_CHARACTERS_MAX:
        return f"the name of a network is lower-case letters, digits and '-', at most {_NAME_CHARACTERS_MAX}"
    return None


def _network(layer: _Layer, own: _Layers, bundled: _Layers, faults: list[Fault]) -> Network | None:
    """One network from its chain of layers. The faults of a layer are told once: with the network it belongs to."""
    chain, wrong = _chain(layer, own, bundled)
    found = [wrong] if wrong else []
    found += [layer.fault(reason, *keys) for keys, reason in flaws(layer.values)]
    if not wrong:
        found += _missing(chain)
    faults += found
    # what is wrong with a base is told of there, and nothing can be built upon it
    if found or any(next(flaws(below.values), None) for below in chain[1:] if below.given):
        return None
    values, facts = _laid(chain)
    together = [layer.fault(reason, *keys) for keys, reason in contradictions(values)]
    faults += together
    return None if together else build(layer.name, values, facts)


def _chain(layer: _Layer, own: _Layers, bundled: _Layers) -> tuple[list[_Layer], Fault | None]:
    """The layers of a network, its own first, down to one without a base."""
    chain = [layer]
    while True:
        here = chain[-1]
        base = here.values.get("base")
        below: _Layer | None
        if base is None or (base == here.name and here.given):
            below = bundled.get(here.name) if here.given else None
            if base is None and below is None:
                return chain, None
        else:
            below = (own.get(base) if here.given else None) or bundled.get(base) if isinstance(base, str) else None
        if below is None:
            known = ", ".join(sorted({*bundled, *own}))
            return chain, here.fault(f"there is no network '{base}' to build on; known are {known}", "base")
        if below in chain:
            names = " > ".join(one.name for one in [*chain, below])
            return chain, layer.fault(f"the bases run in a circle: {names}", "base")
        chain.append(below)


def _missing(chain: list[_Layer]) -> list[Fault]:
    absent = [name for name in REQUIRED if not any(name in layer.values for layer in chain)]
    reason = f'it says nothing of {", ".join(absent)}; name a network to build on, such as base = "sepa-sct"'
    return [chain[0].fault(reason)] if absent else []


def _laid(chain: list[_Layer]) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Values of all layers, the first on top, and for each attribute its source and confidence."""
    values: dict[str, Any] = {}
    facts: dict[str, tuple[str, str]] = {}
    for layer in reversed(chain):
        for key, value in layer.values.items():
            if key in ATTRIBUTES:
                both = isinstance(value, Mapping) and isinstance(values.get(key), Mapping)
                values[key] = {**values[key], **value} if both else value
                if layer.given:
                    facts[key] = (layer.file.name, "given")
        values |= {key: layer.values[key] for key in ("source", "confidence") if key in layer.values}
        facts |= {key: (row["source"], row["confidence"]) for key, row in layer.values.get("facts", {}).items()}
    return values, facts


def _fallback_faults(layer: _Layer, known: set[str]) -> Iterator[Fault]:
    for name in layer.values.get("fallbacks", ()):
        if name not in known:
            yield layer.fault(f"there is no network '{name}' to fall back on", "fallbacks")
        elif name == layer.name:
            yield layer.fault("a network cannot be its own fallback", "fallbacks")
