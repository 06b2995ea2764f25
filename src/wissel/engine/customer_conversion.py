"""One order (pain.001) as payments between banks: each transaction is placed, mapped and bundled, with its cover."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, cast

from wissel.core.codes import finding
from wissel.core.errors import InstallationError, UsageError
from wissel.core.finding import Finding
from wissel.engine.conversion_run import Result, Run
from wissel.engine.placing import Placer
from wissel.engine.relay_conversion import rejected
from wissel.mapping import cover as covers
from wissel.mapping import customer_transfer as transfers
from wissel.mapping.amounts import Settled
from wissel.mapping.bundle import BUFFER_BYTES_MAX, Bundle, Spool, Way
from wissel.mapping.cover import Covers
from wissel.mapping.customer_transfer import CustomerTransfers, Mapped
from wissel.mapping.default_placement import DefaultPlacements
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Category, Loss
from wissel.mapping.placement import Cover, Placement, below
from wissel.message.business_message import BusinessMessage
from wissel.routing.decide import Router
from wissel.routing.funds import FundsInMemory
from wissel.routing.order import OrderReader
from wissel.xml.blocks.block import Block

_HEADER_WHY = "A header speaks for one leg; the next leg has one of its own where the network wants one."


class CustomerConversion:
    """Converts one message of one file."""

    def __init__(self, run: Run, message: BusinessMessage, identifiers: Identifiers) -> None:
        """``identifiers`` are those of the whole file."""
        wish, catalog = run.wish, run.catalog
        definition = message.definition or ""
        source = catalog.tree(definition)
        self.run = run
        self.message = message
        self.identifiers = identifiers
        self.moment = wish.moment
        self.current: str | None = None
        self.mapper = CustomerTransfers(source, catalog.tree, identifiers, self.moment, self._note)
        self.covers = Covers(catalog.tree, identifiers)
        self.open: dict[tuple[object, ...], Bundle] = {}
        self.ways: dict[tuple[object, ...], tuple[Way, tuple[object, ...], object]] = {}
        self.waiting = 0
        self.defaults: DefaultPlacements | None = None
        if wish.bank is None:
            target = catalog.tree(wish.definition)
            self.defaults = DefaultPlacements(source, target, wish.settlement, wish.guideline)
        else:
            self.orders = OrderReader(definition)
            self.router = Router(wish.bank)
            self.placer = Placer(wish.bank)
            self.funds = FundsInMemory(wish.bank.accounts)

    def convert(self) -> None:
        """Write the results. Raises InstallationError where there is no room for them."""
        with tempfile.TemporaryFile(dir=self.run.folder) as file:
            self.spool = Spool(cast(BinaryIO, file))
            self._header()
            for block in self.message.blocks():
                if block.kind == "transaction":
                    self._transaction(block)
                else:
                    self.current = None
                    self.mapper.ended(block)
            for bundle in sorted(self.open.values(), key=lambda one: one.number):
                self._write(bundle)

    def _note(self, loss: Loss) -> None:
        self.run.note(loss, self.current)

    def _header(self) -> None:
        header = self.message.header()
        if header is not None:
            for path, text in zip(header.shape.paths, header.texts, strict=True):
                self._note(Loss(Category.CONSUMED, f"/AppHdr/{path}", None, text, None, _HEADER_WHY))

    def _transaction(self, block: Block) -> None:
        counts = self.run.counts
        counts["position"] += 1
        position = counts["position"]
        placement = self._placed(block)
        amount = self.mapper.settled(block)
        found = [one for one in (placement, amount) if isinstance(one, Finding)]
        if isinstance(placement, Placement) and isinstance(amount, Settled):
            found += self._bundled(block, placement, amount, position)
        if found:
            counts["left out"] += 1
            for one in found:
                self.run.find(one, fatal=False)
        else:
            counts["converted"] += 1

    def _placed(self, block: Block) -> Placement | Finding:
        if self.defaults is not None:
            return self.defaults.place(block)
        order = self.orders.order(block)
        decision = self.router.decide(order, self.run.wish.at, self.funds)
        refused = decision.rejection
        if refused is not None:
            return rejected(refused, block)
        placement = self.placer.place(order, decision)
        if placement is None:
            message = "The creditor's account is kept here: the payment is booked, and no message is sent."
            return finding("PAYMENT-STAYS-INSIDE", message, path=block.path, transaction=block.number)
        wanted = self.run.wish.definition
        if placement.definition != wanted:
            message = f"The payment goes over {placement.network}, which takes {placement.definition} and not {wanted}."
            return finding("DEFINITION-NOT-OF-NETWORK", message, path=block.path, transaction=block.number)
        if decision.account is not None and decision.amount is not None:
            self.funds.reserve(decision.account, decision.amount)
        return placement

    def _bundled(self, block: Block, placement: Placement, amount: Settled, position: int) -> Iterable[Finding]:
        way, key, _ = self._way(placement, amount.currency)
        bundle = self.open.get(key)
        number = 1 if bundle is None else bundle.count + 1
        self.current = self._name(bundle.number if bundle is not None else self.run.counts["named"] + 1, way.definition)
        mapped = self.mapper.mapped(block, placement, amount, position, number)
        if not isinstance(mapped, Mapped):
            return mapped
        paired: Mapped | str | None = None
        if placement.cover is not None:
            paired = self.covers.covering(mapped, placement.definition, placement.cover, placement.date, position)
            if isinstance(paired, str):
                return (finding("VALUE-BEYOND-TARGET", paired, path=block.path, transaction=block.number),)
        if bundle is None:
            bundle = self._opened(key, way)
            self._defaulted(placement)
        try:
            self._add(key, bundle, mapped, amount)
        except UsageError as error:
            return (finding("VALUE-BEYOND-TARGET", f"{error}.", path=block.path, transaction=block.number),)
        if placement.cover is not None and isinstance(paired, Mapped):
            self._cover(placement, placement.cover, paired, amount)
        return ()

    def _cover(self, placement: Placement, cover: Cover, paired: Mapped, amount: Settled) -> None:
        way, key, _ = self._cover_way(placement, cover, amount.currency)
        bundle = self.open.get(key) or self._opened(key, way)
        self._add(key, bundle, paired, amount)

    def _opened(self, key: tuple[object, ...], way: Way) -> Bundle:
        self.run.counts["named"] += 1
        number = self.run.counts["named"]
        bundle = self.open[key] = Bundle(number, way, self.run.catalog.tree(way.definition), self.spool)
        return bundle

    def _add(self, key: tuple[object, ...], bundle: Bundle, mapped: Mapped, amount: Settled) -> None:
        self.waiting += bundle.add(mapped, amount.amount)
        if bundle.full:
            self._write(self.open.pop(key))
        elif self.waiting > BUFFER_BYTES_MAX:
            for one in self.open.values():
                one.put_away()
            self.waiting = 0

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
                    self._note(Loss(Category.DEFAULTED, None, target, None, text, why))

    def _way(self, placement: Placement, currency: str) -> tuple[Way, tuple[object, ...], object]:
        asked = (id(placement), currency)
        found = self.ways.get(asked)
        if found is None:
            way = Way(
                placement.definition, transfers.MESSAGE, transfers.BLOCK, placement.settlement, placement.date,
                currency, placement.instructing, placement.instructed, placement.guideline, placement.header,
                placement.envelope, network=placement.network, transactions_max=placement.transactions_max,
            )  # fmt: skip
            found = self.ways[asked] = (way, _key(way), placement)
        return found

    def _cover_way(self, placement: Placement, cover: Cover, currency: str) -> tuple[Way, tuple[object, ...], object]:
        asked = ("cover", id(placement), currency)
        found = self.ways.get(asked)
        if found is None:
            settlement = (("SttlmMtd", cover.method), *below("SttlmAcct", cover.account))
            way = Way(
                cover.definition, covers.MESSAGE, covers.BLOCK, settlement, placement.date, currency, cover.sender,
                cover.receiver, cover.guideline, cover.header, placement.envelope, "COV", placement.network,
                placement.transactions_max,
            )  # fmt: skip
            found = self.ways[asked] = (way, _key(way), placement)
        return found

    def _name(self, number: int, definition: str) -> str:
        return f"{self.run.name}-{number:04d}-{definition}.xml"

    def _write(self, bundle: Bundle) -> None:
        path = self.run.folder / self._name(bundle.number, bundle.way.definition)
        self.waiting -= len(bundle.buffer)
        identifier = self.identifiers.message(bundle.number)
        try:
            with path.open("wb") as file:
                bundle.write(file.write, identifier, self.moment, self.run.catalog.tree)
        except OSError as error:
            raise InstallationError(f"cannot write {Path(path).name}: {error.strerror or error}") from None
        total = f"{bundle.way.currency} {bundle.total:f}"
        self.run.keep(Result(path, bundle.way.definition, bundle.count, total), bundle.way.guideline)


def _key(way: Way) -> tuple[object, ...]:
    """What the transactions of one bundle have in common."""
    return (
        way.definition, way.network, way.settlement, way.date, way.currency, way.instructing, way.instructed,
        way.variant, way.guideline,
    )  # fmt: skip
