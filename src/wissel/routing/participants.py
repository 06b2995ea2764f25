"""The directory of participants: who can be reached over which network, directly or through whom, and from when.

A directory is a CSV file with the columns of :data:`COLUMNS`, of which only ``network`` has to be there. All of it is
checked when it is read (participant_checks.py); rows become values only when they are found.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from wissel.core.configuration import ConfigurationError, Fault, read_table
from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.iban import check_iban, iban_formats
from wissel.routing.agent import Agent

COLUMNS = (
    "network", "bic", "member_id", "clearing_system", "lei", "iban_country", "iban_bank_code", "name", "access", "via",
    "services", "valid_from", "valid_to",
)  # fmt: skip
_HEAD_OFFICE = "XXX"
_FAULTS_MAX = 1000


class Participant(NamedTuple):
    """One row of a directory. Texts are empty where nothing is given."""

    network: str
    bic: str
    member_id: str
    clearing_system: str
    """The system of the member id (``USABA``)."""
    lei: str
    iban_country: str
    iban_bank_code: str
    """What the IBANs of the bank have where the registry places the bank: all of it, its beginning, or with what
    follows."""
    name: str
    access: str
    """``direct`` or ``indirect``."""
    via: str
    """The BIC or member id of the direct participant through whom an indirect one is reached."""
    services: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    """The last day."""
    line: int
    """In its file."""

    def is_valid(self, on: date) -> bool:
        """Whether the row holds on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def __str__(self) -> str:
        found = self.bic or f"{self.clearing_system} {self.member_id}".strip() or self.lei
        return found or f"{self.iban_country} {self.iban_bank_code}"


class Reach(NamedTuple):
    """Whether an agent can be reached over a network on a day."""

    participant: Participant | None
    """None: not reachable."""
    via: Participant | None
    """The direct participant to send to; the participant itself where it is one."""
    why: str
    """By what it was found, or why it cannot be reached; a sentence without full stop."""
    contradicted: bool = False
    """The account is with another bank than the one that is named."""


class Found(NamedTuple):
    """Rows that stand for one text."""

    participants: tuple[Participant, ...]
    by: str
    """What the text was taken for, and whether the head office stands for a branch: ``BIC``."""


_Index = Mapping[str, Mapping[str, int | list[int]]]
"""Network -> key -> a row, or several."""


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """A directory in memory; made by :func:`load`."""

    file: str
    networks: tuple[str, ...]
    """Those it has rows of."""
    _rows: Sequence[Sequence[str]]
    _lines: Sequence[int]
    _dates: Mapping[str, date]
    _bics: _Index
    """BICs of head offices have eight characters here."""
    _members: _Index
    _leis: _Index
    _banks: _Index
    """Country and bank code."""
    _bank_lengths: Mapping[str, tuple[int, ...]]
    """Country -> lengths of the bank codes there, the longest first."""

    def __len__(self) -> int:
        return len(self._rows)

    def participants(self) -> Iterator[Participant]:
        """All rows, in the order of the file."""
        return (self._participant(number) for number in range(len(self._rows)))

    def find(self, text: str) -> Found:
        """Rows of a BIC, member id (with or without its clearing system before it), LEI or IBAN, on all networks and at
        all times."""
        word = "".join(text.split()).upper()
        if len(word) > 4 and check_iban(word) is None:
            return Found(self._of(self._bank_keys(word), self._banks), "IBAN")
        if check_bic(word) is None and (found := self._of([_short(word)], self._bics)):
            return Found(found, "BIC")
        if check_bic(word) is None and (found := self._of([word[:8]], self._bics)):
            return Found(found, f"BIC, of the head office: the branch {word[8:]} has no row")
        if found := self._of([word], self._leis):
            return Found(found, "LEI")
        if found := self._of([word], self._members):
            return Found(found, "member id")
        found = tuple(one for one in self._of([word[5:]], self._members) if one.clearing_system == word[:5])
        return Found(found, "member id" if found else "")

    def reach(self, network: str, agent: Agent, on: date, iban: str | None = None) -> Reach:
        """The participant that stands for an agent on a network and day: by the IBAN of the account there, else by BIC
        (a branch without a row of its own by its head office), else by member id, else by LEI. Nobody, where the IBAN
        is of one participant and the agent is another: which of them is wrong, only who pays knows."""
        expired: Participant | None = None
        for how, index, key in self._ways(network, agent, iban):
            for found in self._at(index, network, key):
                if how == "member id" and agent.clearing_system not in (None, "", found.clearing_system):
                    continue
                if found.is_valid(on):
                    if index is not self._banks:
                        return self._via(found, on, how)
                    named = self._named(key, found, agent, on)
                    other = self._other(named, agent, on)
                    if other is None:
                        return self._via(named, on, how)
                    why = f"the account is with {named} by {how}, and the payment names {other}"
                    return Reach(None, None, why, contradicted=True)
                expired = expired or found
        if expired is not None:
            return Reach(None, None, f"{expired} is no participant of {network} on {on}: {_span(expired)}")
        return Reach(
            None, None, f"{agent if agent.identified or not iban else iban} is not in the directory of {network}"
        )

    def bank_part(self, iban: str) -> str:
        """As much of an IBAN as :meth:`reach` looks at: all accounts that share it are reached alike."""
        lengths = self._bank_lengths.get(iban[:2])
        form = iban_formats().get(iban[:2]) if lengths else None
        if not lengths or form is None or form.bank is None:
            return ""
        return iban[: form.bank[0] + lengths[0]]  # the longest stands first

    def reached(self, found: Participant, on: date) -> Reach:
        """Whether one row holds on a day, and through whom it is reached."""
        if not found.is_valid(on):
            return Reach(None, None, f"{found} is no participant of {found.network} on {on}: {_span(found)}")
        return self._via(found, on, f"line {found.line}")

    def _ways(self, network: str, agent: Agent, iban: str | None) -> Iterator[tuple[str, _Index, str]]:
        if iban:
            for key in self._bank_keys(iban):
                yield f"the bank code {key[2:]} of the IBAN", self._banks, key
        if agent.bic:
            own = _short(agent.bic)
            yield "BIC", self._bics, own
            # a branch that has a row of its own goes by it, also where that row has expired
            if len(own) > 8 and own not in self._bics.get(network, {}):
                yield f"the head office of {agent.bic}", self._bics, agent.bic[:8]
        if agent.member_id:
            yield "member id", self._members, agent.member_id
        if agent.lei:
            yield "LEI", self._leis, agent.lei

    def _named(self, key: str, first: Participant, agent: Agent, on: date) -> Participant:
        """Of participants that share a bank code, the one that is named; else the first."""
        same = (one for one in self._at(self._banks, first.network, key) if one.is_valid(on))
        return next((one for one in same if agent.bic and one.bic[:8] == agent.bic[:8]), first)

    def _other(self, found: Participant, agent: Agent, on: date) -> Participant | None:
        """The participant that an agent is, where it is another bank than the one found."""
        if not agent.identified or (agent.bic or "")[:8] == found.bic[:8]:
            return None
        for _, index, key in self._ways(found.network, agent, None):
            for one in self._at(index, found.network, key):
                if one.is_valid(on):
                    return None if not (one.bic and found.bic) or one.bic[:8] == found.bic[:8] else one
        return None

    def _via(self, found: Participant, on: date, how: str) -> Reach:
        if found.access == "direct":
            return Reach(found, found, f"{found} is a direct participant, found by {how}")
        via = found.via
        for key, index in ((_short(via), self._bics), (via, self._members)):
            for direct in self._at(index, found.network, key):
                if direct.access == "direct" and direct.is_valid(on):
                    return Reach(found, direct, f"{found} is reached through {via}, found by {how}")
        return Reach(None, None, f"{found} is reached through {via}, who is no direct participant on {on}")

    def _bank_keys(self, iban: str) -> list[str]:
        lengths = self._bank_lengths.get(iban[:2])
        form = iban_formats().get(iban[:2]) if lengths else None
        if lengths is None or form is None or form.bank is None:
            return []
        rest = iban[form.bank[0] :]
        return [iban[:2] + rest[:length] for length in lengths]

    def _of(self, keys: Iterable[str], index: _Index) -> tuple[Participant, ...]:
        return tuple(one for key in keys for network in self.networks for one in self._at(index, network, key))

    def _at(self, index: _Index, network: str, key: str) -> Iterator[Participant]:
        found = index.get(network, {}).get(key)
        if found is not None:
            for number in [found] if isinstance(found, int) else found:
                yield self._participant(number)

    def _participant(self, number: int) -> Participant:
        row = self._rows[number]
        dates = self._dates
        services = tuple(row[10].split()) if row[10] else ()
        start, end = dates.get(row[11]), dates.get(row[12])
        return Participant._make((*row[:8], row[8] or "direct", row[9], services, start, end, self._lines[number]))


def _short(bic: str) -> str:
    return bic[:8] if bic[8:] == _HEAD_OFFICE else bic


def _span(one: Participant) -> str:
    if one.valid_from is None:
        return f"it was until {one.valid_to}"
    return f"it is from {one.valid_from}" + (f" to {one.valid_to}" if one.valid_to else " on")


def load(path: Path, networks: Collection[str] | None = None) -> Directory:
    """Read a directory and check every row. ``networks`` are those that rows may name; None: the bundled ones.

    Raises ConfigurationError with a line for each fault, the first thousand of them.
    """
    from wissel.routing.participant_checks import checked

    if networks is None:
        from wissel.routing.network_data import bundled_networks

        networks = bundled_networks()
    file = str(path)
    rows, lines, faults = _rows(path)
    columns, heads = _columns(rows)
    dates: dict[str, date] = {}
    wrong = checked(columns, heads, lines, networks, dates)
    faults += [Fault(file, lines[number], reason) for number, reason in wrong]
    if faults:
        faults.sort(key=lambda one: one.line or 0)
        more = len(faults) - _FAULTS_MAX
        rest = [Fault(file, None, f"there are {more:,} more faults")] if more > 0 else []
        raise ConfigurationError([*faults[:_FAULTS_MAX], *rest])
    network, _, member, _, lei, country, bank = columns[:7]
    groups: dict[str, list[int]] = {one: [] for one in sorted(set(network))}
    for number, one in enumerate(network):
        groups[one].append(number)
    return Directory(
        file=file,
        networks=tuple(groups),
        _rows=rows,
        _lines=lines,
        _dates=dates,
        _bics=_index(groups, heads),
        _members=_index(groups, member),
        _leis=_index(groups, lei),
        _banks=_index(groups, [one + other for one, other in zip(country, bank, strict=True)]),
        _bank_lengths=_lengths(country, bank),
    )


def wrong_rows(rows: Sequence[Sequence[str]], lines: Sequence[int], networks: Collection[str]) -> list[tuple[int, str]]:
    """Number (from 0) and reason of each fault in rows that have the columns of a directory, in the order of rows."""
    from wissel.routing.participant_checks import checked

    columns, heads = _columns(rows)
    return sorted(checked(columns, heads, lines, networks, {}))


def _columns(rows: Sequence[Sequence[str]]) -> tuple[list[list[str]], list[str]]:
    """The columns of all rows, and the BICs with eight characters for a head office."""
    columns = [list(map(itemgetter(place), rows)) for place in range(len(COLUMNS))]
    return columns, [bic[:8] if bic[8:] == _HEAD_OFFICE else bic for bic in columns[1]]


def _rows(path: Path) -> tuple[list[list[str]], Sequence[int], list[Fault]]:
    """The rows with all columns, in the order of :data:`COLUMNS`, and the line of each."""
    file = str(path)
    rows, lines = read_table(path)
    names = rows[0] if rows else []
    unknown = [name for name in names if name not in COLUMNS]
    if "network" not in names or unknown or len(set(names)) < len(names):
        wrong = f"'{unknown[0][:40]}' is none" if unknown else "each stands once, and network has to be there"
        head = lines[0] if rows else None
        raise ConfigurationError([Fault(file, head, f"the columns are {', '.join(COLUMNS)}; {wrong}")])
    width = len(names)
    rows, lines = rows[1:], lines[1:]
    faults: list[Fault] = []
    if set(map(len, rows)) - {width}:
        pairs = list(zip(lines, rows, strict=True))
        wrong = f"values, and there are {width} columns"
        faults = [Fault(file, line, f"it has {len(row)} {wrong}") for line, row in pairs if len(row) != width]
        rows = [row for row in rows if len(row) == width]
        lines = [line for line, row in pairs if len(row) == width]
    if tuple(names) != COLUMNS:
        places = [names.index(name) if name in names else width for name in COLUMNS]
        rows = [[padded[place] for place in places] for padded in ([*row, ""] for row in rows)]
    return rows, lines, faults


def _index(groups: Mapping[str, Sequence[int]], keys: Sequence[str]) -> _Index:
    return {network: _index_of(numbers, keys) for network, numbers in groups.items()}


def _index_of(numbers: Sequence[int], keys: Sequence[str]) -> dict[str, int | list[int]]:
    given = [number for number in numbers if keys[number]]
    index: dict[str, int | list[int]] = dict(zip([keys[number] for number in given], given, strict=True))
    if len(index) == len(given):
        return index
    index = {}
    for number in given:
        before = index.setdefault(keys[number], number)
        if isinstance(before, list):
            before.append(number)
        elif before != number:
            index[keys[number]] = [before, number]
    return index


def _lengths(country: Sequence[str], bank: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for one, length in sorted(set(zip(country, map(len, bank), strict=True)), reverse=True):
        if one:
            found.setdefault(one, []).append(length)
    return {one: tuple(lengths) for one, lengths in found.items()}
