"""What is remembered for a while: in the database as on Redis and Valkey."""

import math
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond

from base.notes import database
from base.notes.database import DatabaseNotes
from base.notes.port import Notes, NotesFault
from base.notes.redis import RedisNotes
from base.notes.where import notes_at, notes_url
from tests.support.network.threads import begin

NOWHERE = ["redis://127.0.0.1:1/0", "postgresql://127.0.0.1:1/ringup"]
TEN = RateLimitItemPerMinute(10)


@pytest.fixture
def in_database(fresh_database: str) -> Iterator[DatabaseNotes]:
    with closing(DatabaseNotes(fresh_database)) as notes:
        yield notes


@pytest.fixture
def on_redis(fresh_broker: str) -> RedisNotes:
    return RedisNotes(fresh_broker)


@pytest.fixture(params=["on_redis", "in_database"])
def notes(request: pytest.FixtureRequest) -> Notes:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def _one_minute() -> None:
    """None ends meanwhile."""
    if (left := 60 - time.time() % 60) < 5:
        time.sleep(left)


def test_notes_are_where_the_broker_keeps_such_things_or_else_in_the_database() -> None:
    assert notes_url("redis://broker/0", "postgresql://db/x") == "redis://broker/0"
    for url in ("amqp://broker/shop", "amqps://broker/shop"):
        assert notes_url(url, "postgresql://db/x") == "postgresql://db/x"


def test_who_keeps_notes_says_what_time_it_is(notes: Notes) -> None:
    assert abs(notes.now() - time.time()) < 5


def test_a_book_has_the_last_value_of_each_name(notes: Notes) -> None:
    notes.put("signs", "io@here", "1")
    notes.put("signs", "io@here", "2")
    notes.put("signs", "beat@here", "3")
    notes.put("other", "io@here", "4")
    assert notes.read("signs") == {"io@here": "2", "beat@here": "3"}
    notes.drop("signs", ["io@here"])
    assert notes.read("signs") == {"beat@here": "3"}


def test_amounts_are_summed_by_page_and_over_pages(notes: Notes) -> None:
    for page, amounts in (
        ("p:1", {"a": 1.5, "b": 2.0}),
        ("p:1", {"a": 0.25}),
        ("p:2", {"a": 1.0}),
        ("p:3", {"a": 9.0}),
    ):
        notes.add(page, amounts, rows_max=9, kept_s=60)
    assert notes.sums(["p:1"]) == {"a": 1.75, "b": 2.0}
    assert notes.sums(["p:1", "p:2", "p:none"]) == {"a": 2.75, "b": 2.0}


def test_of_a_page_the_largest_are_kept(notes: Notes) -> None:
    notes.add("p", {"a": 1.0, "b": 3.0, "c": 2.0}, rows_max=2, kept_s=60)
    assert notes.sums(["p"]) == {"b": 3.0, "c": 2.0}


def test_a_page_is_kept_so_long(notes: Notes) -> None:
    notes.add("p", {"a": 1.0}, rows_max=2, kept_s=1)
    time.sleep(1.1)
    assert notes.sums(["p"]) == {}


@pytest.mark.usefixtures("_one_minute")
def test_there_is_room_for_as_much_as_the_limit(notes: Notes) -> None:
    assert notes.take(TEN, "till:1", cost=8)
    assert not notes.take(TEN, "till:1", cost=3)
    assert notes.take(TEN, "till:1", cost=2)
    assert not notes.take(TEN, "till:1", cost=1)
    assert notes.take(TEN, "till:2", cost=10)
    assert not notes.take(TEN, "till:3", cost=11)


def test_a_window_that_is_over_counts_in_part_and_then_no_more(notes: Notes) -> None:
    a_second = RateLimitItemPerSecond(100, 1)
    for till in map(str, range(30)):
        began = math.ceil(time.time())
        sleep_until(began)
        assert notes.take(a_second, till, cost=100)
        filled_at = time.time()
        sleep_until(began + 1.3)
        found = notes.take(a_second, till, cost=90), notes.take(a_second, till, cost=1)
        if filled_at < began + 1 and time.time() < began + 1.9:
            break  # it was in time; else another one tries anew
    assert found == (False, True)
    sleep_until(began + 2)
    assert notes.take(a_second, till, cost=90)


def sleep_until(at: float) -> None:
    time.sleep(max(at - time.time(), 0))


def test_of_those_who_come_at_once_no_more_find_room_than_may(notes: Notes) -> None:
    come = [begin(lambda: notes.take_exactly(TEN, "codes")) for _ in range(25)]
    assert sum(one.result(10) for one in come) == 10
    assert not notes.has_room(TEN, "codes")
    assert notes.has_room(TEN, "others")
    assert notes.take_exactly(TEN, "others")


def test_who_counts_exactly_waits_for_another_one_who_does(in_database: DatabaseNotes, fresh_database: str) -> None:
    """No longer than notes may take."""
    with psycopg.connect(fresh_database, autocommit=True) as another:
        another.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"limits:{TEN.key_for('codes')}",))
        with pytest.raises(NotesFault):
            in_database.take_exactly(TEN, "codes")
    assert in_database.take_exactly(TEN, "codes")


@pytest.mark.parametrize("url", NOWHERE)
def test_who_does_not_answer_is_a_fault(url: str) -> None:
    notes = notes_at(url)
    with pytest.raises(NotesFault):
        notes.read("signs")
    with pytest.raises(NotesFault):
        notes.take(TEN, "x", cost=1)
    with pytest.raises(NotesFault):
        notes.take_exactly(TEN, "x")


def test_what_is_over_is_emptied_now_and_then(
    in_database: DatabaseNotes, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "EMPTIED_EVERY_S", 0)
    in_database.add("p", {"a": 1.0}, rows_max=9, kept_s=0)
    in_database.put("signs", "io@here", "1")
    in_database.add("q", {"b": 1.0}, rows_max=9, kept_s=60)
    with psycopg.connect(fresh_database) as connection:
        assert connection.execute("SELECT book FROM ringup_note ORDER BY 1").fetchall() == [("q",), ("signs",)]


def test_a_connection_that_the_server_ended_loses_no_note(in_database: DatabaseNotes, fresh_database: str) -> None:
    in_database.put("signs", "io@here", "1")
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%ringup_note%'"
            " AND pid <> pg_backend_pid() AND datname = current_database()"
        )
    in_database.put("signs", "io@here", "2")
    assert in_database.take_exactly(TEN, "codes")
    assert in_database.read("signs") == {"io@here": "2"}
