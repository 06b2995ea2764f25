"""The journal that the benchmark of restarts makes is one that the engine could have written; figures are not judged."""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.restart import begun, grow
from tests.service.echo import files
from wissel.core.clock import fixed_clock
from wissel.engine.database import transaction
from wissel.engine.life import lives_of
from wissel.journal.listing import latest
from wissel.journal.proof import prove
from wissel.ledger.books import totals
from wissel.ledger.proof import prove_books
from wissel.service.running import opened

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_the_journal_is_proved_and_can_be_gone_on_with(tmp_path: Path) -> None:
    root = tmp_path / "bank"
    begun(root, AT)
    grow(root, 40)
    with opened(root, fixed_clock(AT)) as station, transaction(station.database) as connection:
        proof, books = prove(connection), prove_books(connection)
        assert (proof.faults, proof.records, proof.entries) == ((), 40, 80)
        assert books.faults == ()
        assert set(totals(connection).values()) == {0}
        *_, order, answer = latest(connection, 40)
        lives = lives_of(connection, "E-TO-B000000019", 5)
    assert (order.outputs, answer.outputs) == (2, 1)
    (life,) = lives.lives
    assert life.kept.record == 39
    assert [one.kept.payment.direction.value for one in life.children] == ["out"]
    assert [step.status.status for step in life.children[0].steps][-1] == "ACSC"
    assert files(root / "failed") == []
