"""Files that still grow are told from those that have stopped."""

from pathlib import Path

from wissel.service.spool import Waiting
from wissel.service.stable import next_look_ms, settled


def one(size_bytes: int = 10, changed_ns: int = 1, name: str = "a") -> Waiting:
    return Waiting("web", Path(name), size_bytes, changed_ns)


def test_a_file_is_ready_once_it_looked_the_same_for_a_while() -> None:
    ready, looks = settled([one()], {}, 5_000, 1_000)
    assert ready == ()
    ready, looks = settled([one()], looks, 5_999, 1_000)
    assert ready == ()
    assert next_look_ms(looks, 5_999, 1_000) == 1
    ready, looks = settled([one()], looks, 6_000, 1_000)
    assert (ready, looks) == ((one(),), {})


def test_a_change_of_size_or_time_begins_the_wait_anew() -> None:
    for changed in (one(size_bytes=11), one(changed_ns=2)):
        _, looks = settled([one()], {}, 0, 1_000)
        ready, looks = settled([changed], looks, 1_000, 1_000)
        assert ready == ()
        ready, _ = settled([changed], looks, 2_000, 1_000)
        assert ready == (changed,)


def test_without_a_wait_all_are_ready() -> None:
    assert settled([one(), one(name="b")], {}, 0, 0) == ((one(), one(name="b")), {})


def test_what_vanished_is_forgotten() -> None:
    _, looks = settled([one(), one(name="b")], {}, 0, 1_000)
    _, looks = settled([one(name="b")], looks, 1, 1_000)
    assert list(looks) == [Path("b")]


def test_the_first_that_can_be_ready_says_when_to_look_again() -> None:
    _, looks = settled([one()], {}, 0, 1_000)
    _, looks = settled([one(), one(name="b")], looks, 400, 1_000)
    assert next_look_ms(looks, 400, 1_000) == 600
    assert next_look_ms({}, 400, 1_000) == 1_000
