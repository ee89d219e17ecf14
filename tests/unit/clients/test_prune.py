"""What leaves a till's file, and what never does."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ringup_client import Line, Order, Pay, State, Tender
from ringup_client.outcome import FINAL, OPEN
from ringup_client.wire import Answer, Trouble
from tests.unit.clients.by_hand import LOST, ByHand, command, ok, pending, refused, taken

TOMORROW = timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "till.sqlite3"


def sale(sold_at: datetime | None = None) -> Pay:
    return Pay(Order([Line("TEA", 1)], "GBP", sold_at=sold_at), [Tender("cash", 250)])


def submit(till: ByHand, key: str, sold_at: datetime | None = None) -> State:
    return till.run(till.core.submit(sale(sold_at), key=key, patience_s=0)).state


def prune(till: ByHand, *, limit: int = 100) -> int:
    """As if a day had passed."""
    return till.core.outbox.prune(before=datetime.now(UTC) + TOMORROW, limit=limit)


def test_only_what_is_final_leaves_the_file(file: Path) -> None:
    kept = ByHand(file)
    kept.run(kept.core.keep(sale(), key="unsent"))
    left = {"unsent": State.UNSENT}
    says: dict[str, Answer | Trouble] = {
        "unknown": LOST,
        "pending": taken(pending()),
        "awaiting": taken(command("awaiting", None)),
        "parked": taken(command("parked", None)),
        "succeeded": taken(command()),
        "rejected": taken(command("rejected", "order_empty")),
        "dismissed": taken(command("dismissed", "dismissed")),
        "refused": ok({"items": [refused("product_not_found")]}),
    }
    for state, said in says.items():
        left[state] = submit(ByHand(file, [said]), state)
    assert left == {str(state): state for state in State}
    assert prune(kept) == len(FINAL)
    assert {one.key for one in kept.run(kept.core.unsettled())} == {str(state) for state in OPEN}
    assert prune(kept) == 0


def test_what_has_just_become_final_stays_however_old_its_sale_is(file: Path) -> None:
    """Its till has not been told yet, maybe."""
    till = ByHand(file, [taken(command())])
    submit(till, "k1", sold_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert till.run(till.core.prune(TOMORROW)) == 0
    assert till.run(till.core.command("k1")).state is State.SUCCEEDED
    with pytest.raises(ValueError, match="last day"):
        till.run(till.core.prune(timedelta(hours=23)))


def test_all_of_it_goes_a_part_at_a_time(file: Path) -> None:
    till = ByHand(file, [taken(command())])
    for n in range(3):
        submit(till, f"k{n}")
    assert prune(till, limit=2) == 2
    with sqlite3.connect(file) as opened:
        opened.execute("UPDATE commands SET final_at = '2020-01-01T00:00:00+00:00'")
    assert till.run(till.core.prune(TOMORROW)) == 1


def test_what_is_to_be_sent_again_stays(file: Path) -> None:
    till = ByHand(file, [taken(command()), LOST])
    submit(till, "k1")
    till.run(till.core.send_again(datetime(2020, 1, 1, tzinfo=UTC), patience_s=0))
    assert prune(till) == 0
    till.says = [taken(command(), status="replayed")]
    assert [one.state for one in till.run(till.core.send(patience_s=5))] == [State.SUCCEEDED]
    assert prune(till) == 1


def test_the_count_goes_on_behind_what_has_left(file: Path) -> None:
    """Also as another terminal's, whose count begins where its own ended."""
    till = ByHand(file, [taken(command())])
    submit(till, "k1")
    submit(till, "k2")
    assert prune(till) == 2
    assert till.run(till.core.submit(sale(), key="k3", patience_s=5)).sequence == 3
    assert prune(till) == 1
    other = ByHand(file, [taken(command())], terminal=(4, 9), key="rk_other")
    assert other.run(other.core.submit(sale(), key="k4", patience_s=5)).sequence == 10


def test_no_row_is_final_without_its_time_nor_open_with_one(file: Path) -> None:
    till = ByHand(file, [taken(command())])
    submit(till, "k1")
    with sqlite3.connect(file) as opened, pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        opened.execute("UPDATE commands SET state = 'unknown'")
