"""Hand-made reports for the renderers, and the file that one of them is about."""

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.validation.report import MessageReport, Report, Verdict

ENGINE = "wissel 0.1.0; libxml2 2.14.6"
AS_OF = "2026-11-23"

PAYMENT = """\
<?xml version="1.0" encoding="UTF-8"?>
<BizMsgEnvlp xmlns="urn:example:envelope">
  <AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">
    <Fr><FIId><FinInstnId><BICFI>AAAANL2AXXX</BICFI></FinInstnId></FIId></Fr>
    <BizMsgIdr>M-1</BizMsgIdr>
  </AppHdr>
  <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">
    <FIToFICstmrCdtTrf>
      <GrpHdr>
        <MsgId>M-1</MsgId>
        <NbOfTxs>3</NbOfTxs>
      </GrpHdr>
      <CdtTrfTxInf>
        <IntrBkSttlmAmt Ccy="EUR">10.00</IntrBkSttlmAmt>
        <Cdtr><Nm>Anna Example</Nm></Cdtr>
      </CdtTrfTxInf>
      <CdtTrfTxInf>
        <IntrBkSttlmAmt Ccy="EUR">11,50</IntrBkSttlmAmt>
        <Cdtr><Nm>\u5c71\u7530\u592a\u90ce &amp; <![CDATA[<b>Sons</b>]]></Nm></Cdtr>
      </CdtTrfTxInf>
      <CdtTrfTxInf>
        <IntrBkSttlmAmt Ccy="EUR">12.00</IntrBkSttlmAmt>
        <ChrgBr>shar</ChrgBr>
        <CdtrAgt><FinInstnId><BIC>BBBBDEFFXXX</BIC></FinInstnId></CdtrAgt>
        <Cdtr><Nm/></Cdtr>
      </CdtTrfTxInf>
    </FIToFICstmrCdtTrf>
  </Document>
</BizMsgEnvlp>
"""
BLOCK = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf"


def payment_findings() -> tuple[Finding, ...]:
    """Four faults of :data:`PAYMENT`, one of them about an element that is not there."""
    return (
        finding(
            "ELEMENT-MISSING",
            "CdtTrfTxInf[1] lacks PmtId, which must come first.",
            path=f"{BLOCK}[1]/PmtId",
            transaction=1,
            line=13,
            column=7,
            allowed="PmtId",
            hint="Add PmtId before IntrBkSttlmAmt.",
            excerpt="      <CdtTrfTxInf>",
            excerpt_column=7,
        ),
        finding(
            "VALUE-NOT-A-NUMBER",
            "The amount “11,50” is not a plain decimal number.",
            path=f"{BLOCK}[2]/IntrBkSttlmAmt",
            transaction=2,
            line=18,
            column=35,
            value="11,50",
            allowed="a number of at most 18 digits, 5 of them after the point, not below 0",
            hint="Write a point before the decimals: 11.50.",
            excerpt='        <IntrBkSttlmAmt Ccy="EUR">11,50</IntrBkSttlmAmt>',
            excerpt_column=35,
        ),
        finding(
            "VALUE-NOT-IN-LIST",
            "The code “shar” is not one of the list.",
            path=f"{BLOCK}[3]/ChrgBr",
            transaction=3,
            line=23,
            column=17,
            value="shar",
            allowed="one of DEBT, CRED, SHAR, SLEV",
            hint="Write SHAR in capitals.",
            excerpt="        <ChrgBr>shar</ChrgBr>",
            excerpt_column=17,
        ),
        finding(
            "ELEMENT-UNEXPECTED",
            "BIC is not allowed in FinInstnId.",
            path=f"{BLOCK}[3]/CdtrAgt/FinInstnId/BIC",
            transaction=3,
            line=24,
            column=30,
            allowed="BICFI, ClrSysMmbId, LEI, Nm, PstlAdr or Othr",
            hint="This version calls it BICFI.",
            excerpt="        <CdtrAgt><FinInstnId><BIC>BBBBDEFFXXX</BIC></FinInstnId></CdtrAgt>",
            excerpt_column=30,
        ),
    )


def message(*findings: Finding, verdict: Verdict | None = None, **changes: object) -> MessageReport:
    """A message of three transactions with a header in an envelope, unless told otherwise."""
    given: dict[str, object] = {
        "definition": "pacs.008.001.08",
        "header": "head.001.001.02",
        "envelope": "BizMsgEnvlp",
        "verdict": verdict or (Verdict.INVALID if findings else Verdict.VALID),
        "transactions": 3,
        "schema": "checked",
        "guideline": "schema",
        "rules": 0,
        "findings": findings,
    }
    return MessageReport(**{**given, **changes})  # type: ignore[arg-type]


def report(
    file: str, verdict: Verdict, *messages: MessageReport, findings: tuple[Finding, ...] = (), size: int = 1_240
) -> Report:
    """A report with a made-up digest."""
    return Report(file, "ab" * 32, size, AS_OF, ENGINE, verdict, findings, messages)


def payment() -> Report:
    """The report on :data:`PAYMENT`."""
    size = len(PAYMENT.encode())
    return report("inbox/payment.xml", Verdict.INVALID, message(*payment_findings()), size=size)


def valid() -> Report:
    """A bare document without a fault."""
    clean = message(header=None, envelope=None, definition="camt.053.001.08", transactions=1_204)
    return report("inbox/statement.xml", Verdict.VALID, clean, size=812_334)


def several() -> Report:
    """A file of 42 messages, of which the second is invalid, with a warning about the file itself."""
    wrong = finding("VALUE-EMPTY", "Nm is empty.", path="/Document/CstmrCdtTrfInitn/GrpHdr/InitgPty/Nm", line=70_001)
    plain: dict[str, object] = {"definition": "pain.001.001.09", "header": None, "envelope": "Batch"}
    messages = [message(*([wrong] if number == 2 else []), **plain) for number in range(1, 43)]
    warning = finding("ROOTS-SEVERAL", "The file has 42 root elements.", line=9, column=1)
    return report("inbox/batch.zip!day/many.xml", Verdict.INVALID, *messages, findings=(warning,))


def unreadable() -> Report:
    """A file that is no XML."""
    said = finding("NOT-XML", "The file begins with “{1:F01”, not with “<”: it looks like a FIN (MT) message.", line=1)
    return report("inbox/old.fin", Verdict.UNREADABLE, findings=(said,))


def unsupported() -> Report:
    """A message whose schema is not bundled."""
    said = finding("NAMESPACE-UNKNOWN", "There is no schema for pain.001.001.99.", line=1, value="pain.001.001.99")
    unknown = message(
        said,
        verdict=Verdict.UNSUPPORTED,
        definition="pain.001.001.99",
        header=None,
        envelope=None,
        transactions=0,
        schema="missing",
    )
    return report("inbox/future.xml", Verdict.UNSUPPORTED, unknown)


HOSTILE = (
    "\x1b[31mred\x1b[0m <script>alert(1)</script> ]]> \u202egnp.exe\u2066 & \"q\" 'a' \x00\x07\x9b\udcff\ufffe\u2028end"
)


def hostile() -> Report:
    """Everything that an attacker can write is hostile, and some of it very long."""
    said = finding(
        "VALUE-PATTERN",
        f"The value {HOSTILE} does not fit.",
        path=f"/Document/X[2]/{HOSTILE}",
        line=3,
        column=2_001,
        value=HOSTILE * 50,
        allowed=HOSTILE,
        hint=HOSTILE,
        excerpt="\t" + "ab\x1b" * 500 + "\u5c71" * 400 + HOSTILE,
        excerpt_column=1_502,
    )
    odd = message(said, definition=HOSTILE, header=HOSTILE, envelope=HOSTILE)
    return report(f"in/{HOSTILE}.xml", Verdict.INVALID, odd, findings=(said,))


def all_reports() -> list[Report]:
    """One of each kind, in the order of a folder."""
    return [payment(), valid(), several(), unreadable(), unsupported(), hostile()]
