"""The texts of the generated messages: header, one transaction (about 1.5 KB) and tail of each definition."""

PARTY = """\
      <{tag}>
        <Nm>{{{who}name}}</Nm>
        <PstlAdr>
          <StrtNm>{{{who}street}}</StrtNm>
          <BldgNb>{{{who}building}}</BldgNb>
          <PstCd>{{{who}postcode}}</PstCd>
          <TwnNm>{{{who}town}}</TwnNm>
          <Ctry>{{{who}country}}</Ctry>
        </PstlAdr>
      </{tag}>
"""

ACCOUNT = """\
      <{tag}>
        <Id>
          <IBAN>{{{who}iban}}</IBAN>
        </Id>
      </{tag}>
"""

AGENT = """\
      <{tag}>
        <FinInstnId>
          <BICFI>{{{who}bic}}</BICFI>
        </FinInstnId>
      </{tag}>
"""


def _side(form: str, tag: str, who: str = "") -> str:
    return form.format(tag=tag, who=who)


PACS_HEADER = """\
  <FIToFICstmrCdtTrf>
    <GrpHdr>
      <MsgId>BULK-2026-11-23-0001</MsgId>
      <CreDtTm>2026-11-23T06:30:00+01:00</CreDtTm>
      <NbOfTxs>{count}</NbOfTxs>
      <CtrlSum>{total}</CtrlSum>
      <TtlIntrBkSttlmAmt Ccy="EUR">{total}</TtlIntrBkSttlmAmt>
      <IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt>
      <SttlmInf>
        <SttlmMtd>CLRG</SttlmMtd>
        <ClrSys>
          <Prtry>ST2</Prtry>
        </ClrSys>
      </SttlmInf>
      <InstgAgt>
        <FinInstnId>
          <BICFI>ABCDDE33</BICFI>
        </FinInstnId>
      </InstgAgt>
    </GrpHdr>
"""

PACS_TRANSACTION = (
    """\
    <CdtTrfTxInf>
      <PmtId>
        <InstrId>INSTR-{number}</InstrId>
        <EndToEndId>ORDER-{number}-2026</EndToEndId>
        <TxId>TX-{number}</TxId>
        <UETR>{uetr}</UETR>
      </PmtId>
      <PmtTpInf>
        <SvcLvl>
          <Cd>SEPA</Cd>
        </SvcLvl>
      </PmtTpInf>
      <IntrBkSttlmAmt Ccy="EUR">{amount}</IntrBkSttlmAmt>
      <ChrgBr>SLEV</ChrgBr>
"""
    + _side(PARTY, "Dbtr", "debtor_")
    + _side(ACCOUNT, "DbtrAcct", "debtor_")
    + _side(AGENT, "DbtrAgt", "debtor_")
    + _side(AGENT, "CdtrAgt")
    + _side(PARTY, "Cdtr")
    + _side(ACCOUNT, "CdtrAcct")
    + """\
      <Purp>
        <Cd>{purpose}</Cd>
      </Purp>
      <RmtInf>
        <Ustrd>Invoice {number} of November, customer {building}, thank you &amp; regards</Ustrd>
      </RmtInf>
    </CdtTrfTxInf>
"""
)

PAIN_HEADER = (
    """\
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>RUN-2026-11-23-0001</MsgId>
      <CreDtTm>2026-11-23T06:30:00+01:00</CreDtTm>
      <NbOfTxs>{count}</NbOfTxs>
      <CtrlSum>{total}</CtrlSum>
      <InitgPty>
        <Nm>{debtor_name}</Nm>
      </InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>RUN-2026-11-23-0001-A</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <BtchBookg>true</BtchBookg>
      <NbOfTxs>{count}</NbOfTxs>
      <CtrlSum>{total}</CtrlSum>
      <ReqdExctnDt>
        <Dt>2026-11-24</Dt>
      </ReqdExctnDt>
"""
    + _side(PARTY, "Dbtr", "debtor_")
    + _side(ACCOUNT, "DbtrAcct", "debtor_")
    + _side(AGENT, "DbtrAgt", "debtor_")
)

PAIN_TRANSACTION = (
    """\
      <CdtTrfTxInf>
      <PmtId>
        <InstrId>INSTR-{number}</InstrId>
        <EndToEndId>ORDER-{number}-2026</EndToEndId>
        <UETR>{uetr}</UETR>
      </PmtId>
      <PmtTpInf>
        <SvcLvl>
          <Cd>SEPA</Cd>
        </SvcLvl>
      </PmtTpInf>
      <Amt>
        <InstdAmt Ccy="EUR">{amount}</InstdAmt>
      </Amt>
      <ChrgBr>SLEV</ChrgBr>
"""
    + _side(PARTY, "UltmtDbtr", "debtor_")
    + _side(AGENT, "CdtrAgt")
    + _side(PARTY, "Cdtr")
    + _side(ACCOUNT, "CdtrAcct")
    + """\
      <Purp>
        <Cd>{purpose}</Cd>
      </Purp>
      <RmtInf>
        <Strd>
          <RfrdDocInf>
            <Tp>
              <CdOrPrtry>
                <Cd>CINV</Cd>
              </CdOrPrtry>
            </Tp>
            <Nb>INVOICE-{number}</Nb>
            <RltdDt>2026-11-02</RltdDt>
          </RfrdDocInf>
        </Strd>
      </RmtInf>
      </CdtTrfTxInf>
"""
)

HEADERS = {"pacs.008.001.08": PACS_HEADER, "pain.001.001.09": PAIN_HEADER}
TRANSACTIONS = {"pacs.008.001.08": PACS_TRANSACTION, "pain.001.001.09": PAIN_TRANSACTION}
TAILS = {
    "pacs.008.001.08": "  </FIToFICstmrCdtTrf>\n",
    "pain.001.001.09": "    </PmtInf>\n  </CstmrCdtTrfInitn>\n",
}

BUSINESS_HEADER = """\
  <AppHdr xmlns="{namespace}">
    <Fr>
      <FIId>
        <FinInstnId>
          <BICFI>ABCDDE33XXX</BICFI>
        </FinInstnId>
      </FIId>
    </Fr>
    <To>
      <FIId>
        <FinInstnId>
          <BICFI>EFGHFR2AXXX</BICFI>
        </FinInstnId>
      </FIId>
    </To>
    <BizMsgIdr>BULK-2026-11-23-0001</BizMsgIdr>
    <MsgDefIdr>{definition}</MsgDefIdr>
    <BizSvc>example.bulk.01</BizSvc>
    <CreDt>2026-11-23T06:30:00+01:00</CreDt>
  </AppHdr>
"""


def business_header(namespace: str, definition: str) -> str:
    """The AppHdr of a message of ``definition``."""
    return BUSINESS_HEADER.format(namespace=namespace, definition=definition)
