"""Orders and payments as XML, for the made-up bank of the decision table."""

from dataclasses import dataclass

ACCOUNT = "DE93999999990000000001"
LISIERE = "FR7699991000010000000000148"


@dataclass(frozen=True, slots=True)
class Pay:
    """One transaction of an order."""

    amount: str = "12.50"
    currency: str = "EUR"
    bic: str | None = "ZZLIFR20"
    iban: str = LISIERE
    type_information: str = ""
    """Below PmtTpInf."""


SEPA = Pay(type_information="<SvcLvl><Cd>SEPA</Cd></SvcLvl>")
INSTANT = Pay(type_information="<SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>INST</Cd></LclInstrm>")


def pain001(*payments: Pay, version: str = "09", account: str = ACCOUNT, requested: str = "2026-11-23") -> str:
    """A customer's order, in any version from 03."""
    old = version in ("03", "04", "05")
    bic = "BIC" if version == "03" else "BICFI"
    day = requested if old or version in ("06", "07") else f"<Dt>{requested}</Dt>"
    transactions = "\n".join(_transaction(number, one, bic) for number, one in enumerate(payments, 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>ORDER-1</MsgId><CreDtTm>2026-11-23T09:00:00</CreDtTm><NbOfTxs>{len(payments)}</NbOfTxs>
<InitgPty><Nm>Anna</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>P-1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt>{day}</ReqdExctnDt><Dbtr><Nm>Anna</Nm></Dbtr>
<DbtrAcct><Id><IBAN>{account}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><{bic}>ZZWIDE20</{bic}></FinInstnId></DbtrAgt>
<ChrgBr>SLEV</ChrgBr>
{transactions}
</PmtInf></CstmrCdtTrfInitn></Document>
"""


def _transaction(number: int, one: Pay, bic: str) -> str:
    type_information = f"<PmtTpInf>{one.type_information}</PmtTpInf>" if one.type_information else ""
    agent = f"<CdtrAgt><FinInstnId><{bic}>{one.bic}</{bic}></FinInstnId></CdtrAgt>" if one.bic else ""
    return (
        f"<CdtTrfTxInf><PmtId><InstrId>I-{number}</InstrId><EndToEndId>E-{number}</EndToEndId></PmtId>{type_information}"
        f'<Amt><InstdAmt Ccy="{one.currency}">{one.amount}</InstdAmt></Amt>{agent}<Cdtr><Nm>Bertrand</Nm></Cdtr>'
        f"<CdtrAcct><Id><IBAN>{one.iban}</IBAN></Id></CdtrAcct></CdtTrfTxInf>"
    )
