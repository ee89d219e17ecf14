"""What stands in a till's file, and whose it is."""

import sqlite3
import stat
from pathlib import Path

import pytest

from ringup_client import BadFile, Line, Order, OtherTerminal, Pay, Tender
from ringup_client.database import Database
from ringup_client.outbox import Outbox
from tests.unit.clients.by_hand import KEY, LOST, REFUSED, ByHand, command, ok, problem, taken


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "till.sqlite3"


def sale() -> Pay:
    return Pay(Order([Line("TEA", 1)], "GBP"), [Tender("cash", 250)])


def test_a_commit_is_on_disk_when_it_returns_and_the_key_is_nobody_elses(file: Path) -> None:
    database = Database(file)
    with database.reading() as run:
        assert run("PRAGMA synchronous").fetchone() == (2,)
        assert run("PRAGMA journal_mode").fetchone() == ("wal",)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_none_of_ours_is_left_alone(file: Path) -> None:
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE commands (mine)")
    with pytest.raises(BadFile):
        Outbox(file)
    file.write_text("not a database, but long enough to be looked at as one " * 40)
    with pytest.raises(BadFile):
        Outbox(file)


def test_its_count_goes_on_where_the_servers_ends(file: Path) -> None:
    """Also of what was kept before it met the server; a file that was lost begins behind it."""
    till = ByHand(file, [REFUSED], terminal=(3, 417))
    till.run(till.core.keep(sale(), key="k1"))
    till.says = [taken(command(), command())]
    till.run(till.core.keep(sale(), key="k2"))
    till.run(till.core.send(patience_s=5))
    assert [item["sequence"] for item in till.asked[0].body] == [418, 419]
    later = ByHand(file, [taken(command())], terminal=(3, 419))
    later.run(later.core.submit(sale(), key="k3", patience_s=5))
    assert later.asked[0].body[0]["sequence"] == 420


def test_another_terminals_key_does_not_send_what_is_not_settled(file: Path) -> None:
    till = ByHand(file, [LOST])
    till.run(till.core.submit(sale(), key="k1", patience_s=0))
    other = ByHand(file, [taken(command())], terminal=(4, None), key="rk_other")
    with pytest.raises(OtherTerminal):
        other.run(other.core.send(patience_s=5))
    assert other.asked == []
    back = ByHand(file, [taken(command())], key="rk_new")
    assert [one.key for one in back.run(back.core.send(patience_s=5))] == ["k1"]


def test_a_file_whose_commands_are_all_settled_may_become_another_terminals(file: Path) -> None:
    till = ByHand(file, [taken(command())])
    till.run(till.core.submit(sale(), key="k1", patience_s=5))
    other = ByHand(file, [taken(command())], terminal=(4, 9), key="rk_other")
    assert other.run(other.core.submit(sale(), key="k2", patience_s=5)).sequence == 10


def test_a_key_that_was_changed_counts_until_another_is_given(file: Path) -> None:
    till = ByHand(file, [ok({"key": "rk_newer"})])
    till.run(till.core.rotate_key(patience_s=5))
    assert ByHand(file, key=KEY).core.key == "rk_newer"
    assert ByHand(file, key=None).core.key == "rk_newer"
    assert ByHand(file, key="rk_another").core.key == "rk_another"


def test_a_code_gives_a_key_that_is_kept_and_told_to_nobody(file: Path) -> None:
    enrolled = {"key": "rk_enrolled", "name": "till-3", "role": "pos", "store": "north"}
    till = ByHand(file, [ok(enrolled)], key=None)
    assert till.run(till.core.enrol("7KQX3MWP", patience_s=5)) == {"name": "till-3", "role": "pos", "store": "north"}
    assert ByHand(file, key=None).core.key == "rk_enrolled"


def test_the_feed_moves_on_once_a_page_is_worked_off_and_begins_anew_where_it_must(file: Path) -> None:
    change = {"kind": "product", "id": "TEA", "at": "2026-01-01T00:00:00Z", "value": {"sku": "TEA"}}
    first, second = ({"items": [change], "next_cursor": name} for name in ("one", "two"))
    till = ByHand(file, [ok(first), ok(first), ok(second)])
    feed = till.core.feed
    page = till.run(feed.page("shelf", waits=False, deadline=5))
    assert till.run(feed.page("shelf", waits=False, deadline=5)) == page
    till.run(feed.done("shelf", page))
    again = till.run(feed.page("shelf", waits=True, deadline=5))
    assert [one.query.get("after") for one in till.asked] == [None, None, "one"]
    assert [one.headers for one in till.asked[1:]] == [{}, {"Prefer": "wait=10"}]
    assert (page.is_anew, again.is_anew) == (True, False)
    till.run(feed.done("shelf", again))
    till.says = [problem(410, "cursor_expired"), ok(first)]
    assert till.run(feed.page("shelf", waits=True, deadline=5)).is_anew
    assert [one.query.get("after") for one in till.asked[3:]] == ["two", None]
