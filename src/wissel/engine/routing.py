"""Decide every transaction of a file: validated first, then block by block, so that its size does not matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.message.business_message import BusinessMessage, read_messages
from wissel.routing.bank import Bank
from wissel.routing.decide import Router
from wissel.routing.decision import Decision
from wissel.routing.funds import FundsInMemory
from wissel.routing.order import FAMILIES, Order, OrderReader
from wissel.validation.names import SCHEMA
from wissel.validation.report import MessageReport, Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source


@dataclass(frozen=True, slots=True)
class RoutedMessage:
    """One message of a file, and what keeps it from being routed."""

    definition: str | None
    verdict: Verdict
    """By its schema."""
    findings: tuple[Finding, ...]
    """Why nothing in it is decided; empty where all is."""
    _run: "RoutingRun"
    _message: BusinessMessage | None

    def decisions(self) -> Iterator[tuple[Order, Decision]]:
        """Each transaction and its decision, in order; none where the message cannot be routed. What a payment takes
        from an account counts for those after it."""
        if self.findings or self._message is None or self.definition is None:
            return
        run = self._run
        reader = OrderReader(self.definition, run.channel)
        for block in self._message.blocks():
            if block.kind != "transaction":
                continue
            order = reader.order(block)
            decision = run.router.decide(order, run.at, run.funds)
            if decision.rejection is None and decision.account is not None and decision.amount is not None:
                run.funds.reserve(decision.account, decision.amount)
            yield order, decision


class RoutingRun:
    """Files decided one after the other by one bank at one moment; funds are shared by all of them."""

    __slots__ = ("at", "bank", "catalog", "channel", "funds", "limits", "router")

    def __init__(self, bank: Bank, at: datetime, catalog: Catalog, channel: str | None = None) -> None:
        self.bank = bank
        self.at = at
        self.catalog = catalog
        self.channel = channel
        self.funds = FundsInMemory(bank.accounts)
        self.limits = Limits()
        self.router = Router(bank)

    def messages(self, source: Source) -> Iterator[RoutedMessage]:
        """The messages of a file, each to be decided before the next. What concerns the file as a whole comes as a
        message without a definition."""
        report = validate(source, Options(as_of=self.at.date(), guideline=SCHEMA, limits=self.limits), self.catalog)
        if report.findings and report.verdict is not Verdict.VALID:
            yield RoutedMessage(None, report.verdict, report.findings, self, None)
        reports = [one for one in report.messages if not (one.definition or "").startswith("head.002")]
        for message, one in zip_longest(read_messages(source, self.limits).messages, reports):
            if one is not None:
                yield self._message(message, one)

    def _message(self, message: BusinessMessage | None, report: MessageReport) -> RoutedMessage:
        findings = report.findings if report.verdict is not Verdict.VALID else ()
        definition = report.definition
        if report.verdict is Verdict.VALID and (definition is None or family_of(definition) not in FAMILIES):
            said = f"A {definition} is not routed: only {', '.join(FAMILIES)} are."
            findings = (finding("MESSAGE-NOT-ROUTABLE", said, value=definition),)
        return RoutedMessage(definition, report.verdict, findings, self, message)
