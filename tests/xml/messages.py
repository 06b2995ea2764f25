"""Small messages for the tests of reading and explaining."""

PACS = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"
HEAD = "urn:iso:std:iso:20022:tech:xsd:head.001.001.02"

TRANSACTION = """    <CdtTrfTxInf>
      <PmtId>
        <EndToEndId>E2E-{number}</EndToEndId>
        <TxId>TX-{number}</TxId>
      </PmtId>
      <IntrBkSttlmAmt Ccy="EUR">10.00</IntrBkSttlmAmt>
      <ChrgBr>SLEV</ChrgBr>
      <Dbtr>
        <Nm>Alder &amp; Sons</Nm>
      </Dbtr>
      <DbtrAgt>
        <FinInstnId>
          <BICFI>ABNANL2A</BICFI>
        </FinInstnId>
      </DbtrAgt>
      <CdtrAgt>
        <FinInstnId>
          <BICFI>DEUTDEFF</BICFI>
        </FinInstnId>
      </CdtrAgt>
      <Cdtr>
        <Nm>Birke GmbH</Nm>
      </Cdtr>
    </CdtTrfTxInf>
"""


def pacs008(transactions: int = 1, declaration: bool = True) -> str:
    """A schema-valid pacs.008.001.08; each transaction takes 24 lines, the first begins on line 12 (11)."""
    body = "".join(TRANSACTION.format(number=number) for number in range(1, transactions + 1))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' if declaration else ""
    return f"""{head}<Document xmlns="{PACS}">
  <FIToFICstmrCdtTrf>
    <GrpHdr>
      <MsgId>MSG-1</MsgId>
      <CreDtTm>2026-11-23T10:00:00Z</CreDtTm>
      <NbOfTxs>{transactions}</NbOfTxs>
      <SttlmInf>
        <SttlmMtd>CLRG</SttlmMtd>
      </SttlmInf>
    </GrpHdr>
{body}  </FIToFICstmrCdtTrf>
</Document>
"""


def header() -> str:
    """A schema-valid head.001.001.02."""
    party = "<FIId><FinInstnId><BICFI>{}</BICFI></FinInstnId></FIId>"
    return (
        f'<AppHdr xmlns="{HEAD}"><Fr>{party.format("ABNANL2A")}</Fr><To>{party.format("DEUTDEFF")}</To>'
        "<BizMsgIdr>B-1</BizMsgIdr><MsgDefIdr>pacs.008.001.08</MsgDefIdr><CreDt>2026-11-23T10:00:00Z</CreDt></AppHdr>"
    )
