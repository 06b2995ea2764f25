"""Version steps that users meet, value by value."""

import pytest

import wissel
from tests.mapping.versions import CATALOG, convert, fault, message, values, written
from wissel.core.errors import UsageError
from wissel.mapping.loss import Category, Loss
from wissel.mapping.version import convert_version

OLD, NEW = "pain.001.001.03", "pain.001.001.09"
PAYMENT = "PmtInf/CdtTrfTxInf"
ORDER = {
    "GrpHdr/MsgId": "M-1",
    "GrpHdr/CreDtTm": "2026-11-23T10:00:00Z",
    "GrpHdr/NbOfTxs": "1",
    "GrpHdr/InitgPty/Nm": "Example AG",
    "GrpHdr/InitgPty/Id/OrgId/BICOrBEI": "BANKNL2A",
    "PmtInf/PmtInfId": "P-1",
    "PmtInf/PmtMtd": "TRF",
    "PmtInf/PmtTpInf/SvcLvl/Cd": "SEPA",
    "PmtInf/ReqdExctnDt": "2026-11-24",
    "PmtInf/Dbtr/Nm": "Example AG",
    "PmtInf/Dbtr/PstlAdr/AdrTp": "BIZZ",
    "PmtInf/Dbtr/PstlAdr/Ctry": "DE",
    "PmtInf/Dbtr/PstlAdr/AdrLine": "Hauptstr. 1",
    "PmtInf/Dbtr/PstlAdr/AdrLine[2]": "10115 Berlin",
    "PmtInf/DbtrAcct/Id/IBAN": "DE89370400440532013000",
    "PmtInf/DbtrAgt/FinInstnId/BIC": "COBADEFF",
    "PmtInf/ChrgBr": "SLEV",
    f"{PAYMENT}/PmtId/EndToEndId": "E-1",
    f"{PAYMENT}/Amt/InstdAmt": "10.50",
    f"{PAYMENT}/Amt/InstdAmt/@Ccy": "EUR",
    f"{PAYMENT}/CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd": "DEBLZ",
    f"{PAYMENT}/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId": "37040044",
    f"{PAYMENT}/Cdtr/Nm": "Beispiel GmbH",
    f"{PAYMENT}/CdtrAcct/Id/IBAN": "DE02120300000000202051",
    f"{PAYMENT}/Purp/Cd": "SALA",
    f"{PAYMENT}/RmtInf/Ustrd": "Rechnung 1",
}
MOVED = {
    "GrpHdr/InitgPty/Id/OrgId/BICOrBEI": "GrpHdr/InitgPty/Id/OrgId/AnyBIC",
    "PmtInf/ReqdExctnDt": "PmtInf/ReqdExctnDt/Dt",
    "PmtInf/Dbtr/PstlAdr/AdrTp": "PmtInf/Dbtr/PstlAdr/AdrTp/Cd",
    "PmtInf/DbtrAgt/FinInstnId/BIC": "PmtInf/DbtrAgt/FinInstnId/BICFI",
}


def plain(found: dict[str, str]) -> dict[str, str]:
    """Paths as they are written here, with an index from the second occurrence on."""
    return {path.replace("[1]", ""): text for path, text in found.items()}


def only(losses: tuple[Loss, ...]) -> Loss:
    (loss,) = losses
    return loss


def test_an_order_of_version_3_becomes_one_of_version_9_without_loss() -> None:
    made, result = convert(written(OLD, ORDER), NEW)
    assert (result.findings, result.losses) == ((), ())
    assert fault(made, NEW) is None
    assert plain(values(made)) == {MOVED.get(path, path): text for path, text in ORDER.items()}


def test_and_back_again() -> None:
    up, _ = convert(written(OLD, ORDER), NEW)
    down, result = convert(up, OLD)
    assert (result.findings, result.losses) == ((), ())
    assert fault(down, OLD) is None
    assert plain(values(down)) == ORDER


NEWER = {MOVED.get(path, path): text for path, text in ORDER.items()}
LOST_ON_THE_WAY_DOWN = [
    # what is added to the order of version 9, what of it is lost in version 3: category, path, before, after
    ({"PmtInf/PmtTpInf/SvcLvl[2]/Cd": "URGP"}, (Category.DROPPED, "PmtInf/PmtTpInf/SvcLvl[2]/Cd", "URGP", None)),
    (
        {"PmtInf/ReqdExctnDt/Dt": None, "PmtInf/ReqdExctnDt/DtTm": "2026-11-24T09:00:00Z"},
        (Category.TRUNCATED, "PmtInf/ReqdExctnDt/DtTm", "2026-11-24T09:00:00Z", "2026-11-24"),
    ),
    (
        {f"{PAYMENT}/PmtId/UETR": "123e4567-e89b-42d3-a456-426614174000"},
        (Category.DROPPED, f"{PAYMENT}/PmtId/UETR", "123e4567-e89b-42d3-a456-426614174000", None),
    ),
    (
        {"PmtInf/Dbtr/PstlAdr/AdrTp/Cd": None, "PmtInf/Dbtr/PstlAdr/AdrTp/Prtry/Id": "XYZ1"}
        | {"PmtInf/Dbtr/PstlAdr/AdrTp/Prtry/Issr": "ME"},
        (Category.DROPPED, "PmtInf/Dbtr/PstlAdr/AdrTp/Prtry/Id", "XYZ1", None),
    ),
    (
        {"PmtInf/Dbtr/CtctDtls/NmPrfx": "MIKS"},
        (Category.DROPPED, "PmtInf/Dbtr/CtctDtls/NmPrfx", "MIKS", None),
    ),
]


@pytest.mark.parametrize(("change", "expected"), LOST_ON_THE_WAY_DOWN, ids=lambda value: str(value)[:40])
def test_what_version_3_cannot_hold_is_lost_and_said(
    change: dict[str, str | None], expected: tuple[Category, str, str, str | None]
) -> None:
    order = {path: text for path, text in {**NEWER, **change}.items() if text is not None}
    made, result = convert(written(NEW, order), OLD)
    assert not result.refused
    assert fault(made, OLD) is None
    loss = result.losses[0]
    path = (loss.original_path or "").replace("[1]", "").removeprefix("/Document/CstmrCdtTrfInitn/")
    assert (loss.category, path, loss.before, loss.after) == expected
    assert len(result.losses) == len(expected[1:2]) + ("AdrTp" in path)
    assert loss.why.endswith(".")


REFUSED = [
    ("VERSION-VALUE-UNFIT", "pacs.002.001.10", "pacs.002.001.03", {"TxInfAndSts/TxSts": "BLCK"}),
    ("VERSION-VALUE-MISSING", "pacs.002.001.10", "pacs.002.001.03", {"TxInfAndSts/OrgnlEndToEndId": "E-1"}),
    (
        "VERSION-BLOCK-HAS-NO-PLACE",
        "pacs.002.001.10",
        "pacs.002.001.03",
        {
            f"OrgnlGrpInfAndSts{n}/{tag}": text
            for n in ("", "[2]")
            for tag, text in (("OrgnlMsgId", "M-1"), ("OrgnlMsgNmId", "pacs.008.001.08"))
        },
    ),
]


@pytest.mark.parametrize(("code", "source", "target", "report"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_may_neither_be_lost_nor_invented_is_refused(
    code: str, source: str, target: str, report: dict[str, str]
) -> None:
    whole = {"GrpHdr/MsgId": "S-1", "GrpHdr/CreDtTm": "2026-11-23T10:00:00Z", **report}
    if code == "VERSION-VALUE-UNFIT":
        whole |= {"OrgnlGrpInfAndSts/OrgnlMsgId": "M-1", "OrgnlGrpInfAndSts/OrgnlMsgNmId": "pacs.008.001.08"}
    data = written(source, whole)
    assert fault(data, source) is None
    _, result = convert(data, target)
    assert result.refused
    finding = result.findings[0]
    assert finding.code == code
    assert finding.path is not None
    assert target in finding.message


def test_a_value_that_does_not_fit_is_shown_with_its_line() -> None:
    data = written(
        "pacs.002.001.10",
        {
            "GrpHdr/MsgId": "S",
            "GrpHdr/CreDtTm": "2026-11-23T10:00:00Z",
            "OrgnlGrpInfAndSts/OrgnlMsgId": "M",
            "OrgnlGrpInfAndSts/OrgnlMsgNmId": "pacs.008.001.08",
            "TxInfAndSts/TxSts": "BLCK",
        },
    )
    _, result = convert(data, "pacs.002.001.03")
    (finding,) = result.findings
    assert (finding.value, finding.transaction) == ("BLCK", 1)
    assert finding.path == "/Document/FIToFIPmtStsRpt/TxInfAndSts[1]/TxSts"
    assert data.decode().splitlines()[(finding.line or 0) - 1].strip() == "<TxSts>BLCK</TxSts>"


ENTRY = "Stmt/Ntry"
DETAILS = f"{ENTRY}/NtryDtls/TxDtls"
STATEMENT = {
    "GrpHdr/MsgId": "S-1",
    "GrpHdr/CreDtTm": "2026-11-23T10:00:00Z",
    "Stmt/Id": "1",
    "Stmt/CreDtTm": "2026-11-23T10:00:00Z",
    "Stmt/Acct/Id/IBAN": "DE89370400440532013000",
    "Stmt/Bal/Tp/CdOrPrtry/Cd": "CLBD",
    "Stmt/Bal/Amt": "90.00",
    "Stmt/Bal/Amt/@Ccy": "EUR",
    "Stmt/Bal/CdtDbtInd": "CRDT",
    "Stmt/Bal/Dt/Dt": "2026-11-23",
    f"{ENTRY}/Amt": "10.00",
    f"{ENTRY}/Amt/@Ccy": "EUR",
    f"{ENTRY}/CdtDbtInd": "DBIT",
    f"{ENTRY}/Sts": "BOOK",
    f"{ENTRY}/BkTxCd/Prtry/Cd": "NTRF",
    f"{ENTRY}/Chrgs/Amt": "1.00",
    f"{ENTRY}/Chrgs/Amt/@Ccy": "EUR",
    f"{ENTRY}/Chrgs/Pty/FinInstnId/BIC": "COBADEFF",
    f"{ENTRY}/Chrgs[2]/Amt": "2.00",
    f"{ENTRY}/Chrgs[2]/Amt/@Ccy": "EUR",
    f"{DETAILS}/Refs/EndToEndId": "E-1",
    f"{DETAILS}/AmtDtls/TxAmt/Amt": "7.00",
    f"{DETAILS}/AmtDtls/TxAmt/Amt/@Ccy": "EUR",
    f"{DETAILS}/RltdPties/Dbtr/Nm": "Example AG",
    f"{DETAILS}/RltdPties/Cdtr/Nm": "Beispiel GmbH",
}
STATEMENT_MOVED = {
    f"{ENTRY}/Sts": f"{ENTRY}/Sts/Cd",
    f"{ENTRY}/Chrgs/Amt": f"{ENTRY}/Chrgs/Rcrd/Amt",
    f"{ENTRY}/Chrgs/Amt/@Ccy": f"{ENTRY}/Chrgs/Rcrd/Amt/@Ccy",
    f"{ENTRY}/Chrgs/Pty/FinInstnId/BIC": f"{ENTRY}/Chrgs/Rcrd/Agt/FinInstnId/BICFI",
    f"{ENTRY}/Chrgs[2]/Amt": f"{ENTRY}/Chrgs/Rcrd[2]/Amt",
    f"{ENTRY}/Chrgs[2]/Amt/@Ccy": f"{ENTRY}/Chrgs/Rcrd[2]/Amt/@Ccy",
    f"{DETAILS}/RltdPties/Dbtr/Nm": f"{DETAILS}/RltdPties/Dbtr/Pty/Nm",
    f"{DETAILS}/RltdPties/Cdtr/Nm": f"{DETAILS}/RltdPties/Cdtr/Pty/Nm",
}


def test_a_statement_of_version_2_becomes_one_of_version_8_and_back() -> None:
    data = written("camt.053.001.02", STATEMENT)
    up, there = convert(data, "camt.053.001.08")
    assert (there.findings, there.losses) == ((), ())
    assert plain(values(up)) == {STATEMENT_MOVED.get(path, path): text for path, text in STATEMENT.items()}
    down, back = convert(up, "camt.053.001.02")
    assert (back.findings, back.losses) == ((), ())
    assert plain(values(down)) == STATEMENT
    assert fault(up, "camt.053.001.08") is None
    assert fault(down, "camt.053.001.02") is None


def test_a_transaction_takes_amount_and_direction_from_where_the_statement_says_them() -> None:
    made, result = convert(written("camt.053.001.02", STATEMENT), "camt.053.001.04")
    found = plain(values(made))
    assert (found[f"{DETAILS}/Amt"], found[f"{DETAILS}/Amt/@Ccy"]) == ("7.00", "EUR")
    assert found[f"{DETAILS}/CdtDbtInd"] == "DBIT"
    assert [(loss.category, loss.after) for loss in result.losses] == [
        (Category.DEFAULTED, "7.00"),
        (Category.DEFAULTED, "EUR"),
        (Category.DEFAULTED, "DBIT"),
    ]


def test_remittance_amounts_by_element_are_amounts_by_code_and_back() -> None:
    amount = f"{PAYMENT}/RmtInf/Strd/RfrdDocAmt"
    data = written(
        NEW,
        NEWER
        | {f"{amount}/DuePyblAmt": "3.00", f"{amount}/DuePyblAmt/@Ccy": "EUR"}
        | {f"{amount}/TaxAmt/Amt": "1.00", f"{amount}/TaxAmt/Amt/@Ccy": "EUR"}
        | {f"{amount}/TaxAmt[2]/Amt": "2.00", f"{amount}/TaxAmt[2]/Amt/@Ccy": "EUR"},
    )
    up, _ = convert(data, "pain.001.001.12")
    found = plain(values(up))
    kinds = [
        (found[f"{amount}/RmtAmtAndTp{n}/Tp/Cd"], found[f"{amount}/RmtAmtAndTp{n}/Amt"]) for n in ("", "[2]", "[3]")
    ]
    assert kinds == [("DUPA", "3.00"), ("TAXS", "1.00"), ("TAXS", "2.00")]
    down, _ = convert(up, NEW)
    assert values(down) == values(data)


def test_a_code_of_no_list_is_text_and_a_statement_takes_the_time_of_its_message() -> None:
    newer = {STATEMENT_MOVED.get(path, path): text for path, text in STATEMENT.items() if path != "Stmt/CreDtTm"}
    made, result = convert(written("camt.053.001.08", newer | {"Stmt/Acct/Tp/Cd": "INST"}), "camt.053.001.02")
    assert not result.refused
    assert fault(made, "camt.053.001.02") is None
    assert plain(values(made)) == STATEMENT | {"Stmt/Acct/Tp/Prtry": "INST"}
    assert [(loss.category, loss.before, loss.after, loss.target_path) for loss in result.losses] == [
        (Category.TRUNCATED, "INST", "INST", "/Document/BkToCstmrStmt/Stmt[1]/Acct/Tp/Prtry"),
        (Category.DEFAULTED, None, STATEMENT["GrpHdr/CreDtTm"], "/Document/BkToCstmrStmt/Stmt[1]/CreDtTm"),
    ]


def test_losses_can_be_taken_one_by_one() -> None:
    order = NEWER | {f"{PAYMENT}/PmtId/UETR": "123e4567-e89b-42d3-a456-426614174000"}
    taken: list[Loss] = []
    read = wissel.read(written(NEW, order)).messages[0]
    result = convert_version(read, OLD, CATALOG, lambda _: None, record=taken.append)
    assert result.losses == ()
    assert only(tuple(taken)).transaction == 1


def test_a_definition_of_another_family_is_a_wrong_call() -> None:
    read = wissel.read(written(OLD, ORDER)).messages[0]
    with pytest.raises(UsageError, match=r"pacs\.008\.001\.08 is no version of pain\.001"):
        convert_version(read, "pacs.008.001.08", CATALOG, lambda _: None)
    with pytest.raises(UsageError, match="there is no schema for"):
        convert_version(read, "pain.001.001.99", CATALOG, lambda _: None)


def test_a_family_whose_blocks_stand_deeper_is_converted_in_one_piece() -> None:
    family = "camt.058"
    old, new = CATALOG.versions(family)[-2:]
    made, result = convert(message(old, "typical", 1), new)
    assert not result.refused
    assert fault(made, new) is None
