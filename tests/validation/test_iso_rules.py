"""The ISO rules that keep something in mind: what one group or message leaves behind does not count in the next, and
each finding is at the element that is wrong."""

from collections.abc import Iterable, Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.validation.blocks import blocks_in
from wissel.catalog.blocks import blocks_of
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Severity
from wissel.validation.rule import BlockRule, Flaw, Rule, RunningRule
from wissel.validation.rules import all_rules
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block


def rule(code: str) -> Rule:
    return next(one for one in all_rules() if one.facts.code == code)


def scope_of(definition: str) -> Scope:
    family = definition[:8]
    tree = default_catalog().tree(definition)
    return Scope(definition, family, tree, blocks_of(definition), None, None, None, date(2026, 11, 23))


def flaws(code: str, definition: str, inner: str) -> list[tuple[str, Flaw]]:
    """What a rule finds in a document with these elements, each with the path of the block it is found at."""
    return list(
        _flaws(
            rule(code), scope_of(definition), blocks_in(f"<Document><M>{inner}</M></Document>", blocks_of(definition))
        )
    )


def _flaws(one: Rule, scope: Scope, blocks: Iterable[Block]) -> Iterator[tuple[str, Flaw]]:
    assert isinstance(one, RunningRule | BlockRule)
    running = one.start(scope) if isinstance(one, RunningRule) else None
    for block in blocks:
        if isinstance(one, RunningRule):
            if running is not None and block.kind in one.kinds:
                yield from ((block.path, flaw) for flaw in running.look(block))
        elif block.kind in one.kinds and (not one.needs or any(map(block.has, one.needs))):
            yield from ((block.path, flaw) for flaw in one.check(block, scope))


def places(found: list[tuple[str, Flaw]]) -> list[str]:
    return [path.removeprefix("/Document/M").lstrip("/") for path, _ in found]


# --- whole groups ---


def cancelled(flag: str, transactions: int, number: int | None = None) -> str:
    count = f"<NbOfTxs>{number}</NbOfTxs>" if number is not None else ""
    return (
        f"<Undrlyg><OrgnlGrpInfAndCxl>{count}<GrpCxl>{flag}</GrpCxl></OrgnlGrpInfAndCxl>"
        f"{'<TxInf><CxlId>1</CxlId></TxInf>' * transactions}</Undrlyg>"
    )


def test_each_group_is_judged_by_its_own_transactions() -> None:
    inner = cancelled("true", 0) + cancelled("true", 2) + cancelled("false", 0) + cancelled("false", 1)
    found = flaws("WHOLE-GROUP-WITH-TRANSACTIONS", "camt.056.001.08", inner)
    assert places(found) == ["Undrlyg[2]"]
    assert "2 of it are listed" in found[0][1].message
    assert places(flaws("SINGLE-TRANSACTIONS-MISSING", "camt.056.001.08", inner)) == ["Undrlyg[3]"]


@given(st.lists(st.tuples(st.sampled_from(["true", "1", "false", "0", ""]), st.integers(0, 3)), max_size=5))
def test_flags_and_numbers_of_groups(groups: list[tuple[str, int]]) -> None:
    inner = "".join(cancelled(flag, transactions) for flag, transactions in groups)
    too_many = [f"Undrlyg[{n}]" for n, (flag, some) in enumerate(groups, 1) if flag in ("true", "1") and some]
    missing = [f"Undrlyg[{n}]" for n, (flag, some) in enumerate(groups, 1) if flag in ("false", "0") and not some]
    assert places(flaws("WHOLE-GROUP-WITH-TRANSACTIONS", "camt.056.001.08", inner)) == too_many
    assert places(flaws("SINGLE-TRANSACTIONS-MISSING", "camt.056.001.08", inner)) == missing


def test_payments_of_a_reversal_count_as_what_is_listed() -> None:
    payment = "<OrgnlPmtInfAndRvsl><PmtInfRvsl>true</PmtInfRvsl></OrgnlPmtInfAndRvsl>"
    head = "<GrpHdr><GrpRvsl>{}</GrpRvsl></GrpHdr>"
    listed = head.format("false") + payment
    assert flaws("SINGLE-TRANSACTIONS-MISSING", "pain.007.001.09", listed) == []
    assert flaws("WHOLE-GROUP-WITH-TRANSACTIONS", "pain.007.001.09", listed) == []
    assert places(flaws("WHOLE-GROUP-WITH-TRANSACTIONS", "pain.007.001.09", head.format("true") + payment)) == [""]


def test_a_payment_reversed_as_a_whole_warns_and_a_group_is_an_error() -> None:
    transaction = "<TxInf><RvslId>1</RvslId></TxInf>"
    payment = f"<OrgnlPmtInfAndRvsl><PmtInfRvsl>true</PmtInfRvsl>{transaction}</OrgnlPmtInfAndRvsl>"
    inner = f"<GrpHdr><GrpRvsl>true</GrpRvsl></GrpHdr>{payment}"
    (_, inside), (_, message) = flaws("WHOLE-GROUP-WITH-TRANSACTIONS", "pain.007.001.09", inner)
    assert inside.severity is Severity.WARNING
    assert message.severity is None


def test_the_first_version_of_the_reversal_lists_transactions_without_payments() -> None:
    head = "<GrpHdr><NbOfTxs>2</NbOfTxs><GrpRvsl>false</GrpRvsl></GrpHdr>"
    transaction = "<TxInf><RvslId>1</RvslId></TxInf>"
    assert flaws("SINGLE-TRANSACTIONS-MISSING", "pain.007.001.01", head + transaction) == []
    assert places(flaws("SINGLE-TRANSACTIONS-MISSING", "pain.007.001.01", head)) == [""]
    ((_, flaw),) = flaws("NUMBER-OF-REVERSALS-DIFFERS", "pain.007.001.01", head + transaction)
    assert (flaw.value, flaw.allowed, flaw.severity) == ("2", "1", None)


def test_numbers_are_compared_only_where_single_ones_are_meant() -> None:
    code, definition = "NUMBER-OF-CANCELLATIONS-DIFFERS", "camt.056.001.08"
    inner = cancelled("true", 0, 5) + cancelled("false", 2, 2) + cancelled("false", 2, 3) + cancelled("x", 1, 9)
    assert places(flaws(code, definition, inner)) == ["Undrlyg[3]", "Undrlyg[4]"]
    payment = "<OrgnlPmtInfAndCxl><PmtInfCxl>{}</PmtInfCxl></OrgnlPmtInfAndCxl>"
    group = "<Undrlyg><OrgnlGrpInfAndCxl><NbOfTxs>4</NbOfTxs><GrpCxl>false</GrpCxl></OrgnlGrpInfAndCxl>{}</Undrlyg>"
    both = group.format(payment.format("true")) + group.format(payment.format("false"))
    assert places(flaws(code, "camt.055.001.08", both)) == ["Undrlyg[2]"], "the first stands for all its transactions"


@pytest.mark.parametrize(
    ("stated", "payments", "expected"),
    [
        ("GRPD", [1], []),
        ("GRPD", [2, 1, 1], ["PmtInf[2]"]),
        ("SNGL", [1, 2, 0], ["PmtInf[2]", "PmtInf[3]"]),
        ("MIXD", [2, 0], []),
    ],
)
def test_grouping(stated: str, payments: list[int], expected: list[str]) -> None:
    inner = f"<GrpHdr><Grpg>{stated}</Grpg></GrpHdr>" + "".join(
        f"<PmtInf><PmtMtd>TRF</PmtMtd>{'<CdtTrfTxInf><X>1</X></CdtTrfTxInf>' * some}</PmtInf>" for some in payments
    )
    assert places(flaws("GROUPING-CONTRADICTED", "pain.001.001.02", inner)) == expected


def test_currencies_are_compared_within_a_notification_for_one_account() -> None:
    def notification(account: str, *currencies: str) -> str:
        items = "".join(f'<Itm><Amt Ccy="{one}">1</Amt></Itm>' for one in currencies)
        return f"<Ntfctn><Id>1</Id>{account}{items}</Ntfctn>"

    account = "<Acct><Id>1</Id></Acct>"
    inner = notification(account, "EUR", "EUR", "USD") + notification(account, "USD") + notification("", "EUR", "USD")
    assert places(flaws("NOTIFIED-CURRENCIES-DIFFER", "camt.057.001.06", inner)) == ["Ntfctn[1]/Itm[3]"]


# --- statuses ---


def answer(statuses: list[tuple[str, str]], transactions: list[tuple[str, str]]) -> str:
    groups = "".join(
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{name}</OrgnlMsgId><GrpSts>{status}</GrpSts></OrgnlGrpInfAndSts>"
        for name, status in statuses
    )
    return groups + "".join(
        f"<TxInfAndSts><OrgnlGrpInf><OrgnlMsgId>{name}</OrgnlMsgId></OrgnlGrpInf><TxSts>{status}</TxSts></TxInfAndSts>"
        for name, status in transactions
    )


CONTRADICTIONS = {
    "ACCEPTED-GROUP-WITH-REJECTION": lambda group, status: (
        group in ("ACTC", "ACCP", "ACSP", "ACSC", "ACWC") and status == "RJCT"
    ),
    "PENDING-GROUP-WITH-REJECTION": lambda group, status: group == "PDNG" and status == "RJCT",
    "REJECTED-GROUP-WITH-OTHER-STATUS": lambda group, status: group == "RJCT" and status != "RJCT",
    "RECEIVED-GROUP-WITH-STATUS": lambda group, status: group == "RCVD",
}
STATUSES = st.sampled_from(["ACTC", "ACCP", "ACSP", "ACSC", "ACWC", "PDNG", "RJCT", "RCVD", "PART"])


@pytest.mark.parametrize("code", CONTRADICTIONS)
@given(
    statuses=st.lists(STATUSES, min_size=1, max_size=3),
    transactions=st.lists(st.tuples(st.integers(0, 2), STATUSES), max_size=4),
)
def test_statuses_contradict_each_other(code: str, statuses: list[str], transactions: list[tuple[int, str]]) -> None:
    groups = [(f"M{n}", status) for n, status in enumerate(statuses)]
    inner = answer(groups, [(f"M{n}", status) for n, status in transactions])
    expected = []
    for number, (group, status) in enumerate(transactions, 1):
        of_group = statuses[0] if len(statuses) == 1 else statuses[group] if group < len(statuses) else None
        if of_group is not None and CONTRADICTIONS[code](of_group, status):
            expected.append(f"TxInfAndSts[{number}]")
    found = flaws(code, "pacs.002.001.10", inner)
    assert places(found) == expected
    assert all(flaw.number is not None for _, flaw in found)


def test_in_customer_reports_payments_are_compared_with_the_group() -> None:
    inner = (
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts>"
        "<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts><TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"
    )
    ((path, flaw),) = flaws("ACCEPTED-GROUP-WITH-REJECTION", "pain.002.001.10", inner)
    assert path == "/Document/M/OrgnlPmtInfAndSts[1]"
    assert flaw.message == "The group has the status ACCP, this payment RJCT."


@pytest.mark.parametrize(
    ("definition", "weights"),
    [("pain.014.001.07", (Severity.WARNING,) * 2), ("pain.014.001.12", (Severity.WARNING, None))],
)
def test_in_requests_to_pay_most_is_assumed(definition: str, weights: tuple[Severity | None, ...]) -> None:
    inner = (
        "<OrgnlGrpInfAndSts><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>"
        "<OrgnlPmtInfAndSts><PmtInfSts>ACCP</PmtInfSts>"
        "<TxInfAndSts><TxSts>PDNG</TxSts></TxInfAndSts><TxInfAndSts><TxSts>CANC</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"
    )
    found = flaws("REJECTED-GROUP-WITH-OTHER-STATUS", definition, inner)
    assert places(found) == ["OrgnlPmtInfAndSts[1]/TxInfAndSts[1]", "OrgnlPmtInfAndSts[1]"]
    assert tuple(flaw.severity for _, flaw in found) == weights


# --- references ---

GROUP = "<OrgnlGrpInf><OrgnlMsgId>M</OrgnlMsgId></OrgnlGrpInf>"


@pytest.mark.parametrize(
    ("groups", "missing", "repeated"),
    [(0, ["TxInf[2]"], []), (1, [], ["TxInf[1]"]), (2, ["TxInf[2]"], [])],
)
def test_the_original_group_is_named_once(groups: int, missing: list[str], repeated: list[str]) -> None:
    inner = GROUP * groups + f"<TxInf><A>1</A>{GROUP}</TxInf><TxInf><A>2</A></TxInf>"
    assert places(flaws("ORIGINAL-GROUP-MISSING", "pacs.028.001.03", inner)) == missing
    assert places(flaws("ORIGINAL-GROUP-AT-TWO-LEVELS", "pacs.028.001.03", inner)) == repeated


def test_returns_name_the_original_group_in_the_message_or_the_transaction() -> None:
    inner = f"<TxInf><A>1</A>{GROUP}</TxInf><TxInf><A>2</A></TxInf>"
    code = "ORIGINAL-GROUP-AT-TWO-LEVELS"
    assert flaws(code, "pacs.004.001.09", inner) == []
    assert places(flaws(code, "pacs.004.001.09", GROUP + inner)) == ["TxInf[1]"]


@pytest.mark.parametrize(("name", "found"), [("pacs.003.001.08", 1), ("pacs.008.001.08", 0), ("", 0)])
def test_direct_debits_do_not_come_back_by_cover(name: str, found: int) -> None:
    head = "<GrpHdr><SttlmInf><SttlmMtd>COVE</SttlmMtd></SttlmInf></GrpHdr>"
    original = f"<OrgnlGrpInf><OrgnlMsgNmId>{name}</OrgnlMsgNmId></OrgnlGrpInf>"
    code = "COVER-FOR-DIRECT-DEBITS"
    assert len(flaws(code, "pacs.004.001.09", head + original + "<TxInf><A>1</A></TxInf>")) == found
    assert len(flaws(code, "pacs.004.001.09", f"{head}<TxInf>{original}</TxInf><TxInf><A>1</A></TxInf>")) == found


@pytest.mark.parametrize(("status", "expected"), [("RJCR", [""]), ("PECR", [""]), ("CNCL", [])])
def test_details_of_a_cancellation(status: str, expected: list[str]) -> None:
    inner = f"<Sts><Conf>{status}</Conf></Sts>"
    code = "CANCELLATION-DETAILS-MISSING"
    assert places(flaws(code, "camt.029.001.09", inner)) == expected
    assert flaws(code, "camt.029.001.09", f"{inner}<CxlDtls><TxInfAndSts><A>1</A></TxInfAndSts></CxlDtls>") == []
    assert flaws(code, "camt.029.001.01", inner) == [], "the first version has no such details"


# --- parties ---


@pytest.mark.parametrize(
    ("ultimate", "repeats"),
    [
        ("<Nm>Lindner</Nm>", True),
        ("<Nm> Lindner </Nm>", True),
        ("<Nm>Lindner</Nm><PstlAdr><Ctry>DE</Ctry></PstlAdr>", False),
        ("<Nm>Lindner Holding</Nm>", False),
        ("", False),
    ],
)
def test_an_ultimate_party_is_another_one(ultimate: str, repeats: bool) -> None:
    transaction = f"<CdtTrfTxInf><UltmtDbtr>{ultimate}</UltmtDbtr></CdtTrfTxInf>"
    inner = f"<PmtInf><Dbtr><Nm>Lindner</Nm></Dbtr>{transaction}</PmtInf>"
    found = flaws("ULTIMATE-PARTY-REPEATED", "pain.001.001.09", inner)
    assert places(found) == (["PmtInf[1]/CdtTrfTxInf[1]"] if repeats else [])
    assert all(flaw.path == "UltmtDbtr" for _, flaw in found)


def test_two_parties_without_anything_are_not_taken_for_one() -> None:
    inner = "<CdtTrfTxInf><Dbtr/><UltmtDbtr/></CdtTrfTxInf>"
    assert flaws("ULTIMATE-PARTY-REPEATED", "pacs.008.001.08", inner) == []


@pytest.mark.parametrize(
    ("agent", "bank", "found"),
    [("RHEUDEFFXXX", "RHEUDEFF", 0), ("RHEUDEFF500", "RHEUDEFF100", 0), ("WISLNL2A", "RHEUDEFF", 1)],
)
def test_the_charges_account_is_kept_by_the_same_bank(agent: str, bank: str, found: int) -> None:
    def payment(tag: str) -> str:
        own = f"<DbtrAgt><FinInstnId><{tag}>{bank}</{tag}></FinInstnId></DbtrAgt>"
        return f"<PmtInf>{own}<ChrgsAcctAgt><FinInstnId><{tag}>{agent}</{tag}></FinInstnId></ChrgsAcctAgt></PmtInf>"

    assert len(flaws("CHARGES-ACCOUNT-AT-OTHER-BANK", "pain.001.001.09", payment("BICFI"))) == found
    assert len(flaws("CHARGES-ACCOUNT-AT-OTHER-BANK", "pain.001.001.03", payment("BIC"))) == found


def test_banks_without_a_bic_are_not_compared() -> None:
    inner = "<PmtInf><DbtrAgt><FinInstnId><Nm>A</Nm></FinInstnId></DbtrAgt><ChrgsAcctAgt><FinInstnId><BICFI>WISLNL2A</BICFI></FinInstnId></ChrgsAcctAgt></PmtInf>"
    assert flaws("CHARGES-ACCOUNT-AT-OTHER-BANK", "pain.001.001.09", inner) == []
