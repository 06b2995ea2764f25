"""``python -m benchmarks.signature``: signing and verifying a large file, beside what cannot be spared and signxml.

One enveloped pain.001. Figures are CPU seconds and peak memory of whole processes, start-up included; ratios are of
one round, their median is shown. python-xmlsec joins in where it is installed (``pip install .[bench]``).
"""

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import description
from benchmarks.measure import Job, cpu, paired, peak_mb, ratio, run
from benchmarks.messages import Shape, write_file

TREE_GOAL, STREAM_GOAL, STREAM_MEMORY_GOAL_MB, SMALL_GOAL_MS = 1.15, 3.5, 64, 1.5
_AT = "datetime(2026, 6, 1, tzinfo=UTC)"
_START = "import sys, hashlib; from datetime import datetime, UTC; from pathlib import Path; from lxml import etree; "
_TRUST = (
    "from wissel.signature.trust import TrustStore; from wissel.signature.verify import verify, VerifyOptions; "
    f"trust, options = TrustStore.open(sys.argv[2]), VerifyOptions({_AT}, channel='TESTBANK'); "
)
_SIGNER = "from wissel.signature.keys import load_signer; signer = load_signer(Path(sys.argv[3]), None); "

PROGRAMS = {
    "prepare": "from datetime import datetime, UTC; from pathlib import Path; import sys; "
    "from wissel.signature.demo_keys import write_demo; "
    "write_demo(Path(sys.argv[2]), ['TESTBANK'], datetime(2026, 5, 1, tzinfo=UTC)); "
    "p = Path(sys.argv[2]) / 'trust' / 'policy.toml'; p.write_text('binding = \"off\"')",
    "parse + c14n": _START + "from wissel.signature.canonical import exclusive; "
    "exclusive(etree.fromstring(Path(sys.argv[1]).read_bytes()), hashlib.sha256())",
    "verify, tree": _START + _TRUST + "assert verify(Path(sys.argv[1]).read_bytes(), trust, options).verified",
    "iterparse": _START + "[element.clear() for _, element in etree.iterparse(sys.argv[1])]",
    "verify, stream": _START + _TRUST + "from wissel.signature.stream import verify_stream; "
    "assert verify_stream(open(sys.argv[1], 'rb'), trust, options).verified",
    "verify, signxml": _START + _SIGNER + "from signxml import XMLVerifier; "
    "XMLVerifier().verify(Path(sys.argv[1]).read_bytes(), x509_cert=signer.certificate)",
    "sign, stream": _START + _SIGNER + "from wissel.signature.sign_file import sign_file; "
    "from wissel.signature.sign import SignOptions; "
    f"[None for _ in sign_file(sys.argv[4], signer, SignOptions('enveloped', {_AT}))]",
    "sign, tree": _START + _SIGNER + "from wissel.signature.sign import sign, SignOptions; "
    f"sign(Path(sys.argv[4]).read_bytes(), signer, SignOptions('enveloped', {_AT}))",
    "sign, signxml": _START + _SIGNER + "from signxml import XMLSigner; "
    "from signxml.algorithms import CanonicalizationMethod as C; "
    "maker = XMLSigner(c14n_algorithm=C.EXCLUSIVE_XML_CANONICALIZATION_1_0); "
    "maker.sign(etree.parse(sys.argv[4]).getroot(), key=signer.key, cert=[signer.certificate])",
    "verify, xmlsec": _START + "import xmlsec; tree = etree.parse(sys.argv[1]); "
    "node = xmlsec.tree.find_node(tree, 'Signature'); context = xmlsec.SignatureContext(); "
    "context.key = xmlsec.Key.from_file(sys.argv[3], xmlsec.KeyFormat.CERT_PEM); context.verify(node)",
    "sign, xmlsec": _START + "import xmlsec; from xmlsec import constants as c, template as t; "
    "root = etree.parse(sys.argv[4]).getroot(); node = t.create(root, c.TransformExclC14N, c.TransformRsaSha256); "
    "root.append(node); part = t.add_reference(node, c.TransformSha256, uri=''); "
    "t.add_transform(part, c.TransformEnveloped); t.add_transform(part, c.TransformExclC14N); "
    "context = xmlsec.SignatureContext(); "
    "context.key = xmlsec.Key.from_file(sys.argv[3], xmlsec.KeyFormat.PEM); context.sign(node)",
    "small": _START + _TRUST + _SIGNER + "import time; from wissel.signature.sign import sign, SignOptions; "
    "from benchmarks.messages import Shape, write_file; small = Path(sys.argv[4]).with_name('small.xml'); "
    "write_file(Shape('pacs.008.001.08', 4, wrapped=True), small); "
    f"data = sign(small.read_bytes(), signer, SignOptions('bah', {_AT})); n = 300; "
    "assert verify(data, trust, options).verified; begin = time.process_time(); "
    "[verify(data, trust, options) for _ in range(n)]; "
    "print(len(data), (time.process_time() - begin) / n * 1000)",
}
ROWS = (
    ("parse + c14n", None, None),
    ("verify, tree", "parse + c14n", TREE_GOAL),
    ("verify, signxml", "parse + c14n", None),
    ("verify, xmlsec", "parse + c14n", None),
    ("iterparse", None, None),
    ("verify, stream", "iterparse", STREAM_GOAL),
    ("sign, tree", "parse + c14n", None),
    ("sign, stream", "iterparse", None),
    ("sign, signxml", "parse + c14n", None),
    ("sign, xmlsec", "parse + c14n", None),
)


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signature")
    parser.add_argument("--transactions", type=int, default=60_000, help="of the large file")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    rows = [row for row in ROWS if not row[0].endswith("xmlsec") or importlib.util.find_spec("xmlsec")]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        plain, signed, demo = folder / "plain.xml", folder / "signed.xml", folder / "demo"
        write_file(Shape("pain.001.001.09", chosen.transactions), plain)
        key = demo / "keys" / "TESTBANK.pem"
        given = [str(signed), str(demo / "trust"), str(key), str(plain)]
        wissel = [sys.executable, "-m", "wissel"]
        run([sys.executable, "-c", PROGRAMS["prepare"], given[0], str(demo)])
        run([*wissel, "sign", given[3], "--profile", "enveloped", "--key", given[2], "-o", given[0]])
        jobs: dict[str, Job] = {name: [[sys.executable, "-c", PROGRAMS[name], *given]] for name, _, _ in rows}
        found = paired(jobs, chosen.rounds)
        missed = []
        print(f"{description(wissel)}\nsigned pain.001.001.09, {signed.stat().st_size / 1e6:.0f} MB\n")
        for name, to, goal in rows:
            part = f"{ratio(found[name], found[to]):.2f} x {to}" if to else ""
            said = f" (goal {goal})" if goal else ""
            print(f"{name:16} {cpu(found[name]):7.2f} s {peak_mb(found[name]):7.0f} MB  {part}{said}")
            if goal and to and ratio(found[name], found[to]) > goal:
                missed.append(name)
        flat = ("verify, stream", "sign, stream")
        missed += [f"memory of {name}" for name in flat if peak_mb(found[name]) > STREAM_MEMORY_GOAL_MB]
        size, milliseconds = run([sys.executable, "-c", PROGRAMS["small"], *given]).output.split()
        print(f"\nsmall message of {size} bytes, path and list: {float(milliseconds):.2f} ms (goal {SMALL_GOAL_MS})")
        if float(milliseconds) > SMALL_GOAL_MS:
            missed.append("small message")
        print("goals met" if not missed else f"goals missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
