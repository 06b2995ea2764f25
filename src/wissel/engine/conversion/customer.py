"""One order (pain.001) as payments between banks: each transaction is placed, mapped and bundled, with its cover."""

import tempfile
from typing import BinaryIO, cast

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.conversion.bundling import Bundled, Bundling, Hooks
from wissel.engine.conversion.placing import Placer
from wissel.engine.conversion.relay import rejected
from wissel.engine.conversion.run import Result, Run
from wissel.mapping.amounts import Settled
from wissel.mapping.bundle import Bundle, Spool
from wissel.mapping.default_placement import DefaultPlacements
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Category, Loss
from wissel.mapping.placement import Placement
from wissel.message.business_message import BusinessMessage
from wissel.routing.decide import Router
from wissel.routing.order import OrderReader
from wissel.xml.blocks.block import Block

_HEADER_WHY = "A header speaks for one leg; the next leg has one of its own where the network wants one."


class CustomerConversion:
    """Converts one message of one file."""

    def __init__(self, run: Run, message: BusinessMessage, identifiers: Identifiers) -> None:
        """``identifiers`` are those of the whole file."""
        wish, catalog = run.wish, run.catalog
        definition = message.definition or ""
        self.run = run
        self.message = message
        hooks = Hooks(run.note, self._number, self._keep)
        self.bundling = Bundling(definition, catalog, identifiers, wish.moment, (run.folder, run.name), hooks)
        self.defaults: DefaultPlacements | None = None
        if wish.bank is None:
            target = catalog.tree(wish.definition)
            self.defaults = DefaultPlacements(catalog.tree(definition), target, wish.settlement, wish.guideline)
        else:
            self.orders = OrderReader(definition)
            self.router = Router(wish.bank)
            self.placer = Placer(wish.bank)

    def convert(self) -> None:
        """Write the results. Raises InstallationError where there is no room for them."""
        with tempfile.TemporaryFile(dir=self.run.folder) as file:
            spool = Spool(cast(BinaryIO, file))
            self._header()
            for block in self.message.blocks():
                if block.kind == "transaction":
                    self._transaction(block, spool)
                else:
                    self.bundling.ended(block)
            self.bundling.finish()

    def _number(self) -> int:
        self.run.counts["named"] += 1
        return self.run.counts["named"]

    def _keep(self, bundle: Bundle, result: Result) -> None:
        self.run.keep(result, bundle.way.guideline)
        self.run.positions[result.path] = bundle.positions

    def _header(self) -> None:
        header = self.message.header()
        if header is not None:
            for path, text in zip(header.shape.paths, header.texts, strict=True):
                self.bundling.note(Loss(Category.CONSUMED, f"/AppHdr/{path}", None, text, None, _HEADER_WHY))

    def _transaction(self, block: Block, spool: Spool) -> None:
        counts = self.run.counts
        counts["position"] += 1
        position = counts["position"]
        placement = self._placed(block)
        amount = self.bundling.mapper.settled(block)
        found = [one for one in (placement, amount) if isinstance(one, Finding)]
        if isinstance(placement, Placement) and isinstance(amount, Settled):
            bundled = self.bundling.add(block, placement, amount, position, spool)
            found += () if isinstance(bundled, Bundled) else bundled
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
        decision = self.router.decide(order, self.run.wish.at, self.run.funds)
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
            self.run.funds.reserve(decision.account, decision.amount)
        return placement
