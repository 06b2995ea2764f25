"""``wissel seal`` and ``wissel open``: what is written, what is refused, and the exit codes."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.signature.sealing_keys import AT, CONTENT, certificate, made, opened, opener, sealed, write_pair
from wissel.cli.main import main
from wissel.core.clock import fixed_clock
from wissel.core.limits import Limits
from wissel.signature.sealing import files
from wissel.signature.sealing.recipients import OpeningKey


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file, two pairs of key and certificate, and a third one, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wissel.core.clock.system_clock", fixed_clock(AT))
    Path("plain").write_bytes(CONTENT)
    for name, who in (("bank", opener()), ("archive", opener("secp384r1")), ("other", opener("rsa", 1))):
        write_pair(tmp_path, name, who)
    Path("sealed").write_bytes(sealed(CONTENT, opener(), opener("secp384r1")))
    return tmp_path


def run(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, bytes, str]:
    code = main(arguments)
    out, err = capsysbinary.readouterr()
    return code, out, err.decode()


def names() -> set[str]:
    return set(os.listdir())


def test_sealed_for_two_and_opened_by_each(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    arguments = ["seal", "plain", "--to", "bank.crt", "--to", "archive.crt", "-o", "made"]
    assert run(capsysbinary, *arguments) == (0, b"", "")
    assert opened(Path("made").read_bytes()) == CONTENT
    for name in ("bank", "archive"):
        assert run(capsysbinary, "open", "made", "--key", f"{name}.key", "-o", name) == (0, b"", "")
        assert Path(name).read_bytes() == CONTENT
        assert Path(name).stat().st_mode & 0o777 == 0o600
        more = ["--cert", f"{name}.crt"]
        assert run(capsysbinary, "open", "made", "--key", f"{name}.key", *more) == (0, CONTENT, "")
    assert Path("plain").read_bytes() == CONTENT
    assert not [name for name in names() if name.endswith(".tmp")]


@contextmanager
def standard_input(data: bytes) -> Iterator[None]:
    """Standard input is a pipe with such bytes in it."""
    ends, before = os.pipe(), os.dup(0)
    os.write(ends[1], data)
    os.close(ends[1])
    os.dup2(ends[0], 0)
    try:
        yield
    finally:
        os.dup2(before, 0)
        os.close(before)
        os.close(ends[0])


def test_in_a_pipe(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    with standard_input(CONTENT):
        code, out, err = run(capsysbinary, "seal", "-", "--to", "archive.crt")
    assert (code, err) == (0, "")
    with standard_input(out):
        assert run(capsysbinary, "open", "-", "--key", "archive.key") == (0, CONTENT, "")
    with standard_input(out[:-1]):
        assert run(capsysbinary, "open", "-", "--key", "archive.key")[:2] == (1, b"")


def test_by_key_identifier(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    _, out, _ = run(capsysbinary, "seal", "plain", "--to", "bank.crt", "--by-key-id")
    same = OpeningKey(opener().key, certificate(made("rsa", "another", locks=None)))
    assert (opened(out), opened(out, same)) == (CONTENT, "SEAL-RECIPIENT")


@pytest.mark.parametrize(
    ("change", "key", "code"),
    [
        (lambda data: data, "other", "SEAL-RECIPIENT"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "bank", "SEAL-CHANGED"),
        (lambda data: data[:-1], "bank", "SEAL-TRUNCATED"),
        (lambda data: data + b"x", "bank", "SEAL-TRAILING"),
        (lambda data: data[:5], "bank", "SEAL-TRUNCATED"),
        (lambda data: CONTENT, "bank", "SEAL-UNREADABLE"),
        (lambda data: b"", "bank", "SEAL-UNREADABLE"),
    ],
)
@pytest.mark.parametrize("target", [None, "out", "kept"])
def test_what_is_refused_is_not_written(
    change, key: str, code: str, target: str | None, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    Path("sealed").write_bytes(change(Path("sealed").read_bytes()))
    Path("kept").write_text("as before")
    before = names()
    where = [] if target is None else ["-o", target]
    exit_code, out, err = run(capsysbinary, "open", "sealed", "--key", f"{key}.key", *where)
    assert (exit_code, out, err.startswith(f"wissel: refused  sealed  {code}: ")) == (1, b"", True), err
    assert (names(), Path("kept").read_text()) == (before, "as before")


def test_a_file_that_is_there_is_replaced_whole(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    Path("out").write_text("as before")
    assert run(capsysbinary, "open", "sealed", "--key", "bank.key", "-o", "out")[0] == 0
    assert Path("out").read_bytes() == CONTENT


def test_where_the_system_has_no_files_without_a_name(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(files, "_nameless", lambda folder: None)
    assert run(capsysbinary, "open", "sealed", "--key", "bank.key", "-o", "out")[0] == 0
    assert (Path("out").read_bytes(), Path("out").stat().st_mode & 0o777) == (CONTENT, 0o600)
    before = names()
    Path("sealed").write_bytes(Path("sealed").read_bytes()[:-1])
    assert run(capsysbinary, "open", "sealed", "--key", "bank.key", "-o", "new")[0] == 1
    assert names() == before


def test_nothing_has_a_name_while_it_is_not_proved(here: Path) -> None:
    """Looked at from inside: when the last byte of a changed file is read, the folder is as it was."""
    data = sealed(CONTENT)
    seen: list[set[str]] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            seen.append(names())
            return super().read(size)

    before = names()
    changed = Watched(data[:-1] + bytes([data[-1] ^ 1]))
    assert files.open_file(changed, opener(), here / "out", Limits()) is not None
    assert (len(seen) > 20, all(one == before for one in seen), names()) == (True, True, before)
    assert files.open_file(Watched(data), opener(), here / "out", Limits()) is None
    assert names() == before | {"out"}


def test_a_folder_that_cannot_be_written(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for call in (["open", "sealed", "--key", "bank.key"], ["seal", "plain", "--to", "bank.crt"]):
        code, _, err = run(capsysbinary, *call, "-o", "/proc/none")
        assert (code, err.count("\n")) == (3, 1), err
    code, _, err = run(capsysbinary, "open", "sealed", "--key", "bank.key", "-o", "/dev/full")
    assert (code, err) == (3, "wissel: /dev/full cannot be written: No space left on device\n")


def test_devices_are_written_to(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(capsysbinary, "open", "sealed", "--key", "bank.key", "-o", "/dev/null") == (0, b"", "")
    assert run(capsysbinary, "seal", "plain", "--to", "bank.crt", "-o", "/dev/null") == (0, b"", "")


def secret(name: str, data: bytes) -> None:
    with open(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)


def test_locked_keys(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    secret("password", b"open sesame\n")
    secret("wrong", b"open barley\n")
    lock = serialization.BestAvailableEncryption(b"open sesame")
    form = serialization.PrivateFormat.PKCS8
    secret("locked.pem", opener().key.private_bytes(serialization.Encoding.PEM, form, lock))
    secret("locked.p12", pkcs12.serialize_key_and_certificates(b"k", opener().key, certificate(opener()), None, lock))
    for name in ("locked.pem", "locked.p12"):
        call = ["open", "sealed", "--key", name, "--password-file"]
        assert run(capsysbinary, *call, "password") == (0, CONTENT, "")
        code, out, err = run(capsysbinary, *call, "wrong")
        assert (code, out, "the password is wrong" in err) == (2, b"", True)
        assert run(capsysbinary, *call[:-1])[0] == 2


def test_keys_and_certificates_that_cannot_be_used(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    os.chmod("bank.key", 0o644)
    code, _, err = run(capsysbinary, "open", "sealed", "--key", "bank.key")
    assert (code, "read by others" in err) == (3, True)
    secret("bank.key", b"nothing")
    assert run(capsysbinary, "open", "sealed", "--key", "bank.key")[0] == 3
    code, _, err = run(capsysbinary, "open", "sealed", "--key", "other.key", "--cert", "bank.crt")
    assert (code, err) == (2, "wissel: bank.crt holds no certificate of the key\n")
    Path("bank.crt").write_text("nothing")
    assert run(capsysbinary, "seal", "plain", "--to", "bank.crt")[0] == 3
    both = Path("other.crt").read_bytes() + Path("archive.crt").read_bytes()
    Path("both.crt").write_bytes(both)
    code, _, err = run(capsysbinary, "seal", "plain", "--to", "both.crt")
    assert (code, err) == (2, "wissel: both.crt holds 2 certificates; give that of the recipient alone\n")


def test_a_certificate_that_has_run_out(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_pair(here, "old", made("rsa", "old", days=30))
    for where in ([], ["-o", "made"]):
        code, out, err = run(capsysbinary, "seal", "plain", "--to", "bank.crt", "--to", "old.crt", *where)
        assert (code, out, Path("made").exists()) == (1, b"", False)
        assert err == (
            "wissel: refused  plain  SEAL-CERTIFICATE: The certificate of CN=TEST ONLY old Zürich was valid until "
            "2026-01-31 00:00:00 UTC.\n"
        )


def test_wrong_calls(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for arguments, said in (
        (["seal", "plain"], "--to"),
        (["seal", "none", "--to", "bank.crt"], "there is no 'none'"),
        (["seal", "plain", "--to", "none.crt"], "there is no 'none.crt'"),
        (["seal", "plain", "--to", "bank.crt", "-o", "plain"], "overwrite"),
        (["seal", ".", "--to", "bank.crt", "-o", "made"], "Is a directory"),
        (["open", "sealed"], "--key"),
        (["open", "sealed", "--key", "none.key"], "there is no 'none.key'"),
        (["open", "sealed", "--key", "bank.key", "-o", "sealed"], "overwrite"),
        (["open", "sealed", "--key", "bank.key", "-o", "none/out"], "its folder does not exist"),
        (["open", ".", "--key", "bank.key", "-o", "out"], "Is a directory"),
    ):
        code, out, err = run(capsysbinary, *arguments)
        assert (code, out, said in err) == (2, b"", True), err
    assert not Path("made").exists()
