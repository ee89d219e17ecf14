"""Notes in a database whose host has fallen silent: nobody waits for another one's answer without end."""

from collections.abc import Iterator
from contextlib import closing
from threading import Event
from typing import Any

import psycopg
import pytest

from base.notes import database
from base.notes.database import DatabaseNotes
from base.notes.port import NotesFault
from project.addresses import changed
from project.stack.embedded.child import wait_until
from tests.support.network.proxy import Proxy, proxied
from tests.support.network.threads import PATIENCE_S, begin

FOR_EVER_S = 600
OTHERS = 3


@pytest.fixture
def proxy(fresh_database: str) -> Iterator[Proxy]:
    with proxied(fresh_database) as proxy:
        yield proxy


@pytest.fixture
def notes(proxy: Proxy) -> Iterator[DatabaseNotes]:
    with closing(DatabaseNotes(proxy.url)) as notes:
        yield notes
        proxy.go_away()


def test_nobody_waits_for_long_while_another_one_has_no_answer(
    notes: DatabaseNotes, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "OTHERS_WITHIN_S", 0.1)
    notes.put("signs", "io@here", "1")
    proxy.fall_silent()
    stuck = begin(lambda: notes.put("signs", "io@here", "2"))
    assert wait_until(lambda: proxy.held > 0, seconds=PATIENCE_S)
    with pytest.raises(NotesFault):
        begin(lambda: notes.read("signs")).result(PATIENCE_S)
    proxy.speak()
    stuck.result(PATIENCE_S)
    assert notes.read("signs") == {"io@here": "2"}


def test_who_waited_for_a_connection_that_could_not_be_made_does_not_try_another_one(
    notes: DatabaseNotes, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would take as long, one after the other."""
    monkeypatch.setattr(database, "CONNECT_WITHIN_S", FOR_EVER_S)
    monkeypatch.setattr(database, "OTHERS_WITHIN_S", FOR_EVER_S)
    proxy.fall_silent()
    first = begin(lambda: notes.read("signs"))
    assert wait_until(lambda: proxy.held > 0, seconds=PATIENCE_S)
    come = [Event() for _ in range(OTHERS)]
    others = [begin(lambda here=here: here.set() or notes.read("signs")) for here in come]  # type: ignore[misc]
    assert all(here.wait(PATIENCE_S) for here in come)
    proxy.go_away()
    for one in (first, *others):
        with pytest.raises(NotesFault):
            one.result(PATIENCE_S)
    assert proxy.turned_away < OTHERS
    proxy.come_back()
    proxy.speak()
    assert notes.read("signs") == {}


@pytest.mark.parametrize(("given", "expected"), [({}, "2000"), ({"tcp_user_timeout": 7_000}, "7000")])
def test_a_host_that_falls_silent_is_given_up_soon_or_when_the_url_says(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch, given: dict[str, int], expected: str
) -> None:
    made: list[psycopg.Connection[Any]] = []
    connect = psycopg.connect

    def keep(*args: Any, **how: Any) -> Any:
        made.append(connect(*args, **how))
        return made[-1]

    monkeypatch.setattr(psycopg, "connect", keep)
    with closing(DatabaseNotes(changed(fresh_database, **given))) as notes:
        notes.now()
        (parameters,) = (one.info.get_parameters() for one in made)
        assert (parameters["tcp_user_timeout"], parameters["connect_timeout"]) == (expected, "2")
        assert {"keepalives_idle", "keepalives_interval", "keepalives_count"} <= parameters.keys()
