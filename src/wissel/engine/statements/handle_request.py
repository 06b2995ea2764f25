"""Requests for reports (camt.060): who may ask gets copies of statements, or excerpts of the books, by the same way.

Asked may be for the accounts that the channel may debit, by who owns them. An account of another bank is told to that
bank alone: the header or the channel says who asks. Unknown accounts and those of others are refused alike.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.errors import UsageError
from wissel.core.finding import Finding, Severity
from wissel.core.identifiers.bic import check_bic
from wissel.engine.conclusion import Made
from wissel.engine.context import Context, Effects, Received
from wissel.engine.conversion.placing import own_agent
from wissel.engine.interbank.peer import agent_at
from wissel.engine.refusals import not_met as refused_by_receipt
from wissel.engine.statements.draft import StatementWish
from wissel.engine.statements.files import Around, made, xml_writing
from wissel.engine.statements.of_ledger import ledger_draft
from wissel.engine.statements.request import ReportingRequest, request_of
from wissel.engine.statements.wishes import Asking, is_refusal, not_met, otherwise, wishes
from wissel.journal.values import Direction, Payment
from wissel.ledger.statement import Kind
from wissel.ledger.statement_writer import require_version
from wissel.mapping.placement import HeaderPlan, agent_values
from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import Account, AccountKind
from wissel.validation.names import ISO

REQUESTS_MAX = 1_000
ACCOUNTS_MAX = 100
"""Accounts of one owner that are told where a request names none."""
KEPT_BYTES_MAX = 4_000_000
"""An answer up to this size is kept, to be given again when the same file comes again."""
FINDINGS_MAX = 200
_VERSION = "001.08"
_REPORT = re.compile(r"camt\.05[234](\.[0-9]{3}\.[0-9]{2})?")


def handle_request(context: Context, received: Received) -> Effects:
    """All that comes of one message. Raises OSError where an answer cannot be written."""
    wrong = next((one for one in received.report.findings if one.severity is Severity.ERROR), None)
    reference, requests = _read(received)
    answer = _Answer(context, received)
    if wrong is None:
        for request in requests[:REQUESTS_MAX]:
            answer.add(request)
        if len(requests) > REQUESTS_MAX:
            answer.findings.append(
                not_met(requests[REQUESTS_MAX], f"there are more than {REQUESTS_MAX:,} in a message")
            )
    refusals = [one for one in answer.findings if is_refusal(one)]
    given, why = answer.given, wrong or next(iter(refusals), None)
    effects = Effects(
        accepted=given or why is None,
        findings=tuple(answer.findings[:FINDINGS_MAX]),
        made=tuple(answer.made),
        payments=(Payment(Direction.IN, received.definition, reference or "", 0, context.channel.name),),
        counts={"reported": len(answer.made), "refused": answer.refused + (wrong is not None)},
    )
    effects = replace(effects, counts={name: count for name, count in effects.counts.items() if count})
    if given or why is None or not context.bank.incoming.request_receipt:
        return effects
    said = refused_by_receipt(context, received, reference, why)
    return replace(effects, findings=(*effects.findings, *said.findings), made=said.made)


def _read(received: Received) -> tuple[str | None, list[ReportingRequest]]:
    """The message's identifier, and its requests; one more than are answered at most."""
    found: list[ReportingRequest] = []
    reference = None
    for block in received.message.blocks():
        around = block if block.parent is None else block.parent
        reference = reference or around.text("GrpHdr/MsgId")
        if block.kind == "transaction" and len(found) <= REQUESTS_MAX:
            found.append(request_of(block))
    return reference, found


class _Answer:
    """What comes of the requests of a message."""

    def __init__(self, context: Context, received: Received) -> None:
        self.made: list[Made] = []
        self.findings: list[Finding] = []
        self.given = False
        """Whether any request is met, if only by having nothing to tell."""
        self.refused = 0
        """Requests that are not met, or not in all."""
        self._context = context
        self._received = received
        # several files may come at one moment, and the reports that they ask for stand in the order of their records
        self._at = context.at + timedelta(microseconds=context.record.number)
        self._today = context.at.astimezone(ZoneInfo(context.bank.settings.zone)).date()
        self._asker = _asker(context, received)
        self._network = context.bank.networks.get(context.channel.network or "")
        self._folders = 0

    def add(self, request: ReportingRequest) -> None:
        """Meet one request, or say why not."""
        found = [*self._met(request)]
        self.findings += found
        self.refused += any(map(is_refusal, found))

    def _met(self, request: ReportingRequest) -> Iterator[Finding]:
        bank = self._context.bank
        if not _REPORT.fullmatch(request.report):
            said = (
                f"Request {request.position:,} asks for {request.report}; camt.052, camt.053 and camt.054 are written."
            )
            yield finding("REQUEST-REPORT-UNKNOWN", said, path=request.path, value=request.report)
            return
        if request.servicer is not None and not bank.identity.is_bic(request.servicer):
            yield not_met(request, f"the account is kept by {request.servicer}, and this is {bank.identity.bic}")
            return
        accounts = self._accounts(request)
        if not accounts:
            named = f"account {request.account}" if request.account else "account of this owner"
            channel = self._context.channel.name
            said = f"Request {request.position:,}: there is no {named} that the channel {channel} may ask for."
            yield finding("REQUEST-ACCOUNT-NOT-ALLOWED", said, path=request.path, value=request.account)
            return
        if len(accounts) > ACCOUNTS_MAX:
            yield otherwise(request, f"only the first {ACCOUNTS_MAX:,} of {len(accounts):,} accounts are told")
        for account in accounts[:ACCOUNTS_MAX]:
            yield from self._of_account(request, account)

    def _accounts(self, request: ReportingRequest) -> list[Account]:
        """The account that is asked for, else all of its owner; those alone that may be told."""
        known = self._context.bank.accounts
        if request.account is not None:
            account = known.get(request.account)
            return [account] if account is not None and self._may_ask(request, account, named=True) else []
        return [one for one in known.values() if self._may_ask(request, one, named=False)]

    def _may_ask(self, request: ReportingRequest, account: Account, *, named: bool) -> bool:
        if not self._context.channel.may_debit(account.id):
            return False
        if account.kind is AccountKind.VOSTRO:
            asker = self._asker
            if asker is None or account.bank is None or not same_institution(asker, Agent(bic=account.bank)):
                return False
        names, bics = request.owner_names, request.owner_bics
        if account.kind is AccountKind.VOSTRO:
            same = any(same_institution(Agent(bic=bic), Agent(bic=account.bank)) for bic in bics)
        elif account.kind is AccountKind.CUSTOMER:
            same, bics = False, ()  # no BIC of a customer is known
        else:
            same = any(map(self._context.bank.identity.is_bic, bics))
        if not names and not bics:
            return named
        return same or any(_plain(name) in (_plain(account.owner), _plain(account.name)) for name in names)

    def _of_account(self, request: ReportingRequest, account: Account) -> Iterator[Finding]:
        definition = self._definition(request, account)
        if isinstance(definition, Finding):
            yield definition
            return
        kind = Kind(family_of(definition))
        asking = Asking(self._context.connection, account, request, kind, self._at, self._today)
        for one in wishes(asking):
            if isinstance(one, Finding):
                yield one
            else:
                yield from self._written(account, definition, one, request)

    def _definition(self, request: ReportingRequest, account: Account) -> str | Finding:
        """What the answer is written in: what was asked for, else what the network of the channel takes, else what the
        owner usually gets."""
        wanted = request.report
        if wanted.count(".") == 1:
            usual = [one for one in account.statements if family_of(one) == wanted]
            network = self._network.definitions.get(wanted) if self._network is not None else None
            return network or (usual[0] if usual else f"{wanted}.{_VERSION}")
        try:
            require_version(wanted)
        except UsageError as error:
            return finding("REQUEST-REPORT-UNKNOWN", f"Request {request.position:,}: {error}.", path=request.path)
        if self._context.catalog.find(wanted) is None:
            said = f"Request {request.position:,}: there is no {wanted}."
            return finding("REQUEST-REPORT-UNKNOWN", said, path=request.path, value=wanted)
        return wanted

    def _written(
        self, account: Account, definition: str, wish: StatementWish, request: ReportingRequest
    ) -> Iterator[Finding]:
        context, received = self._context, self._received
        self._folders += 1
        mark = (
            sha256(f"{context.record.receipt.digest} {received.base} {self._folders}".encode()).hexdigest()[:11].upper()
        )
        message = f"{wish.kind[-3:]}-{self._today:%Y%m%d}-{mark}"
        draft = ledger_draft(context.connection, context.bank, account, replace(wish, message=message))
        if isinstance(draft, Finding):
            yield draft
            return
        folder = context.folder / f"asked-{received.number}-{self._folders}"
        folder.mkdir()
        writing = xml_writing(draft, definition, context.catalog, self._around())
        guideline = self._network.guideline if self._network is not None else ISO
        done = made(draft, writing, folder, context.catalog, guideline)
        yield from done.findings
        if done.refused:
            return
        self.given = True
        for number, path in enumerate(done.files, 1):
            name = f"{context.record.number}-{received.number}-{self._folders}-{number}-{definition}.xml"
            about = f"{definition}, asked for{' (a duplicate)' if wish.number is not None else ''}"
            small = path.stat().st_size <= KEPT_BYTES_MAX
            self.made.append(self._signed(Made(context.channel.name, name, path, about, answer=small)))
        if not done.files:
            yield otherwise(request, "there is nothing to tell")

    def _around(self) -> Around | None:
        """The header that the network of the channel wants, to who asks."""
        network, asker = self._network, self._asker
        if network is None or network.header is None or asker is None:
            return None
        receiver = agent_values(asker.bic, asker.clearing_system, asker.member_id, asker.lei)
        sender = own_agent(self._context.bank, network)
        return Around(HeaderPlan(network.header, network.business_services, sender, receiver), network.envelope)

    def _signed(self, one: Made) -> Made:
        network = self._network
        return one if network is None or network.signature_profile is None else self._context.sign(one, network.name)


def _asker(context: Context, received: Received) -> Agent | None:
    """Who asks, by the header, else by the channel; what the message says inside is no proof."""
    header = received.message.header()
    if header is not None and (found := agent_at(header, "Fr/FIId")) is not None:
        return found
    named = context.channel.sender
    return Agent(bic=named) if named is not None and check_bic(named) is None else None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
