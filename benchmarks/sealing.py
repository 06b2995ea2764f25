"""``python -m benchmarks.sealing``: sealing and opening a large file, beside ``openssl cms`` in the same run.

Figures are CPU seconds and peak memory of whole processes, start-up included; ratios are of one round, their median is
shown. openssl runs twice: as it is told by most (whole file in memory) and with ``-stream``. A second file of a tenth
of the size shows whether memory grows with it.
"""

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.machine import description
from benchmarks.measure import Job, cpu, paired, peak_mb, ratio, run

MEMORY_GOAL_MB, GROWTH_GOAL_MB = 64, 4
_PREPARE = (
    "import sys; from pathlib import Path; from datetime import datetime; "
    "from wissel.signature.demo_keys import write_demo; "
    "write_demo(Path(sys.argv[1]), ['TESTBANK'], datetime.fromisoformat(sys.argv[2]), sys.argv[3])"
)


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sealing")
    parser.add_argument("--megabytes", type=int, default=100, help="of the large file")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    wissel = [sys.executable, "-m", "wissel"]
    missed = []
    print(f"{description(wissel)}\n")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        size = chosen.megabytes * 1_000_000
        _write(folder / "large", size)
        _write(folder / "tenth", size // 10)
        print(f"{'':24} {'CPU':>9} {'peak':>8}   to openssl, to openssl -stream")
        for kind in ("rsa", "ec"):
            begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
            run([sys.executable, "-c", _PREPARE, str(folder / kind), begin.isoformat(), kind])
            found = paired(_jobs(folder, kind, wissel), chosen.rounds)
            for name, runs in found.items():
                compared = "wissel" in name and "/10" not in name
                rivals = [found.get(f"openssl {name.split()[1]}{how}") for how in ("", " -stream")]
                told = ", ".join(f"{ratio(runs, one):.2f} x" for one in rivals if one and compared)
                print(f"{kind:4}{name:20} {cpu(runs):7.2f} s {peak_mb(runs):5.0f} MB   {told}")
            for does in ("seal", "open"):
                large, tenth = peak_mb(found[f"wissel {does}"]), peak_mb(found[f"wissel {does} /10"])
                if large > MEMORY_GOAL_MB or large - tenth > GROWTH_GOAL_MB:
                    missed.append(f"memory of {does}, {kind}")
    print("goals met" if not missed else f"goals missed: {', '.join(missed)}")
    return 1 if missed else 0


def _write(path: Path, size: int) -> None:
    line = b"<CdtTrfTxInf><PmtId><EndToEndId>E2E-0001</EndToEndId></PmtId></CdtTrfTxInf>\n" * 10_000
    with path.open("wb") as file:
        while size:
            size -= file.write(line[:size])


def _jobs(folder: Path, kind: str, wissel: list[str]) -> dict[str, Job]:
    key, certificate = (str(next((folder / kind / "sealing").glob(f"*.{end}"))) for end in ("pem", "crt"))
    found: dict[str, Job] = {}
    for name, told in (("large", ""), ("tenth", " /10")):
        plain, sealed, back = (str(folder / f"{name}{end}") for end in ("", f".{kind}.cms", ".back"))
        found[f"wissel seal{told}"] = [[*wissel, "seal", plain, "--to", certificate, "-o", sealed]]
        found[f"wissel open{told}"] = [[*wissel, "open", sealed, "--key", key, "-o", back]]
    if shutil.which("openssl"):
        plain, back = str(folder / "large"), str(folder / "large.back")
        options = ["rsa_padding_mode:oaep", "rsa_oaep_md:sha256"] if kind == "rsa" else ["ecdh_kdf_md:sha256"]
        keyed = [word for one in options for word in ("-keyopt", one)]
        cms = ["openssl", "cms", "-binary"]
        for told in ("", " -stream"):
            sealed = str(folder / f"openssl{told}")
            made = ["-encrypt", "-aes-256-gcm", *told.split(), "-outform", "DER", "-in", plain, "-out", sealed]
            found[f"openssl seal{told}"] = [[*cms, *made, "-recip", certificate, *keyed]]
            found[f"openssl open{told}"] = [
                [*cms, "-decrypt", "-inform", "DER", "-in", sealed, "-inkey", key, "-out", back]
            ]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
