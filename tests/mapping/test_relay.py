"""Messages passed on to the next leg: what changes, what must not, and what is refused."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wissel
from tests.mapping.versions import CATALOG, fault, message, unaccounted, values, written
from wissel.core.errors import UsageError
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Category
from wissel.mapping.placement import HeaderPlan, Placement, agent_values
from wissel.mapping.relay import relay
from wissel.mapping.relay_leg import Charge, Leg, Reference
from wissel.mapping.version_result import Conversion
from wissel.xml.writing.generate import full
from wissel.xml.writing.writer import build, to_bytes, wrap, write

AT = "2026-11-23T10:00:00Z"
TX = "CdtTrfTxInf"
PAYMENT = {
    "GrpHdr/MsgId": "M-1",
    "GrpHdr/CreDtTm": "2026-11-22T09:00:00Z",
    "GrpHdr/NbOfTxs": "1",
    "GrpHdr/SttlmInf/SttlmMtd": "INDA",
    "GrpHdr/SttlmInf/SttlmAcct/Id/Othr/Id": "NOSTRO-1",
    f"{TX}/PmtId/InstrId": "I-1",
    f"{TX}/PmtId/EndToEndId": "E-1",
    f"{TX}/PmtId/TxId": "T-1",
    f"{TX}/PmtId/UETR": "123e4567-e89b-42d3-a456-426614174000",
    f"{TX}/IntrBkSttlmAmt": "100.00",
    f"{TX}/IntrBkSttlmAmt/@Ccy": "EUR",
    f"{TX}/IntrBkSttlmDt": "2026-11-22",
    f"{TX}/ChrgBr": "SHAR",
    f"{TX}/InstgAgt/FinInstnId/BICFI": "AAAADEFF",
    f"{TX}/InstdAgt/FinInstnId/BICFI": "BBBBDEFF",
    f"{TX}/IntrmyAgt1/FinInstnId/BICFI": "CCCCDEFFXXX",
    f"{TX}/IntrmyAgt2/FinInstnId/BICFI": "DDDDDEFF",
    f"{TX}/Dbtr/Nm": "Example AG",
    f"{TX}/DbtrAgt/FinInstnId/BICFI": "AAAADEFF",
    f"{TX}/CdtrAgt/FinInstnId/BICFI": "EEEEDEFF",
    f"{TX}/Cdtr/Nm": "Beispiel GmbH",
    f"{TX}/RmtInf/Ustrd": "Rechnung 1",
}


def leg(definition: str = "pacs.008.001.08", us: str = "BBBBDEFF", to: str = "CCCCDEFF", **more: object) -> Leg:
    placement = Placement(
        definition,
        "2026-11-24",
        "CLRG",
        agent_values(us),
        agent_values(to),
        (("ClrSys/Cd", "TGT"),),
    )
    return replace(Leg(placement), **more)  # type: ignore[arg-type]


def passed_on(data: bytes, to: Leg, digest: str = "00") -> tuple[bytes, Conversion]:
    chunks: list[bytes] = []
    read = wissel.read(data).messages[0]
    result = relay(read, to, AT, Identifiers(digest, AT), CATALOG, chunks.append)
    return b"".join(chunks), result


def plain(data: bytes) -> dict[str, str]:
    return {path.replace("[1]", ""): text for path, text in values(data).items()}


def test_agents_shift_references_and_settlement_are_new_and_all_else_stays() -> None:
    made, result = passed_on(written("pacs.008.001.08", PAYMENT), leg())
    assert not result.refused
    assert fault(made, "pacs.008.001.08") is None
    found = plain(made)
    instruction, identifier = found.pop(f"{TX}/PmtId/InstrId"), found.pop("GrpHdr/MsgId")
    assert len(instruction) == 16
    assert len(identifier) <= 35
    gone = (f"{TX}/PmtId/InstrId", "GrpHdr/MsgId", "GrpHdr/SttlmInf/SttlmAcct/Id/Othr/Id")
    gone += (f"{TX}/IntrmyAgt2/FinInstnId/BICFI",)
    assert found == {path: text for path, text in PAYMENT.items() if path not in gone} | {
        "GrpHdr/CreDtTm": AT,
        "GrpHdr/SttlmInf/SttlmMtd": "CLRG",
        "GrpHdr/SttlmInf/ClrSys/Cd": "TGT",
        f"{TX}/IntrBkSttlmDt": "2026-11-24",
        f"{TX}/PrvsInstgAgt1/FinInstnId/BICFI": "AAAADEFF",
        f"{TX}/InstgAgt/FinInstnId/BICFI": "BBBBDEFF",
        f"{TX}/InstdAgt/FinInstnId/BICFI": "CCCCDEFF",
        f"{TX}/IntrmyAgt1/FinInstnId/BICFI": "DDDDDEFF",
    }


def test_what_was_for_us_is_recorded_as_consumed() -> None:
    _, result = passed_on(written("pacs.008.001.08", PAYMENT), leg())
    consumed = {loss.before for loss in result.losses if loss.category is Category.CONSUMED}
    assert consumed == {
        "M-1",
        "2026-11-22T09:00:00Z",
        "INDA",
        "NOSTRO-1",
        "I-1",
        "2026-11-22",
        "BBBBDEFF",
        "CCCCDEFFXXX",
    }
    assert {loss.category for loss in result.losses} == {Category.CONSUMED}


def test_agents_in_the_group_header_stay_there() -> None:
    grouped = {
        path: text for path, text in PAYMENT.items() if not path.startswith((f"{TX}/Inst", f"{TX}/IntrBkSttlmDt"))
    }
    grouped |= {
        "GrpHdr/TtlIntrBkSttlmAmt": "100.00",
        "GrpHdr/TtlIntrBkSttlmAmt/@Ccy": "EUR",
        "GrpHdr/IntrBkSttlmDt": "2026-11-22",
        "GrpHdr/InstgAgt/FinInstnId/BICFI": "AAAADEFF",
        "GrpHdr/InstdAgt/FinInstnId/BICFI": "BBBBDEFF",
    }
    made, result = passed_on(written("pacs.008.001.08", grouped), leg())
    found = plain(made)
    assert not result.refused
    assert found["GrpHdr/InstgAgt/FinInstnId/BICFI"] == "BBBBDEFF"
    assert found["GrpHdr/IntrBkSttlmDt"] == "2026-11-24"
    assert found[f"{TX}/PrvsInstgAgt1/FinInstnId/BICFI"] == "AAAADEFF"
    assert not [path for path in found if path.startswith((f"{TX}/Inst", f"{TX}/IntrBkSttlmDt"))]


def test_the_sender_of_the_header_is_the_previous_agent_where_the_message_names_none() -> None:
    bare = {path: text for path, text in PAYMENT.items() if not path.startswith(f"{TX}/Inst")}
    tree, head = CATALOG.tree("pacs.008.001.08"), CATALOG.tree("head.001.001.02")
    header = {
        "/AppHdr/Fr/FIId/FinInstnId/BICFI": "AAAADEFF",
        "/AppHdr/To/FIId/FinInstnId/BICFI": "BBBBDEFF",
        "/AppHdr/BizMsgIdr": "M-1",
        "/AppHdr/MsgDefIdr": "pacs.008.001.08",
        "/AppHdr/CreDt": "2026-11-22T09:00:00Z",
    }
    body = build(tree, {f"/Document/FIToFICstmrCdtTrf/{path}": text for path, text in bare.items()})
    data = to_bytes(wrap("Envelope", build(head, header), body))
    plan = HeaderPlan(
        "head.001.001.02", {"pacs.008": "swift.cbprplus.02"}, agent_values("BBBBDEFF"), agent_values("CCCCDEFF")
    )
    to = leg()
    made, result = passed_on(data, replace(to, placement=replace(to.placement, header=plan)))
    assert not result.refused
    assert plain(made)[f"{TX}/PrvsInstgAgt1/FinInstnId/BICFI"] == "AAAADEFF"
    written_header = wissel.read(made).messages[0].header()
    assert written_header is not None
    assert written_header.text("Fr/FIId/FinInstnId/BICFI") == "BBBBDEFF"
    assert written_header.text("To/FIId/FinInstnId/BICFI") == "CCCCDEFF"
    assert written_header.text("BizMsgIdr") == plain(made)["GrpHdr/MsgId"]
    assert written_header.text("CreDt") == AT
    assert written_header.text("BizSvc") == "swift.cbprplus.02"


def test_our_charge_is_one_more_row_and_changes_no_amount() -> None:
    charged = PAYMENT | {
        f"{TX}/ChrgsInf/Amt": "1.00",
        f"{TX}/ChrgsInf/Amt/@Ccy": "EUR",
        f"{TX}/ChrgsInf/Agt/FinInstnId/BICFI": "AAAADEFF",
    }
    made, _ = passed_on(written("pacs.008.001.08", charged), leg(charge=Charge("2.50", "EUR")))
    found = plain(made)
    assert fault(made, "pacs.008.001.08") is None
    assert (found[f"{TX}/ChrgsInf/Amt"], found[f"{TX}/ChrgsInf[2]/Amt"]) == ("1.00", "2.50")
    assert found[f"{TX}/ChrgsInf[2]/Agt/FinInstnId/BICFI"] == "BBBBDEFF"
    assert found[f"{TX}/IntrBkSttlmAmt"] == "100.00"


@pytest.mark.parametrize(
    ("definition", "places"), [("pacs.008.001.08", 3), ("pacs.008.001.12", 3), ("pacs.008.001.02", 1)]
)
def test_the_agent_that_finds_no_place_is_refused(definition: str, places: int) -> None:
    old = definition < "pacs.008.001.03"
    payment = {path: text for path, text in PAYMENT.items() if "UETR" not in path or not old}
    data = written(definition, {path.replace("BICFI", "BIC") if old else path: text for path, text in payment.items()})
    for number in range(places):
        made, result = passed_on(data, leg(definition, f"BB{number}BDEFF".replace(str(number), "GHI"[number])))
        assert not result.refused
        assert fault(made, definition) is None
        data = made
    _, result = passed_on(data, leg(definition, "ZZZZDEFF"))
    (finding,) = result.findings
    assert finding.code == "RELAY-TOO-MANY-AGENTS"
    assert finding.path == f"/Document/FIToFICstmrCdtTrf/{TX}[1]"
    assert finding.allowed == f"at most {places} previous agents"


def test_previous_agents_keep_the_order_of_the_way() -> None:
    data = written("pacs.008.001.08", PAYMENT)
    for us in ("BBBBDEFF", "CCCCDEFF", "DDDDDEFF"):
        data, _ = passed_on(data, leg(us=us))
    found = plain(data)
    names = [found[f"{TX}/PrvsInstgAgt{number}/FinInstnId/BICFI"] for number in (1, 2, 3)]
    assert names == ["AAAADEFF", "BBBBDEFF", "CCCCDEFF"]


UNTOUCHED = ("EndToEndId", "TxId", "UETR", "IntrBkSttlmAmt", "InstdAmt", "RtrdIntrBkSttlmAmt")
RELAYED = [
    definition
    for family in ("pacs.008", "pacs.009")
    for definition in CATALOG.versions(family)
    if definition[-2:] in ("02", "04", "07", "08", "10", "13")
]


@given(st.sampled_from(RELAYED), st.sampled_from(["typical", "random", "full"]), st.integers(0, 10_000))
def test_references_of_the_ends_and_amounts_are_unchanged_and_nothing_is_lost_in_silence(
    definition: str, kind: str, seed: int
) -> None:
    data = message(definition, kind, seed)
    if fault(data, definition):
        return
    made, result = passed_on(data, leg(definition))
    if result.refused:
        assert {finding.code for finding in result.findings} == {"RELAY-TOO-MANY-AGENTS"}
        return
    assert fault(made, definition) is None
    before, after = values(data), values(made)
    kept = [path for path in before if path.split("/")[-1] in UNTOUCHED and "SplmtryData" not in path]
    assert {path: before[path] for path in kept} == {path: after.get(path) for path in kept}
    gone, _ = unaccounted(data, made, result.losses)
    assert not gone


def test_a_cover_payment_keeps_its_underlying_transfer() -> None:
    tree = CATALOG.tree("pacs.009.001.08")
    made_up = full(tree, Random(3))
    for path in [path for path in made_up if "PrvsInstgAgt" in path and "Undrlyg" not in path]:
        del made_up[path]
    data = write(tree, made_up)
    made, result = passed_on(data, leg("pacs.009.001.08"))
    assert not result.refused
    assert fault(made, "pacs.009.001.08") is None
    underlying = {path: text for path, text in values(data).items() if "UndrlygCstmrCdtTrf" in path}
    assert underlying
    assert underlying.items() <= values(made).items()


# --- answers ---


class Stored:
    """Links as a test has them: what was received for the message M-2 that was sent."""

    def previous(self, sent: Reference) -> Reference | None:
        if sent.message_id not in ("M-2", None):
            return None
        if sent.instruction_id is None and sent.transaction_id is None:
            return Reference("M-1", "pacs.008.001.08", "2026-11-22T09:00:00Z")
        return (
            Reference("M-1", "pacs.008.001.08", "2026-11-22T09:00:00Z", "I-1") if sent.instruction_id == "I-2" else None
        )


STATUS = {
    "GrpHdr/MsgId": "S-9",
    "GrpHdr/CreDtTm": "2026-11-23T09:00:00Z",
    "GrpHdr/InstgAgt/FinInstnId/BICFI": "CCCCDEFF",
    "GrpHdr/InstdAgt/FinInstnId/BICFI": "BBBBDEFF",
    "OrgnlGrpInfAndSts/OrgnlMsgId": "M-2",
    "OrgnlGrpInfAndSts/OrgnlMsgNmId": "pacs.008.001.10",
    "TxInfAndSts/StsId": "X-1",
    "TxInfAndSts/OrgnlInstrId": "I-2",
    "TxInfAndSts/OrgnlEndToEndId": "E-1",
    "TxInfAndSts/OrgnlTxId": "T-1",
    "TxInfAndSts/TxSts": "RJCT",
    "TxInfAndSts/StsRsnInf/Rsn/Cd": "AC04",
}


def test_a_status_report_is_passed_back_with_the_references_of_the_leg_before() -> None:
    made, result = passed_on(written("pacs.002.001.10", STATUS), leg("pacs.002.001.10", to="AAAADEFF", links=Stored()))
    assert not result.refused
    assert fault(made, "pacs.002.001.10") is None
    found = plain(made)
    assert found.pop("GrpHdr/MsgId") != "S-9"
    assert found.pop("TxInfAndSts/StsId") != "X-1"
    kept = {path: text for path, text in STATUS.items() if path not in ("GrpHdr/MsgId", "TxInfAndSts/StsId")}
    assert found == kept | {
        "GrpHdr/CreDtTm": AT,
        "GrpHdr/InstgAgt/FinInstnId/BICFI": "BBBBDEFF",
        "GrpHdr/InstdAgt/FinInstnId/BICFI": "AAAADEFF",
        "OrgnlGrpInfAndSts/OrgnlMsgId": "M-1",
        "OrgnlGrpInfAndSts/OrgnlMsgNmId": "pacs.008.001.08",
        "TxInfAndSts/OrgnlInstrId": "I-1",
    }


@pytest.mark.parametrize(
    "change",
    [{"OrgnlGrpInfAndSts/OrgnlMsgId": "M-3"}, {"TxInfAndSts/OrgnlInstrId": "I-3"}],
    ids=["message", "transaction"],
)
def test_an_answer_to_something_unknown_is_refused(change: dict[str, str]) -> None:
    data = written("pacs.002.001.10", STATUS | change)
    _, result = passed_on(data, leg("pacs.002.001.10", links=Stored()))
    assert {finding.code for finding in result.findings} == {"RELAY-ORIGINAL-UNKNOWN"}
    assert next(iter(change.values())) in result.findings[-1].message or "T-1" in result.findings[-1].message


RETURNED = {
    "GrpHdr/MsgId": "R-9",
    "GrpHdr/CreDtTm": "2026-11-23T09:00:00Z",
    "GrpHdr/NbOfTxs": "1",
    "GrpHdr/SttlmInf/SttlmMtd": "INDA",
    "TxInf/RtrId": "RT-9",
    "TxInf/OrgnlGrpInf/OrgnlMsgId": "M-2",
    "TxInf/OrgnlGrpInf/OrgnlMsgNmId": "pacs.008.001.08",
    "TxInf/OrgnlInstrId": "I-2",
    "TxInf/OrgnlEndToEndId": "E-1",
    "TxInf/OrgnlTxId": "T-1",
    "TxInf/RtrdIntrBkSttlmAmt": "100.00",
    "TxInf/RtrdIntrBkSttlmAmt/@Ccy": "EUR",
    "TxInf/IntrBkSttlmDt": "2026-11-23",
    "TxInf/InstgAgt/FinInstnId/BICFI": "CCCCDEFF",
    "TxInf/InstdAgt/FinInstnId/BICFI": "BBBBDEFF",
    "TxInf/RtrChain/Dbtr/Pty/Nm": "Beispiel GmbH",
    "TxInf/RtrChain/DbtrAgt/FinInstnId/BICFI": "EEEEDEFF",
    "TxInf/RtrChain/PrvsInstgAgt1/FinInstnId/BICFI": "EEEEDEFF",
    "TxInf/RtrChain/IntrmyAgt1/FinInstnId/BICFI": "AAAADEFF",
    "TxInf/RtrChain/Cdtr/Pty/Nm": "Example AG",
    "TxInf/RtrRsnInf/Rsn/Cd": "AC04",
}


def test_a_return_goes_back_through_its_chain() -> None:
    made, result = passed_on(
        written("pacs.004.001.09", RETURNED), leg("pacs.004.001.09", to="AAAADEFF", links=Stored())
    )
    assert not result.refused
    assert fault(made, "pacs.004.001.09") is None
    found = plain(made)
    expected = {
        "TxInf/RtrChain/PrvsInstgAgt1/FinInstnId/BICFI": "EEEEDEFF",
        "TxInf/RtrChain/PrvsInstgAgt2/FinInstnId/BICFI": "CCCCDEFF",
        "TxInf/InstgAgt/FinInstnId/BICFI": "BBBBDEFF",
        "TxInf/InstdAgt/FinInstnId/BICFI": "AAAADEFF",
        "TxInf/OrgnlGrpInf/OrgnlMsgId": "M-1",
        "TxInf/OrgnlInstrId": "I-1",
        "TxInf/OrgnlEndToEndId": "E-1",
        "TxInf/IntrBkSttlmDt": "2026-11-24",
        "GrpHdr/SttlmInf/SttlmMtd": "CLRG",
        "TxInf/RtrdIntrBkSttlmAmt": "100.00",
    }
    assert expected.items() <= found.items()
    assert "TxInf/RtrChain/IntrmyAgt1/FinInstnId/BICFI" not in found
    assert found["TxInf/RtrId"] != "RT-9"


def test_a_return_without_chain_says_that_its_sender_is_not_remembered() -> None:
    bare = {path: text for path, text in RETURNED.items() if "RtrChain" not in path}
    made, result = passed_on(written("pacs.004.001.09", bare), leg("pacs.004.001.09", to="AAAADEFF", links=Stored()))
    assert fault(made, "pacs.004.001.09") is None
    dropped = [loss for loss in result.losses if loss.category is Category.DROPPED]
    assert [(loss.before, loss.original_path) for loss in dropped] == [
        ("CCCCDEFF", "/Document/PmtRtr/TxInf[1]/InstgAgt/FinInstnId/BICFI")
    ]


# --- wrong calls ---


@pytest.mark.parametrize(
    ("definition", "to", "words"),
    [
        ("pacs.008.001.08", leg("pacs.008.001.10"), "convert it first"),
        ("pacs.002.001.10", leg("pacs.002.001.10"), "by links"),
        ("pain.001.001.09", leg("pain.001.001.09"), "is not passed on"),
    ],
)
def test_a_wrong_call_is_said(definition: str, to: Leg, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        passed_on(message(definition, "typical", 1), to)


def test_the_same_input_time_and_leg_give_the_same_bytes() -> None:
    data = written("pacs.008.001.08", PAYMENT)
    assert passed_on(data, leg())[0] == passed_on(data, leg())[0]
    assert passed_on(data, leg())[0] != passed_on(data, leg(), digest="01")[0]
