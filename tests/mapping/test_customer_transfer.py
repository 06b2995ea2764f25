"""Orders as payments between banks: what each element becomes, what is recorded, what is refused."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mapping.orders import AT, blocks_of, converted, order, single, transaction
from wissel.catalog.definitions import default_catalog
from wissel.engine.conversion.run import Wish
from wissel.mapping.amounts import Settled
from wissel.mapping.customer_transfer import CustomerTransfers
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Category
from wissel.mapping.placement import Placement
from wissel.xml.xsd.schema_tree import ComplexType, Element

GROUP = "/Document/CstmrCdtTrfInitn/PmtInf[1]"
TRANSACTION = f"{GROUP}/CdtTrfTxInf[1]"
RESULT = "/Document/FIToFICstmrCdtTrf"


@pytest.mark.parametrize(
    ("group", "changes", "expected"),
    [
        ({}, {}, {"PmtId/EndToEndId": "END-TO-END-1", "Dbtr/Nm": "Muster GmbH", "CdtrAcct/Id/IBAN": "FR8599991000000000000000001"}),
        ({}, {}, {"InitgPty/Nm": "Muster GmbH", "DbtrAgt/FinInstnId/BICFI": "ZZWIDE20", "RmtInf/Ustrd": "Invoice 7"}),
        ({}, {}, {"ChrgBr": "SHAR"}),
        ({}, {"PmtId__EndToEndId": "NOTPROVIDED"}, {"PmtId/EndToEndId": "NOTPROVIDED"}),
        ({}, {"PmtId__UETR": "8a562c67-ca16-48ba-b074-65581be6f001"}, {"PmtId/UETR": "8a562c67-ca16-48ba-b074-65581be6f001"}),
        ({"ChrgBr": "DEBT"}, {}, {"ChrgBr": "DEBT"}),
        ({}, {"ChrgBr": "CRED"}, {"ChrgBr": "CRED"}),
        ({"PmtTpInf/SvcLvl/Cd": "URGP"}, {}, {"PmtTpInf/SvcLvl/Cd": "URGP"}),
        ({}, {"PmtTpInf__SvcLvl[2]__Cd": "G001", "PmtTpInf__SvcLvl[1]__Cd": "URGP"}, {"PmtTpInf/SvcLvl/Cd": "URGP"}),
        ({"UltmtDbtr/Nm": "Holding"}, {}, {"UltmtDbtr/Nm": "Holding"}),
        ({}, {"IntrmyAgt1__FinInstnId__BICFI": "ZZALCH20"}, {"IntrmyAgt1/FinInstnId/BICFI": "ZZALCH20"}),
        ({}, {"InstrForCdtrAgt__Cd": "PHOB"}, {"InstrForCdtrAgt/Cd": "PHOB"}),
        ({}, {"Purp__Cd": "SALA", "Tax__RefNb": "T-1"}, {"Purp/Cd": "SALA", "Tax/RefNb": "T-1"}),
        ({"DbtrAgtAcct/Id/Othr/Id": "A-1"}, {}, {"DbtrAgtAcct/Id/Othr/Id": "A-1"}),
    ],
)  # fmt: skip
def test_what_elements_become(
    group: Mapping[str, str | None], changes: Mapping[str, str | None], expected: Mapping[str, str], tmp_path: Path
) -> None:
    outcome = converted(single(group=group, **changes), tmp_path)
    assert not outcome.done.refused, outcome.codes
    (block,) = outcome.blocks
    assert {path: block.text(path) for path in expected} == expected


@pytest.mark.parametrize(
    ("group", "changes", "loss"),
    [
        ({}, {}, ("CONSUMED", f"{GROUP}/PmtInfId", None, "PAYMENT-1", None)),
        ({}, {}, ("CONSUMED", f"{GROUP}/PmtMtd", None, "TRF", None)),
        ({}, {}, ("CONSUMED", "/Document/CstmrCdtTrfInitn/GrpHdr/MsgId", None, "ORDER-1", None)),
        ({}, {}, ("DEFAULTED", f"{GROUP}/ReqdExctnDt/Dt", None, "2026-11-24", "2026-11-24")),
        ({}, {}, ("DEFAULTED", None, f"{RESULT}/GrpHdr/SttlmInf/SttlmMtd", None, "CLRG")),
        ({}, {}, ("DEFAULTED", None, f"{RESULT}/GrpHdr/InstgAgt/FinInstnId/BICFI", None, "ZZWIDE20")),
        ({}, {}, ("DEFAULTED", None, f"{RESULT}/GrpHdr/InstdAgt/FinInstnId/BICFI", None, "ZZLIFR20")),
        ({}, {}, ("DEFAULTED", None, f"{RESULT}/CdtTrfTxInf[1]/ChrgBr", None, "SHAR")),
        ({"BtchBookg": "true"}, {}, ("CONSUMED", f"{GROUP}/BtchBookg", None, "true", None)),
        ({"ChrgsAcct/Id/Othr/Id": "C-1"}, {}, ("CONSUMED", f"{GROUP}/ChrgsAcct/Id/Othr/Id", None, "C-1", None)),
        ({}, {"InstrForDbtrAgt": "Call us"}, ("CONSUMED", f"{TRANSACTION}/InstrForDbtrAgt", None, "Call us", None)),
        (
            {"ReqdExctnDt/Dt": None, "ReqdExctnDt/DtTm": "2026-11-24T08:00:00Z"},
            {},
            ("DEFAULTED", f"{GROUP}/ReqdExctnDt/DtTm", None, "2026-11-24T08:00:00Z", "2026-11-24"),
        ),
    ],
)
def test_what_is_recorded(
    group: Mapping[str, str | None],
    changes: Mapping[str, str | None],
    loss: tuple[str, str | None, str | None, str | None, str | None],
    tmp_path: Path,
) -> None:
    outcome = converted(single(group=group, **changes), tmp_path)
    assert outcome.lost().count(loss) == 1, outcome.lost()
    counted = outcome.done.losses
    assert {category: sum(one == category for one, *_ in outcome.lost()) for category in counted} == counted


def test_the_record_links_the_old_instruction_with_the_new(tmp_path: Path) -> None:
    outcome = converted(single(), tmp_path)
    (linked,) = [loss for _, loss in outcome.losses if loss.original_path == f"{TRANSACTION}/PmtId/InstrId"]
    assert (linked.category, linked.before, linked.transaction) == (Category.CONSUMED, "INSTRUCTION-1", 1)
    assert linked.after == outcome.blocks[0].text("PmtId/InstrId")
    assert linked.target_path == f"{RESULT}/CdtTrfTxInf[1]/PmtId/InstrId"


def test_a_value_of_a_group_is_recorded_once(tmp_path: Path) -> None:
    many = [transaction(PmtId__EndToEndId=f"E{number}", ChrgBr="SLEV") for number in range(5)]
    outcome = converted(order(({"ChrgBr": "SHAR"}, many)), tmp_path, wish=Wish("pacs.008.001.08", AT, accepts="schema"))
    assert [loss for loss in outcome.lost() if loss[1] == f"{GROUP}/ChrgBr"] == [
        ("DROPPED", f"{GROUP}/ChrgBr", None, "SHAR", None)
    ]
    assert {block.text("ChrgBr") for block in outcome.blocks} == {"SLEV"}


@pytest.mark.parametrize(
    ("definition", "to", "changes", "path", "text"),
    [
        ("pain.001.001.03", "pacs.008.001.08", {"Cdtr__Id__OrgId__BICOrBEI": "ZZLIFR20"}, "Cdtr/Id/OrgId/AnyBIC", "ZZLIFR20"),
        ("pain.001.001.03", "pacs.008.001.14", {"RltdRmtInf__RmtLctnMtd": "EMAL"}, "RltdRmtInf/RmtLctnDtls/Mtd", "EMAL"),
        ("pain.001.001.03", "pacs.008.001.08", {"Cdtr__PstlAdr__AdrTp": "BIZZ"}, "Cdtr/PstlAdr/AdrTp/Cd", "BIZZ"),
        ("pain.001.001.09", "pacs.008.001.14", {"RgltryRptg__Dtls__Cd": "10"}, "RgltryRptg/Dtls/RptgCd", "10"),
        ("pain.001.001.13", "pacs.008.001.14", {"MndtRltdInf__MndtId": "M-1"}, "MndtRltdInf/MndtId", "M-1"),
    ],
)  # fmt: skip
def test_elements_that_versions_call_or_place_otherwise(
    definition: str, to: str, changes: Mapping[str, str | None], path: str, text: str, tmp_path: Path
) -> None:
    old = definition == "pain.001.001.03"
    group: dict[str, str | None] = {}
    changes = {**changes, "Cdtr__PstlAdr__TwnNm": "Lyon"}
    if old:
        group = {"ReqdExctnDt/Dt": None, "ReqdExctnDt": "2026-11-24", "DbtrAgt/FinInstnId/BICFI": None}
        group["DbtrAgt/FinInstnId/BIC"] = "ZZWIDE20"
        changes |= {"CdtrAgt__FinInstnId__BICFI": None, "CdtrAgt__FinInstnId__BIC": "ZZLIFR20"}
    if "RgltryRptg__Dtls__Cd" in changes:
        changes |= {"RgltryRptg__DbtCdtRptgInd": "CRED"}
    outcome = converted(single(definition, group, **changes), tmp_path, to)
    assert not outcome.done.refused, outcome.codes
    (block,) = outcome.blocks
    assert block.text(path) == text
    assert block.text("CdtrAgt/FinInstnId/BICFI") == "ZZLIFR20"
    assert block.text("DbtrAgt/FinInstnId/BICFI") == "ZZWIDE20"


def test_a_value_that_a_newer_order_has_and_the_payment_has_no_place_for_is_dropped_with_a_record(
    tmp_path: Path,
) -> None:
    outcome = converted(single("pain.001.001.13", Cdtr__PstlAdr__CareOf="Concierge"), tmp_path)
    assert ("DROPPED", f"{TRANSACTION}/Cdtr/PstlAdr/CareOf", None, "Concierge", None) in outcome.lost()
    kept = converted(single("pain.001.001.13", Cdtr__PstlAdr__CareOf="Concierge"), tmp_path, "pacs.008.001.14")
    assert kept.blocks[0].text("Cdtr/PstlAdr/CareOf") == "Concierge"


def test_contact_details_may_be_cut_and_names_may_not(tmp_path: Path) -> None:
    email = "a" * 300 + "@example.com"
    outcome = converted(single("pain.001.001.09", Cdtr__CtctDtls__EmailAdr=email), tmp_path, "pacs.008.001.14")
    assert outcome.blocks[0].text("Cdtr/CtctDtls/EmailAdr") == email[:256]
    loss = ("TRUNCATED", f"{TRANSACTION}/Cdtr/CtctDtls/EmailAdr", f"{RESULT}/CdtTrfTxInf[1]/Cdtr/CtctDtls/EmailAdr")
    assert (*loss, email, email[:256]) in outcome.lost()
    town = "T" * 36
    refused = converted(single("pain.001.001.13", Cdtr__PstlAdr__TwnNm=town), tmp_path)
    assert refused.codes == ["VALUE-BEYOND-TARGET"]
    (found,) = refused.done.reports[0].all_findings
    assert (found.path, found.transaction, found.value) == (f"{TRANSACTION}/Cdtr/PstlAdr/TwnNm", 1, town)
    assert "1 more than the 35 allowed" in found.message
    assert refused.files == {}


BAD: list[tuple[str, str, Mapping[str, str | None], Mapping[str, str | None], str, str]] = [
    ("CREDITOR-AGENT-MISSING", "pain.001.001.09", {}, {"CdtrAgt": None}, "pacs.008.001.08", f"{TRANSACTION}/CdtrAgt"),
    ("CREDITOR-MISSING", "pain.001.001.09", {}, {"Cdtr": None}, "pacs.008.001.08", f"{TRANSACTION}/Cdtr"),
    ("PAYMENT-METHOD-CHEQUE", "pain.001.001.09", {"PmtMtd": "CHK"}, {}, "pacs.008.001.08", f"{GROUP}/PmtMtd"),
    (
        "VALUE-BEYOND-TARGET", "pain.001.001.13", {}, {"InstrForCdtrAgt__Cd": "OTHR"}, "pacs.008.001.08",
        f"{TRANSACTION}/InstrForCdtrAgt/Cd",
    ),
    ("CONVERSION-NOT-KNOWN", "pain.001.001.09", {}, {}, "pacs.008.001.07", "/Document"),
    ("CONVERSION-NOT-KNOWN", "pain.001.001.09", {}, {}, "pacs.009.001.08", "/Document"),
    ("CONVERSION-NOT-KNOWN", "pain.001.001.09", {}, {}, "head.001.001.02", "/Document"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "definition", "group", "changes", "to", "path"), BAD)
def test_what_is_refused_and_where(
    code: str,
    definition: str,
    group: Mapping[str, str | None],
    changes: Mapping[str, str | None],
    to: str,
    path: str,
    tmp_path: Path,
) -> None:
    wish = Wish(to, AT, accepts="schema")
    outcome = converted(single(definition, group, **changes), tmp_path, wish=wish)
    found = [one for report in outcome.done.reports for one in report.all_findings if one.code == code]
    assert [one.path for one in found] == [path]
    assert outcome.done.refused
    assert outcome.files == {}


def test_elements_beyond_what_the_target_takes_are_refused() -> None:
    """No pair of bundled versions takes fewer of an element of a transaction; a narrower schema does."""
    payment = default_catalog().tree("pacs.008.001.08")
    wide = payment.types["PaymentTypeInformation28"]
    assert isinstance(wide, ComplexType)
    assert wide.content is not None
    members = tuple(
        replace(one, occurs_max=1) if isinstance(one, Element) and one.tag == "SvcLvl" else one
        for one in wide.content.members
    )
    narrow = replace(wide, content=replace(wide.content, members=members))
    tree = replace(payment, types={**payment.types, wide.name: narrow})
    two = {"PmtTpInf__SvcLvl[1]__Cd": "URGP", "PmtTpInf__SvcLvl[2]__Cd": "G001"}
    block = blocks_of(single(**two))[0]
    order_tree = default_catalog().tree("pain.001.001.09")
    mapper = CustomerTransfers(order_tree, lambda _: tree, Identifiers("ab", AT.isoformat()), AT.isoformat(), print)
    amount = mapper.settled(block)
    assert isinstance(amount, Settled)
    found = mapper.mapped(block, Placement("pacs.008.001.08", "2026-11-24"), amount, 1, 1)
    assert isinstance(found, tuple)
    assert [(one.code, one.path, one.value) for one in found] == [
        ("ELEMENT-BEYOND-TARGET", f"{TRANSACTION}/PmtTpInf/SvcLvl[2]/Cd", "G001")
    ]


@pytest.mark.parametrize(
    ("group", "own", "carried", "expected"),
    [
        (None, "DEBT", ("SLEV",), f"{TRANSACTION}/ChrgBr"),
        ("CRED", None, ("SLEV",), f"{GROUP}/ChrgBr"),
        ("SHAR", "CRED", ("DEBT", "SHAR"), f"{TRANSACTION}/ChrgBr"),
        # shared charges have two words; what stands at the transaction counts
        (None, "SHAR", ("SLEV",), "SLEV"),
        ("DEBT", "SLEV", ("DEBT", "SHAR"), "SHAR"),
        (None, None, ("SLEV",), "SLEV"),
        ("DEBT", None, (), "DEBT"),
    ],
)
def test_who_bears_the_charges_is_never_changed_to_another_meaning(
    group: str | None, own: str | None, carried: tuple[str, ...], expected: str
) -> None:
    trees = default_catalog().tree
    mapper = CustomerTransfers(
        trees("pain.001.001.09"), trees, Identifiers("ab", AT.isoformat()), AT.isoformat(), lambda _: None
    )
    block = blocks_of(single(group={"ChrgBr": group} if group else {}, **({"ChrgBr": own} if own else {})))[0]
    amount = mapper.settled(block)
    assert isinstance(amount, Settled)
    found = mapper.mapped(block, Placement("pacs.008.001.08", "2026-11-24", charge_bearers=carried), amount, 1, 1)
    if isinstance(found, tuple):
        assert [(one.code, one.path, one.value) for one in found] == [
            ("CHARGE-BEARER-NOT-CARRIED", expected, own or group)
        ]
    else:
        assert found.texts[found.paths.index("ChrgBr")] == expected


def test_content_of_another_namespace_is_dropped_and_recorded(tmp_path: Path) -> None:
    foreign = '<SplmtryData><Envlp><x:Own xmlns:x="urn:x"><x:Id>{}</x:Id></x:Own></Envlp></SplmtryData>'
    data = single().decode().replace("</CdtTrfTxInf>", foreign.format("T-1") + "</CdtTrfTxInf>")
    data = data.replace("</CstmrCdtTrfInitn>", foreign.format("M-1") + "</CstmrCdtTrfInitn>")
    outcome = converted(data.encode(), tmp_path)
    assert not outcome.done.refused, outcome.codes
    assert [(kind, path, before) for kind, path, _, before, _ in outcome.lost() if kind == "DROPPED"] == [
        ("DROPPED", f"{TRANSACTION}/SplmtryData/Envlp/Own/Id", "T-1"),
        ("DROPPED", "/Document/CstmrCdtTrfInitn/SplmtryData/Envlp/Own/Id", "M-1"),
    ]
    assert not any(b"SplmtryData" in content for content in outcome.files.values())


SEPA = "sepa-sct"


def test_a_network_carries_its_own_elements_and_no_others(tmp_path: Path) -> None:
    data = single(group={"PmtTpInf/SvcLvl/Cd": "SEPA", "ChrgBr": "SLEV"}, IntrmyAgt1__FinInstnId__BICFI="ZZALCH20")
    outcome = converted(data, tmp_path, wish=Wish("pacs.008.001.08", AT, guideline=SEPA))
    assert not outcome.done.refused, outcome.codes
    (block,) = outcome.blocks
    assert not block.has("InitgPty")
    assert not block.has("IntrmyAgt1")
    dropped = [loss for loss in outcome.lost() if loss[0] == "DROPPED"]
    assert dropped == [
        ("DROPPED", f"{TRANSACTION}/IntrmyAgt1/FinInstnId/BICFI", None, "ZZALCH20", None),
        ("DROPPED", "/Document/CstmrCdtTrfInitn/GrpHdr/InitgPty/Nm", None, "Muster GmbH", None),
    ]


def test_a_result_that_the_guideline_refuses_is_not_given_out(tmp_path: Path) -> None:
    outcome = converted(single(), tmp_path, wish=Wish("pacs.008.001.08", AT, guideline=SEPA))
    assert outcome.done.refused
    assert sorted(outcome.codes) == ["CHARGE-BEARER-NOT-SLEV", "SERVICE-LEVEL-NOT-SEPA"]
    assert outcome.done.reports[0].file == "order.xml as order-0001-pacs.008.001.08.xml"
    assert outcome.files == {}


def test_an_error_behind_many_warnings_is_still_told(tmp_path: Path) -> None:
    # each name gives a warning of the network's character set, and stands before the account that is none of SEPA's
    many = [transaction(PmtId__EndToEndId=f"E{number}", Cdtr__Nm="Çelik") for number in range(30)]
    many.append(transaction(PmtId__EndToEndId="E30", CdtrAcct__Id__IBAN=None, CdtrAcct__Id__Othr__Id="12345"))
    data = order(({"PmtTpInf/SvcLvl/Cd": "SEPA", "ChrgBr": "SLEV"}, many))
    outcome = converted(data, tmp_path, wish=Wish("pacs.008.001.08", AT, guideline=SEPA))
    assert outcome.done.refused
    assert outcome.codes == ["ACCOUNT-NOT-IBAN"]
    # the result is not given out: the finding says which transaction of the input it is about
    assert outcome.done.reports[0].all_findings[0].message.endswith(" It is transaction 31 of the input.")
