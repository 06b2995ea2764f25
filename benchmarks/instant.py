"""``python -m benchmarks.instant``: from file to answer, one instant payment at a time, while ``wissel watch`` runs.

Payments come one after the other, each once the one before was answered: an order of a customer, answered by pain.002
when the payment has left, and a payment of another bank, answered by pacs.002 when it is credited. The clock runs from
the moment at which the file appears in the inbox (by rename) to the one at which the answer is in its place; what was
confirmed by then is on the disk.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from benchmarks.machine import description
from wissel.engine.bank.init import init_bank

GOAL_MS = 100
WARM, PATIENCE_S, LOOK_S = 20, 60, 0.0005
ORDER = """\
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>M-{name}</MsgId>
<CreDtTm>{at}</CreDtTm><NbOfTxs>1</NbOfTxs><InitgPty><Nm>Anna Example</Nm></InitgPty></GrpHdr><PmtInf>
<PmtInfId>PAYMENT-1</PmtInfId><PmtMtd>TRF</PmtMtd>
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>INST</Cd></LclInstrm></PmtTpInf>
<ReqdExctnDt><Dt>{day}</Dt></ReqdExctnDt><Dbtr><Nm>Anna Example</Nm></Dbtr>
<DbtrAcct><Id><IBAN>DE93999999990000000001</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>ZZWIDE20</BICFI></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>
<CdtTrfTxInf><PmtId><EndToEndId>E-{name}</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">1.00</InstdAmt></Amt>
<CdtrAgt><FinInstnId><BICFI>ZZLIFR20</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>Bertrand</Nm></Cdtr>
<CdtrAcct><Id><IBAN>FR7699991000010000000000148</IBAN></Id></CdtrAcct></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn>
</Document>"""
PAYMENT = """\
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr><MsgId>P-{name}</MsgId>
<CreDtTm>{at}</CreDtTm><NbOfTxs>1</NbOfTxs><TtlIntrBkSttlmAmt Ccy="EUR">1.00</TtlIntrBkSttlmAmt>
<IntrBkSttlmDt>{day}</IntrBkSttlmDt><SttlmInf><SttlmMtd>CLRG</SttlmMtd><ClrSys><Prtry>TIPS</Prtry></ClrSys></SttlmInf>
<InstgAgt><FinInstnId><BICFI>ZZLIFR20</BICFI></FinInstnId></InstgAgt></GrpHdr>
<CdtTrfTxInf><PmtId><EndToEndId>E-{name}</EndToEndId><TxId>T-{name}</TxId></PmtId>
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>INST</Cd></LclInstrm></PmtTpInf>
<IntrBkSttlmAmt Ccy="EUR">1.00</IntrBkSttlmAmt><AccptncDtTm>{precise}</AccptncDtTm><ChrgBr>SLEV</ChrgBr>
<Dbtr><Nm>Claire Exemple</Nm></Dbtr><DbtrAcct><Id><IBAN>FR8599991000000000000000001</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>ZZLIFR20</BICFI></FinInstnId></DbtrAgt>
<CdtrAgt><FinInstnId><BICFI>ZZWIDE20</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>Anna Example</Nm></Cdtr>
<CdtrAcct><Id><IBAN>DE93999999990000000001</IBAN></Id></CdtrAcct></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>"""
INSTANT = '\n[channel.instant]\nnetwork = "sepa-sct-inst"\ndefinitions = ["pacs.008"]\n'
"""Of the clearing house, for ``wissel.toml``."""


def an_order(name: str, at: datetime) -> str:
    """An instant order of one transaction."""
    return _filled(ORDER, name, at)


def a_payment(name: str, at: datetime) -> str:
    """An instant payment of another bank to a customer."""
    return _filled(PAYMENT, name, at)


def _filled(form: str, name: str, at: datetime) -> str:
    at = at.astimezone(UTC)
    return form.format(name=name, at=f"{at:%Y-%m-%dT%H:%M:%SZ}", precise=f"{at:%Y-%m-%dT%H:%M:%S.000Z}", day=at.date())


KINDS: dict[str, tuple[str, str, Callable[[str, datetime], str]]] = {
    "order": ("default", "{}-1-pain.002.001.10.xml", an_order),
    "payment": ("instant", "{}-1-1-pacs.002.001.10.xml", a_payment),
}
"""Channel, the name of the answer by the number of the record, and what is dropped."""


def latencies(root: Path, count: int, options: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Milliseconds of each of ``count`` payments of each kind. Raises SystemExit where one is not answered."""
    init_bank(root)
    with (root / "wissel.toml").open("a", encoding="utf-8") as file:
        file.write(INSTANT)
    call = [sys.executable, "-m", "wissel", "watch", "--bank", str(root), "--settle", "0", *options]
    with (root / "watch.log").open("wb") as log:
        watching = subprocess.Popen(call, stdout=log, stderr=log)
        try:
            _await((root / "in" / "instant").is_dir, watching)
            found: dict[str, list[float]] = {name: [] for name in KINDS}
            record = 0
            for number in range(WARM + count):
                for kind, (channel, answer, made) in KINDS.items():
                    record += 1
                    place = root / "in" if channel == "default" else root / "in" / channel
                    partial = place / f"{record:06}.tmp"
                    partial.write_text(made(f"{kind}-{number}", datetime.now(UTC)), "utf-8")
                    expected = root / "out" / channel / answer.format(record)
                    began = time.perf_counter()
                    partial.rename(place / f"{record:06}.xml")
                    _await(expected.exists, watching)
                    if number >= WARM:
                        found[kind].append((time.perf_counter() - began) * 1_000)
            if any(os.listdir(root / end) for end in ("failed", "shunt")):
                raise SystemExit("not all were accepted")
            return found
        finally:
            watching.send_signal(signal.SIGTERM)
            watching.wait()


def _await(there: Callable[[], bool], watching: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE_S
    while not there():
        if watching.poll() is not None or time.monotonic() > end:
            raise SystemExit("wissel watch does not answer; see what it says, and the reports in failed/ and shunt/")
        time.sleep(LOOK_S)


def main(arguments: list[str]) -> int:
    """Print the table; 1 where the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instant")
    parser.add_argument("--payments", type=int, default=500, help="of each kind (default 500)")
    chosen = parser.parse_args(arguments)
    print(f"{description([sys.executable, '-m', 'wissel'])}\n")
    print(f"milliseconds from file to answer, {chosen.payments:,} of each kind, one after the other")
    missed = False
    with tempfile.TemporaryDirectory() as place:
        for kind, found in latencies(Path(place) / "bank", chosen.payments).items():
            cuts = quantiles(found, n=100, method="inclusive")
            missed |= cuts[98] >= GOAL_MS
            print(
                f"  {kind:8} p50 {cuts[49]:6.1f}  p99 {cuts[98]:6.1f}  max {max(found):6.1f}  "
                f"goal p99 < {GOAL_MS} {'met' if cuts[98] < GOAL_MS else 'MISSED'}"
            )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
