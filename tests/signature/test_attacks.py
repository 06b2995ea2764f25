"""Every known attack is refused with the code that says why; what is honest is accepted."""

from collections import Counter
from pathlib import Path

import pytest

from tests.signature.attack import Attack
from tests.signature.attacks import structure_attacks
from tests.signature.attacks_on_paths import path_attacks
from tests.signature.attacks_on_reading import reading_attacks
from tests.signature.attacks_on_trust import trust_attacks
from tests.signature.pki import AT, judged, signed, signed_text, usual

ATTACKS = [*structure_attacks(), *trust_attacks(), *path_attacks(), *reading_attacks()]


@pytest.mark.parametrize("attack", ATTACKS, ids=[f"{one.row}: {one.name}" for one in ATTACKS])
def test_every_attack_is_refused(attack: Attack, tmp_path: Path) -> None:
    data = attack.data()
    result = judged(data, attack.trust().write(tmp_path / "trust"), attack.profile, attack.at)
    assert not result.verified
    assert result.code == attack.code
    assert result.covered == ()
    if attack.part:
        assert result.part == attack.part


def test_there_are_enough_of_them_and_none_is_the_same_twice() -> None:
    assert len(ATTACKS) >= 240
    assert max(Counter((one.row, one.name) for one in ATTACKS).values()) == 1


def test_what_the_attacks_start_from_is_good(tmp_path: Path) -> None:
    result = judged(signed_text(), usual().write(tmp_path / "trust"))
    assert (result.verified, result.code, result.signer, result.bound) == (True, None, "RHEUDEFF", True)
    assert result.covered == ("AppHdr", "Document", "KeyInfo")


def test_a_message_is_taken_once(tmp_path: Path) -> None:
    seen: set[tuple[str, str, str]] = set()

    def replay(*key: str) -> bool:
        new = key not in seen
        seen.add(key)  # type: ignore[arg-type]
        return new

    trust = usual().write(tmp_path / "trust")
    assert judged(signed_text(), trust, replay=replay).verified
    # another signature over the same message is the same message
    again = judged(signed(by=None, algorithm="rsa-pss-sha256"), trust, replay=replay)
    assert (again.verified, again.code) == (False, "MESSAGE-REPLAYED")
    assert seen == {("RHEUDEFF", "RHEU20261124000317", "2026-11-24T09:30:12+01:00")}
    assert AT.tzinfo is not None
