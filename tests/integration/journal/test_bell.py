"""The bell wakes who waits for a command, and whoever may have missed it."""

import logging
import threading
import time
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import pytest
import redis
from pytest_django.fixtures import Settings
from uuid_utils.compat import uuid7

from orders.journal.bell import CHANNEL, SAID_BYTES_MAX, Waiter, Waiters, announce
from orders.journal.wait import Commands, wait_for

SOON_S = 60
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def bell(fresh_broker: str, settings: Settings) -> Iterator[Waiters]:
    settings.BROKER_URL = fresh_broker
    waiters = Waiters(fresh_broker, waiters_max=3, per_owner_max=3)
    with waiters.registered([uuid7()], owner=1) as first:
        assert first is not None
        assert first.wait(SOON_S), "nobody listens"
    yield waiters
    waiters.close()


@pytest.fixture
def broker(fresh_broker: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(fresh_broker) as client:
        yield client


def there(waiter: Waiter | None) -> Waiter:
    assert waiter is not None
    return waiter


def test_who_waits_is_woken_by_its_command_alone(bell: Waiters) -> None:
    mine, other = uuid7(), uuid7()
    with bell.registered([mine], owner=1) as first, bell.registered([other], owner=1) as second:
        waiter, neighbour = there(first), there(second)
        announce([uuid7(), mine])
        assert waiter.wait(SOON_S)
        announce([other])
        assert neighbour.wait(SOON_S)
        assert not waiter.wait(0)


def test_two_who_wait_for_one_command_are_both_woken(bell: Waiters) -> None:
    command_id = uuid7()
    with bell.registered([command_id], owner=1) as first, bell.registered([uuid7(), command_id], owner=1) as second:
        both = [there(first), there(second)]
        announce([command_id])
        assert all(waiter.wait(SOON_S) for waiter in both)


def test_what_was_announced_before_anybody_listened_is_looked_up(fresh_broker: str) -> None:
    """The listener begins with the first who waits: that one is woken as soon as it hears."""
    bell = Waiters(fresh_broker, waiters_max=1, per_owner_max=1)
    with bell.registered([uuid7()], owner=1) as waiter:
        assert there(waiter).wait(SOON_S)
    bell.close()


def test_a_listener_that_was_cut_off_comes_back_and_wakes_all(bell: Waiters, broker: redis.Redis) -> None:
    command_id = uuid7()
    with bell.registered([command_id], owner=1) as registered:
        waiter = there(registered)
        assert broker.client_kill_filter(_type="pubsub")
        assert waiter.wait(SOON_S), "missed news are not looked up"
        announce([command_id])
        assert waiter.wait(SOON_S)


def test_no_more_wait_than_may(bell: Waiters) -> None:
    with bell.registered([uuid7()], owner=1), bell.registered([uuid7()], owner=2):
        with bell.registered([uuid7()], owner=3) as third:
            assert third is not None
            with bell.registered([uuid7()], owner=4) as fourth:
                assert fourth is None
        with bell.registered([uuid7()], owner=4) as again:
            assert again is not None


def test_one_owner_leaves_room_for_the_others(fresh_broker: str) -> None:
    bell = Waiters(fresh_broker, waiters_max=3, per_owner_max=2)
    with bell.registered([uuid7()], owner=1), bell.registered([uuid7()], owner=1):
        with bell.registered([uuid7()], owner=1) as third:
            assert third is None
        with bell.registered([uuid7()], owner=2) as others:
            assert others is not None
    with bell.registered([uuid7()], owner=1) as again:
        assert again is not None
    bell.close()


def test_a_listener_that_failed_unexpectedly_goes_on(bell: Waiters, monkeypatch: pytest.MonkeyPatch) -> None:
    command_id = uuid7()
    with bell.registered([command_id], owner=1) as registered:
        waiter = there(registered)

        def fail_once() -> None:
            monkeypatch.undo()
            raise RuntimeError("a fault that nobody expects")

        monkeypatch.setattr(waiter, "wake", fail_once)
        announce([command_id])
        assert waiter.wait(SOON_S), "it does not listen any more"


@pytest.mark.parametrize("said", [b"?", bytes(17), bytes(16) + b"\xff\xff" + b"cut off"])
def test_what_nobody_can_read_wakes_all_and_ends_nothing(bell: Waiters, broker: redis.Redis, said: bytes) -> None:
    """Whoever has the broker in common may say it; who waits looks for himself, once it is heard again."""
    command_id = uuid7()
    with bell.registered([command_id], owner=1) as registered:
        waiter = there(registered)
        broker.publish(CHANNEL, said)
        announce([command_id])
        assert waiter.wait(SOON_S), "it does not listen any more"
    with bell.registered([command_id], owner=1) as registered:
        announce([command_id])
        assert there(registered).wait(SOON_S)


def test_what_was_settled_is_said_to_who_waits_for_it(bell: Waiters) -> None:
    ids = [uuid7() for _ in range(3)]
    with bell.registered(ids, owner=1) as first, bell.registered([uuid7()], owner=1) as second:
        waiter, neighbour = there(first), there(second)
        announce(ids[:2], dict.fromkeys(ids, b"settled"))
        assert waiter.wait(SOON_S)
        assert waiter.said(ids) is None
        announce(ids[2:], {ids[2]: b"too"})
        assert waiter.wait(SOON_S)
        assert waiter.said(ids) == {ids[0]: b"settled", ids[1]: b"settled", ids[2]: b"too"}
        assert not waiter.must_look
        assert not neighbour.wait(0)


@pytest.mark.parametrize("said", [b"", b"x" * (SAID_BYTES_MAX + 1)], ids=["nothing is said", "it is too long"])
def test_who_was_not_told_all_has_to_look(bell: Waiters, said: bytes) -> None:
    ids = [uuid7() for _ in range(2)]
    with bell.registered(ids, owner=1) as registered:
        waiter = there(registered)
        announce(ids, {ids[0]: b"settled", ids[1]: said})
        assert waiter.wait(SOON_S)
        assert waiter.must_look
        assert waiter.said(ids) is None


@pytest.mark.usefixtures("own_database")
def test_who_was_told_all_looks_nothing_up(bell: Waiters) -> None:
    ids = [uuid7() for _ in range(2)]
    stored = {id_: {"id": id_, "state": "pending"} for id_ in ids}
    said = b'["succeeded","applied","2026-01-31T10:00:00Z",{"detail":"","lines":[]},null]'

    def look(_: int, __: Collection[UUID]) -> Commands:
        raise AssertionError("it looked")

    with bell.registered(ids, owner=1) as registered:
        for id_ in ids:
            announce([id_], {id_: said})
        told = wait_for(1, ids, there(registered), wait_s=SOON_S, look_first=False, read=look, fresh=stored)
    assert [told[id_]["state"] for id_ in ids] == ["succeeded"] * 2
    assert told[ids[0]]["outcome"] == {"code": "applied", "detail": "", "lines": []}


@pytest.mark.usefixtures("own_database")
def test_who_was_not_told_of_one_looks_all_up(bell: Waiters) -> None:
    ids = [uuid7() for _ in range(2)]
    rows = {id_: {"id": id_, "state": "succeeded", "settled_at": 1} for id_ in ids}
    with bell.registered(ids, owner=1) as registered:
        announce(ids, {ids[0]: b"settled"})
        told = wait_for(
            1,
            ids,
            there(registered),
            wait_s=SOON_S,
            look_first=False,
            read=lambda *_: rows,
            fresh={id_: {} for id_ in ids},
        )
    assert told == rows


def test_whoever_may_have_missed_something_has_to_look(bell: Waiters, broker: redis.Redis) -> None:
    with bell.registered([uuid7()], owner=1) as registered:
        waiter = there(registered)
        assert broker.client_kill_filter(_type="pubsub")
        assert waiter.wait(SOON_S)
        assert waiter.must_look


def test_a_batch_is_one_message(bell: Waiters, broker: redis.Redis) -> None:
    ids = [uuid7() for _ in range(100)]
    with broker.pubsub() as heard:  # type: ignore[no-untyped-call]
        heard.subscribe(CHANNEL)
        assert next_message(heard)["type"] == "subscribe"
        announce(ids)
        announce([])
        announce(ids[:1], {ids[0]: b"settled"})
        said = [next_message(heard)["data"] for _ in range(2)]
    assert said == [b"".join(id_.bytes + b"\0\0" for id_ in ids), ids[0].bytes + b"\0\7settled"]


def next_message(heard: redis.client.PubSub) -> dict[str, Any]:
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        if message := heard.get_message(timeout=0.1):
            return dict(message)
    raise AssertionError("nothing was announced")


def test_without_a_broker_announcing_and_waiting_end_in_time(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BROKER_URL = NOWHERE
    deaf = Waiters(NOWHERE, waiters_max=1, per_owner_max=1)
    began = time.monotonic()
    with caplog.at_level(logging.WARNING, logger="orders.journal.bell"):
        announce([uuid7()])
        with deaf.registered([uuid7()], owner=1) as waiter:
            assert waiter is not None
            assert not waiter.wait(0.2)
    deaf.close()
    assert time.monotonic() - began < SOON_S
    assert "not announced" in caplog.text
    assert 1 <= caplog.text.count("not listening") <= 50, "it tries again and again without a pause"


def test_a_closed_bell_has_no_thread(fresh_broker: str) -> None:
    before = set(threading.enumerate())
    bell = Waiters(fresh_broker, waiters_max=2, per_owner_max=1)
    with bell.registered([uuid7()], owner=1), bell.registered([uuid7()], owner=2):
        assert len(set(threading.enumerate()) - before) == 1, "one listens for all"
    bell.close()
    assert set(threading.enumerate()) <= before
