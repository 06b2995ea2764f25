"""All files that wait are worked on once; what comes or grows meanwhile is left for the next run."""

from dataclasses import dataclass, field

from tests.service.echo import drop, files
from wissel.service.draining import LOOKS_MAX, Pace, drain
from wissel.service.filedrop import Station, lots
from wissel.service.spool import claim, waiting


@dataclass
class Hours:
    """A clock that moves when somebody waits; ``then`` is done meanwhile."""

    now_ms: int = 0
    waited: list[int] = field(default_factory=list)
    then: list[object] = field(default_factory=list)

    def pause(self, wait_ms: int) -> None:
        self.waited.append(wait_ms)
        self.now_ms += wait_ms
        if self.then:
            self.then.pop(0)()  # type: ignore[operator]

    def pace(self, settle_ms: int) -> Pace:
        return Pace(settle_ms, lambda: self.now_ms, self.pause)


def drained(station: Station, hours: Hours, settle_ms: int = 0) -> list[str]:
    return [done.target.name for done in drain(station, hours.pace(settle_ms))]


def test_nothing_waits(station: Station) -> None:
    hours = Hours()
    assert drained(station, hours, 1_000) == []
    assert hours.waited == []


def test_files_are_taken_by_name_once_they_are_still(station: Station) -> None:
    for name in ("b.xml", "a.xml", "c.xml"):
        drop(station, name)
    hours = Hours()
    assert drained(station, hours, 1_000) == ["a.xml", "b.xml", "c.xml"]
    assert hours.waited == [1_000]


def test_a_file_that_grows_is_taken_when_it_is_whole(station: Station) -> None:
    drop(station, "a.xml", "go")
    drop(station, "b.xml")
    hours = Hours(then=[lambda: drop(station, "a.xml", "good")])
    assert drained(station, hours, 1_000) == ["b.xml", "a.xml"]
    assert (station.spool.root / "done/a.xml").read_text("utf-8") == "good"


def test_a_file_that_grows_on_and_on_is_left(station: Station) -> None:
    drop(station, "a.xml", "x")
    hours = Hours(then=[lambda n=n: drop(station, "a.xml", "x" * (n + 2)) for n in range(LOOKS_MAX)])  # type: ignore[misc]
    assert drained(station, hours, 1_000) == []
    assert files(station.spool.inbox) == ["web/a.xml"]


def test_what_comes_meanwhile_waits_for_the_next_run(station: Station) -> None:
    drop(station, "a.xml")
    hours = Hours(then=[lambda: drop(station, "b.xml")])
    assert drained(station, hours, 1_000) == ["a.xml"]
    assert drained(station, hours, 1_000) == ["b.xml"]


def test_what_an_earlier_run_left_comes_first(station: Station) -> None:
    drop(station, "z.xml")
    claim(station.spool, station.files, tuple(waiting(station.spool)))
    drop(station, "a.xml")
    assert drained(station, Hours()) == ["z.xml", "a.xml"]


def test_files_are_taken_in_lots_of_one_channel(station: Station) -> None:
    (station.spool.inbox / "net").mkdir()
    for number in range(250):
        drop(station, f"{number:03}.xml")
    drop(station, "n.xml", channel="net")
    found = tuple(waiting(station.spool))
    made = list(lots(found, first=16))
    assert [(lot[0].channel, len(lot)) for lot in made] == [("net", 1), ("web", 16), ("web", 200), ("web", 34)]
    assert tuple(one for lot in made for one in lot) == found
