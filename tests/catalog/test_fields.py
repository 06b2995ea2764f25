"""Named fields: every path exists in some schema, and the newest versions give the fields that matter."""

from functools import cache
from random import Random

import pytest

from wissel.catalog.blocks import blocks_of
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.catalog.fields import KINDS, fields, fields_of, find, forms
from wissel.catalog.naming import family_of
from wissel.core.limits import Limits
from wissel.message.business_message import read_messages
from wissel.xml.blocks.block import Block
from wissel.xml.sources.source import Source
from wissel.xml.writing.generate import full, transaction_path
from wissel.xml.writing.writer import write
from wissel.xml.xsd.schema_tree import ComplexType

CATALOG = Catalog(bundled_folder())
FAMILIES = sorted({family for field in fields().values() for family, _ in field.elements})


@cache
def value_paths(definition: str) -> frozenset[tuple[str, str]]:
    """Kind of block and path in it of every value that a definition can hold, read off its schema."""
    tree = CATALOG.tree(definition)
    top = f"/{tree.root.tag}/" if tree.root.tag != "Document" else f"/Document/{tree.message_element.tag}/"
    blocks = blocks_of(definition)
    starts = dict.fromkeys(blocks.groups, "group") | dict.fromkeys(blocks.transactions, "transaction") if blocks else {}
    found = set()
    for node in tree.walk():
        if isinstance(node.type, ComplexType) and node.type.content is not None:
            continue
        path = node.path.removeprefix(top)
        around = max((start for start in starts if path.startswith(f"{start}/")), key=len, default="")
        found.add((starts.get(around, "message"), path[len(around) :].lstrip("/")))
    return frozenset(found)


@cache
def family_paths(family: str) -> frozenset[tuple[str, str]]:
    versions = CATALOG.versions(family)
    assert versions, family
    return frozenset().union(*(value_paths(version) for version in versions))


@pytest.mark.parametrize("name", sorted(fields()))
def test_each_element_of_a_field_holds_a_value_in_some_version_of_each_family_it_claims(name: str) -> None:
    field = fields()[name]
    assert field.about.endswith(".")
    assert field.elements
    for (family, kind), elements in field.elements.items():
        assert kind in KINDS
        assert len(elements) == len(set(elements)), (family, kind)
        ends = forms()[field.form] if field.form else ("",)
        for element in elements:
            places = {f"{element}/{end}" if end else element for end in ends}
            assert places & {path for of, path in family_paths(family) if of == kind}, (family, kind, element)


@pytest.mark.parametrize("form", sorted(forms()))
def test_each_end_of_a_form_is_met_somewhere(form: str) -> None:
    met = set()
    for field in fields().values():
        if field.form != form:
            continue
        for (family, kind), elements in field.elements.items():
            paths = {path for of, path in family_paths(family) if of == kind}
            met |= {end for end in forms()[form] for e in elements if (f"{e}/{end}" if end else e) in paths}
    assert met == set(forms()[form])


KEY_FIELDS = {
    "pacs.008": "message_id creation_time number_of_transactions control_sum total_amount settlement_date settlement_method"
    " settlement_amount instructed_amount debtor debtor_account debtor_agent creditor creditor_account creditor_agent"
    " end_to_end_id instruction_id transaction_id uetr charge_bearer purpose remittance instructing_agent instructed_agent",
    "pain.001": "message_id creation_time initiating_party number_of_transactions control_sum payment_id"
    " requested_execution_date instructed_amount debtor debtor_account debtor_agent creditor creditor_account"
    " creditor_agent end_to_end_id instruction_id uetr charge_bearer purpose remittance",
    "pain.008": "message_id requested_collection_date instructed_amount debtor debtor_account debtor_agent creditor"
    " creditor_account creditor_agent end_to_end_id charge_bearer remittance",
    "pacs.009": "message_id settlement_amount settlement_date debtor debtor_account creditor creditor_agent uetr remittance",
    "pacs.004": "message_id settlement_amount original_amount settlement_date debtor creditor original_debtor"
    " original_creditor original_end_to_end_id original_transaction_id original_message_id reason transaction_id uetr",
    "pacs.002": "message_id status reason reason_text original_end_to_end_id original_transaction_id original_amount"
    " original_debtor original_creditor original_message_id uetr settlement_date",
    "pain.002": "message_id status reason original_end_to_end_id original_instruction_id original_amount original_debtor"
    " payment_id",
    "camt.052": "message_id account account_owner account_servicer balance_type balance_amount balance_date entry_amount"
    " credit_debit status booking_date value_date debtor creditor end_to_end_id remittance",
    "camt.053": "message_id account account_owner account_servicer account_currency balance_type balance_amount"
    " balance_direction balance_date entry_amount credit_debit reversal status booking_date value_date debtor"
    " debtor_account creditor creditor_account end_to_end_id uetr remittance entry_reference period_begin period_end"
    " number_of_transactions control_sum",
    "camt.054": "message_id account entry_amount credit_debit booking_date value_date debtor creditor remittance",
    "camt.056": "message_id sender receiver case_id number_of_transactions original_amount original_end_to_end_id"
    " original_message_id original_debtor original_creditor reason reason_text uetr settlement_date",
}  # fmt: skip


def innermost(definition: str) -> Block:
    """A transaction of a message that has every element once."""
    tree = CATALOG.tree(definition)
    made = full(tree, Random(1), transactions=1 if transaction_path(tree) else None)
    reading = read_messages(Source.from_bytes(write(tree, made)), Limits())
    assert reading.refused is None
    blocks = list(reading.messages[0].blocks())
    return next(block for block in blocks if block.kind == "transaction")


@pytest.mark.parametrize("family", sorted(KEY_FIELDS))
def test_a_full_message_of_the_newest_version_gives_the_key_fields(family: str) -> None:
    definition = CATALOG.versions(family)[-1]
    block = innermost(definition)
    parents = {block.parent.kind, block.parent.parent.kind if block.parent.parent else ""} if block.parent else set()
    for name in KEY_FIELDS[family].split():
        found = find(name, block, definition)
        if found is None and family in ("pacs.002", "pain.002") and "group" not in parents:
            # the original message's group stands beside the transactions, not around them
            assert (family, "group") in fields()[name].paths, name
            continue
        assert found is not None, name
        assert found.text
        if name.endswith("_amount"):
            assert len(found.attribute("Ccy") or "") == 3, name


def test_the_innermost_block_wins_and_others_stand_in() -> None:
    message = Block("message", "/Document/FIToFICstmrCdtTrf", 1, None)
    message.fill(("GrpHdr/IntrBkSttlmDt", "GrpHdr/MsgId"), ["2026-01-01", " "], [])
    transaction = Block("transaction", "CdtTrfTxInf", 1, message)
    transaction.fill(("Dbtr/Nm", "IntrBkSttlmAmt/@Ccy", "IntrBkSttlmAmt"), ["  A \n", "EUR", "5"], [])
    of = "pacs.008.001.08"
    date = find("settlement_date", transaction, of)
    assert date is not None
    assert (date.text, date.block is message, date.path) == ("2026-01-01", True, "GrpHdr/IntrBkSttlmDt")
    assert find("settlement_date", transaction, of, outward=False) is None
    assert find("message_id", transaction, of) is None  # nothing but white space is no value
    debtor = find("debtor", transaction, of)
    assert debtor is not None
    assert debtor.text == "A"
    amount = find("settlement_amount", transaction, of)
    assert amount is not None
    assert (amount.text, amount.attribute("Ccy"), amount.attribute("Nope")) == ("5", "EUR", None)
    transaction.fill(("IntrBkSttlmDt",), ["2026-02-02"], [])
    date = find("settlement_date", transaction, of)
    assert date is not None
    assert date.text == "2026-02-02"


def test_an_attribute_is_that_of_the_value_not_of_its_neighbour() -> None:
    entry = Block("transaction", "Stmt/Ntry", 1, None)
    entry.fill(("Amt", "Amt[2]/@Ccy", "Amt[2]"), ["", "USD", "7"], [])
    found = find("entry_amount", entry, "camt.053.001.08")
    assert found is not None
    assert (found.text, found.attribute("Ccy")) == ("7", "USD")


def test_a_national_variant_has_the_fields_of_its_family() -> None:
    assert family_of("pain.001.001.03.ch.02") == "pain.001"
    assert "debtor" in fields_of("pain.001")
    assert "debtor" not in fields_of("admi.004")
    with pytest.raises(KeyError):
        find("no_such_field", Block("message", "/Document", 1, None), "pain.001.001.09")


def test_every_family_with_fields_has_blocks_or_is_a_header() -> None:
    for family in FAMILIES:
        assert family == "head.001" or blocks_of(f"{family}.001.01") is not None
