"""Returns: what comes back, who is on which side, and what cannot be returned."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reply.messages import STAMP, body, faults, made, message_of, only_transactions, original_of
from wissel.catalog.definitions import default_catalog
from wissel.message.business_message import BusinessMessage
from wissel.reply.original import amount_number
from wissel.reply.payment_return import Returned, ReturnOptions, write_return
from wissel.reply.reason import Reason
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter

ORIGINALS = ("pacs.008.001.02", "pacs.008.001.08", "pacs.008.001.12", "pacs.009.001.08", "pacs.003.001.08")
RETURNS = ("pacs.004.001.02", "pacs.004.001.06", "pacs.004.001.09", "pacs.004.001.11", "pacs.004.001.15")


def options(**given: object) -> ReturnOptions:
    return ReturnOptions(STAMP, Reason("AC04"), "2026-11-24", **{"bic": "WISLNL2A", **given})  # type: ignore[arg-type]


def returned(message: BusinessMessage, definition: str, chosen: ReturnOptions) -> tuple[bytes, Returned]:
    original, blocks = original_of(message)
    tree, results = default_catalog().tree(definition), list[Returned]()

    def write(writer: MessageWriter) -> None:
        results.append(write_return(writer, tree, original, iter(only_transactions(blocks)), chosen))

    return body(definition, write), results[0]


def lines(data: bytes) -> list[Block]:
    return only_transactions(original_of(message_of(data))[1])


@given(data=st.data())
def test_what_comes_back_is_valid_and_never_more_than_was_settled(data: st.DataObject) -> None:
    message = made(
        data.draw(st.sampled_from(ORIGINALS)),
        data.draw(st.integers(1, 4)),
        data.draw(st.integers(1, 40)),
        data.draw(st.booleans()),
    )
    chain, reference = data.draw(st.booleans()), data.draw(st.booleans())
    charges = data.draw(st.sampled_from([None, Decimal("0.01"), Decimal(5)]))
    definition = data.draw(st.sampled_from(RETURNS))
    written, result = returned(message, definition, options(chain=chain, reference=reference, charges=charges))
    original, blocks = original_of(message)
    found = only_transactions(blocks)
    assert result.transactions + len(result.findings) == len(found)
    if result.findings:
        assert {one.code for one in result.findings} == {"REPLY-AMOUNT-NOT-RETURNABLE"}
        return
    assert faults(written) == []
    for one, line in zip(found, lines(written), strict=True):
        settled = Decimal(one.texts[amount_number(original.family, one.shape) or 0])
        assert Decimal(line.text("RtrdIntrBkSttlmAmt") or "") == settled - (charges or 0)
        assert Decimal(line.text("OrgnlIntrBkSttlmAmt") or "") == settled
        assert line.text("OrgnlEndToEndId") == one.text("PmtId/EndToEndId")
        told = line.text("ChrgsInf/Amt")
        assert (Decimal(told) if told is not None else None) == charges


def test_the_parties_are_turned_round_and_the_banks_change_sides() -> None:
    message = made("pacs.008.001.08", 1)
    one = only_transactions(original_of(message)[1])[0]
    written, _ = returned(message, "pacs.004.001.09", options(chain=True))
    line = lines(written)[0]
    assert line.text("RtrChain/Dbtr/Pty/Nm") == one.text("Cdtr/Nm")
    assert line.text("RtrChain/Cdtr/Pty/Nm") == one.text("Dbtr/Nm")
    for mine, theirs in (("DbtrAgt", "CdtrAgt"), ("CdtrAgt", "DbtrAgt")):
        assert line.text(f"RtrChain/{mine}/FinInstnId/BICFI") == one.text(f"{theirs}/FinInstnId/BICFI")


def test_a_return_before_the_chain_existed_has_none() -> None:
    written, _ = returned(made("pacs.008.001.08", 1), "pacs.004.001.04", options(chain=True))
    assert faults(written) == []
    assert b"RtrChain" not in written


def test_the_total_and_its_day_stand_in_the_group_header() -> None:
    message = made("pacs.008.001.08", 3)
    written, result = returned(message, "pacs.004.001.09", options(transactions=frozenset({1, 3})))
    header = original_of(message_of(written))[0].message
    assert header.text("GrpHdr/NbOfTxs") == "2"
    assert header.text("GrpHdr/IntrBkSttlmDt") == "2026-11-24"
    assert result.transactions == 2
    if len(result.currencies) == 1:
        assert Decimal(header.text("GrpHdr/TtlRtrdIntrBkSttlmAmt") or "") == result.total


@pytest.mark.parametrize(("method", "back"), [("INDA", "INGA"), ("INGA", "INDA"), ("CLRG", "CLRG")])
def test_settlement_is_seen_from_the_other_side(method: str, back: str) -> None:
    message = made("pacs.008.001.08", 1)
    original, blocks = original_of(message)
    data = message.document_xml(10**6)
    assert data is not None
    before = original.message.text("GrpHdr/SttlmInf/SttlmMtd") or ""
    changed = message_of(data.replace(f"<SttlmMtd>{before}<".encode(), f"<SttlmMtd>{method}<".encode()))
    written, _ = returned(changed, "pacs.004.001.09", options())
    assert original_of(message_of(written))[0].message.text("GrpHdr/SttlmInf/SttlmMtd") == back
    assert blocks


@pytest.mark.parametrize("charges", [Decimal(10**12), Decimal(-1)])
def test_charges_that_leave_nothing_are_refused(charges: Decimal) -> None:
    _, result = returned(made("pacs.008.001.08", 1), "pacs.004.001.09", options(charges=charges))
    assert [one.code for one in result.findings] == ["REPLY-AMOUNT-NOT-RETURNABLE"]
