"""Transactions of an order, each placed already, as messages between banks: mapped, bundled, and written with their
covers. What places them, and what is made of the results, is the caller's: ``wissel convert`` or the engine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from wissel.catalog.definitions import Catalog
from wissel.core.codes import finding
from wissel.core.errors import InstallationError, UsageError
from wissel.core.finding import Finding
from wissel.engine.conversion.run import Result
from wissel.mapping import cover as covers
from wissel.mapping import customer_transfer as transfers
from wissel.mapping.amounts import Settled
from wissel.mapping.bundle import BUFFER_BYTES_MAX, Bundle, Spool, Way
from wissel.mapping.cover import Covers
from wissel.mapping.customer_transfer import CustomerTransfers, Mapped, Plans
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Category, Loss
from wissel.mapping.placement import Cover, Placement, below
from wissel.xml.blocks.block import Block


class Sent(NamedTuple):
    """One transaction in the message that carries it."""

    bundle: Bundle
    number: int
    """Its place there, from 1."""
    mapped: Mapped


class Bundled(NamedTuple):
    """What one transaction of an order became."""

    payment: Sent
    cover: Sent | None = None


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the caller wants to know, and decides."""

    note: Callable[[Loss, str | None], object] | None
    """Takes each loss, with the name of the result that it belongs to; None where nobody asks for them."""
    number: Callable[[], int]
    """The number of the next result, from 1."""
    keep: Callable[[Bundle, Result], object]
    """Takes each result once it is written."""
    plans: Plans | None = None
    """What was worked out for other orders of the definition."""


class Bundling:
    """Bundles the transactions of one order."""

    def __init__(
        self,
        definition: str,
        catalog: Catalog,
        identifiers: Identifiers,
        moment: str,
        path: tuple[Path, str],
        hooks: Hooks,
    ) -> None:
        """``definition`` is that of the order, ``moment`` the time that results bear; ``path`` is the folder for
        results, and what their names begin with."""
        self.mapper = CustomerTransfers(
            catalog.tree(definition), catalog.tree, identifiers, moment, self.note if hooks.note else None, hooks.plans
        )
        self._catalog = catalog
        self._identifiers = identifiers
        self._moment = moment
        self._folder, self._beginning = path
        self._hooks = hooks
        self._covers = Covers(catalog.tree, identifiers)
        self._open: dict[tuple[object, ...], Bundle] = {}
        self._ways: dict[tuple[object, ...], tuple[Way, tuple[object, ...], object]] = {}
        self._waiting = 0
        self._current: str | None = None
        self._next: int | None = None

    def note(self, loss: Loss) -> None:
        """Hand a loss on, with the name of the result it belongs to."""
        if self._hooks.note is not None:
            self._hooks.note(loss, self._current)

    def ended(self, block: Block) -> None:
        """A group or the message ends; to be called for each of them."""
        self._current = None
        self.mapper.ended(block)

    def add(
        self, block: Block, placement: Placement, amount: Settled, position: int, spool: Spool
    ) -> Bundled | tuple[Finding, ...]:
        """Take one transaction; ``position`` counts through the order. Findings where it cannot become what the
        placement asks for; then nothing of it is in any result. Raises InstallationError where a result that is full
        cannot be written."""
        way, key, _ = self._way(placement, amount.currency)
        bundle = self._taking(key, amount)
        number = 1 if bundle is None else bundle.count + 1
        result = self._number() if bundle is None else bundle.number
        self._current = self._name(result, way.definition) if self._hooks.note is not None else None
        mapped = self.mapper.mapped(block, placement, amount, position, number)
        if not isinstance(mapped, Mapped):
            return mapped
        paired: Mapped | str | None = None
        if placement.cover is not None:
            paired = self._covers.covering(mapped, placement.definition, placement.cover, placement.date, position)
            if isinstance(paired, str):
                return (_beyond_target(block, paired),)
        if bundle is None:
            bundle = self._opened(key, way, spool)
            self._defaulted(placement)
        try:
            self._add(key, bundle, mapped, amount, position)
        except UsageError as error:
            return (_beyond_target(block, f"{error}."),)
        payment = Sent(bundle, number, mapped)
        if placement.cover is None or not isinstance(paired, Mapped):
            return Bundled(payment)
        way, key, _ = self._cover_way(placement, placement.cover, amount.currency)
        bundle = self._taking(key, amount) or self._opened(key, way, spool)
        self._add(key, bundle, paired, amount, position)
        return Bundled(payment, Sent(bundle, bundle.count, paired))

    def finish(self) -> None:
        """Write all that is not written yet. Raises InstallationError where there is no room."""
        for bundle in sorted(self._open.values(), key=lambda one: one.number):
            self._write(bundle)
        self._open.clear()

    def _number(self) -> int:
        """The number of the result that is opened next; one that is opened for nothing leaves it to another."""
        if self._next is None:
            self._next = self._hooks.number()
        return self._next

    def _taking(self, key: tuple[object, ...], amount: Settled) -> Bundle | None:
        """The open bundle of a way; one whose total would become too long is closed before."""
        bundle = self._open.get(key)
        if bundle is None or bundle.takes(amount.amount):
            return bundle
        self._write(self._open.pop(key))
        return None

    def _opened(self, key: tuple[object, ...], way: Way, spool: Spool) -> Bundle:
        number, self._next = self._number(), None
        bundle = self._open[key] = Bundle(number, way, self._catalog.tree(way.definition), spool)
        return bundle

    def _add(self, key: tuple[object, ...], bundle: Bundle, mapped: Mapped, amount: Settled, position: int) -> None:
        self._waiting += bundle.add(mapped, amount.amount)
        bundle.positions.append(position)
        if bundle.full:
            self._write(self._open.pop(key))
        elif self._waiting > BUFFER_BYTES_MAX:
            for one in self._open.values():
                one.put_away()
            self._waiting = 0

    def _defaulted(self, placement: Placement) -> None:
        """What was assumed for a whole result, once for each."""
        known = {
            **dict(below("SttlmInf", placement.settlement)),
            **dict(below("InstgAgt", placement.instructing)),
            **dict(below("InstdAgt", placement.instructed)),
        }
        for element, why in placement.defaulted:
            for path, text in known.items():
                if path == element or path.startswith(f"{element}/"):
                    target = f"/Document/{transfers.MESSAGE}/GrpHdr/{path}"
                    self.note(Loss(Category.DEFAULTED, None, target, None, text, why))

    def _way(self, placement: Placement, currency: str) -> tuple[Way, tuple[object, ...], object]:
        asked = (id(placement), currency)
        found = self._ways.get(asked)
        if found is None:
            way = Way(
                placement.definition, transfers.MESSAGE, transfers.BLOCK, placement.settlement, placement.date,
                currency, placement.instructing, placement.instructed, placement.guideline, placement.header,
                placement.envelope, network=placement.network, transactions_max=placement.transactions_max,
            )  # fmt: skip
            found = self._ways[asked] = (way, _key(way), placement)
        return found

    def _cover_way(self, placement: Placement, cover: Cover, currency: str) -> tuple[Way, tuple[object, ...], object]:
        asked = ("cover", id(placement), currency)
        found = self._ways.get(asked)
        if found is None:
            settlement = (("SttlmMtd", cover.method), *below("SttlmAcct", cover.account))
            way = Way(
                cover.definition, covers.MESSAGE, covers.BLOCK, settlement, placement.date, currency, cover.sender,
                cover.receiver, cover.guideline, cover.header, placement.envelope, "COV", placement.network,
                placement.transactions_max,
            )  # fmt: skip
            found = self._ways[asked] = (way, _key(way), placement)
        return found

    def _name(self, number: int, definition: str) -> str:
        return f"{self._beginning}-{number:04d}-{definition}.xml"

    def _write(self, bundle: Bundle) -> None:
        path = self._folder / self._name(bundle.number, bundle.way.definition)
        self._waiting -= len(bundle.buffer)
        identifier = self._identifiers.message(bundle.number)
        try:
            with path.open("wb") as file:
                bundle.write(file.write, identifier, self._moment, self._catalog.tree)
        except OSError as error:
            raise InstallationError(f"cannot write {path.name}: {error.strerror or error}") from None
        total = f"{bundle.way.currency} {bundle.total:f}"
        self._hooks.keep(bundle, Result(path, bundle.way.definition, bundle.count, total))


def _beyond_target(block: Block, why: str) -> Finding:
    return finding("VALUE-BEYOND-TARGET", why, path=block.path, transaction=block.number)


def _key(way: Way) -> tuple[object, ...]:
    """What the transactions of one bundle have in common."""
    return (
        way.definition, way.network, way.settlement, way.date, way.currency, way.instructing, way.instructed,
        way.variant, way.guideline,
    )  # fmt: skip
