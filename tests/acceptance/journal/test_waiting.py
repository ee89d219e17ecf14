"""`Prefer: wait=N`: the answer comes when the command is settled, pushed through a real broker by a real worker."""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from django.db import close_old_connections, connections
from pytest_django.fixtures import Settings

from orders.commands.core.roles import Role
from orders.journal.bell import announce, waiters, waiting
from orders.journal.core.batch import Rung, order_ids
from orders.journal.ring import QUEUE
from orders.terminals.db.keys import create_terminal
from project.database import configuration
from project.stack.embedded.child import wait_until
from tests.support.network.threads import begin
from tests.support.shop.rung import run
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
SOON_S, WAIT_S = 60, 120


@pytest.fixture(autouse=True)
def _waits_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes soon comes long before, on a slow machine too."""
    monkeypatch.setattr("orders.journal.api.submit.WAIT_S_MAX", WAIT_S)


@pytest.fixture
def shop(own_database: str, fresh_broker: str, settings: Settings) -> Shop:
    settings.BROKER_URL = fresh_broker
    return open_shop()


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(create_terminal(store_id=shop.store_id, name="Till 1", role=Role.POS))


@pytest.fixture
def worker(shop: Shop, fresh_broker: str) -> Iterator[threading.Event]:
    """A worker that takes rings off the queue and does what a task does. It begins once the event is set."""
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.wait()
        with redis.Redis.from_url(fresh_broker) as broker:
            while not ended.is_set():
                if found := broker.brpop([QUEUE], timeout=0.1):
                    _, kwargs, _ = json.loads(b64decode(json.loads(found[1])["body"]))
                    run([UUID(id_) for id_ in kwargs.get("order_ids", [kwargs.get("order_id")])])
                    close_old_connections()

    working = begin(work)
    yield begun
    ended.set()
    begun.set()
    working.result(SOON_S)


def timed(answer: Answer, began: float) -> tuple[int, str, bool]:
    """Status, state, and whether it came soon."""
    return answer.status, answer.body["state"], time.monotonic() - began < SOON_S


def test_a_command_is_answered_once_it_is_settled(till: Till, worker: threading.Event) -> None:
    worker.set()
    began = time.monotonic()
    answer = till.post(f"/orders/{till.sell()}/pay", CARD, key="sale-1", wait=WAIT_S)
    assert timed(answer, began) == (200, "succeeded", True)
    assert answer.body["result"]["change_minor"] == 0
    assert answer.headers["Preference-Applied"] == f"wait={WAIT_S}"
    assert answer.headers["Location"] == f"/api/v1/commands/{answer.body['id']}"
    assert "Retry-After" not in answer.headers


def test_a_rejection_is_waited_for_like_a_success(till: Till, worker: threading.Event) -> None:
    worker.set()
    answer = till.post(f"/orders/{till.sell(('TEA-80', 2))}/pay", CARD, key="sale-1", wait=WAIT_S)
    assert (answer.status, answer.body["outcome"]["code"]) == (200, "payment_does_not_match_total")


def test_whoever_waits_too_long_is_told_to_come_back(till: Till) -> None:
    began = time.monotonic()
    answer = till.post(f"/orders/{till.sell()}/pay", CARD, key="sale-1", wait=1)
    assert timed(answer, began) == (202, "pending", True)
    assert time.monotonic() - began >= 1
    assert (answer.headers["Preference-Applied"], answer.headers["Retry-After"]) == ("wait=1", "1")


def test_a_command_is_waited_for_again_by_its_id_or_its_key(till: Till, worker: threading.Event) -> None:
    order_id = till.sell()
    accepted = till.post(f"/orders/{order_id}/pay", CARD, key="sale-1").body
    reading = begin(lambda: Till(till.key).get(f"/commands/{accepted['id']}", Prefer=f"wait={WAIT_S}"))
    repeating = begin(lambda: Till(till.key).post(f"/orders/{order_id}/pay", CARD, key="sale-1", wait=WAIT_S))
    worker.set()
    read, repeated = reading.result(SOON_S), repeating.result(SOON_S)
    assert read.body == repeated.body
    assert read.status == 200
    assert repeated.status == 200
    assert read.body["state"] == "succeeded"
    assert repeated.headers["Idempotency-Replayed"] == "true"


def test_what_is_settled_is_not_waited_for(till: Till, worker: threading.Event) -> None:
    worker.set()
    order_id = till.sell()
    first = till.post(f"/orders/{order_id}/pay", CARD, key="sale-1", wait=WAIT_S)
    began = time.monotonic()
    again = till.post(f"/orders/{order_id}/pay", CARD, key="sale-1", wait=WAIT_S)
    read = till.get(f"/commands/{first.body['id']}", Prefer=f"wait={WAIT_S}")
    assert time.monotonic() - began < SOON_S
    assert again.body == read.body == first.body


def test_a_bulk_request_is_answered_once_all_are_settled(till: Till, worker: threading.Event) -> None:
    worker.set()
    lines = [{"sku": "TEA-80", "quantity": 1}]
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": lines}
    sales = [{"key": f"{n}", "kind": "pay", "order": order, "body": CARD} for n in range(5)]
    refused = {"key": "x", "kind": "pay", "order_id": str(uuid4()), "body": CARD}
    began = time.monotonic()
    for status in ("accepted", "replayed"):
        answer = till.post("/commands", [*sales, refused], wait=WAIT_S)
        assert (answer.status, answer.headers["Preference-Applied"]) == (200, f"wait={WAIT_S}")
        *sold, not_sold = answer.body["items"]
        assert [(item["status"], item["command"]["state"]) for item in sold] == [(status, "succeeded")] * 5
        assert (not_sold["status"], not_sold["command"]) == ("refused", None)
    assert time.monotonic() - began < SOON_S


def test_who_is_rung_finds_the_command(till: Till, own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However quick the worker is: the ring comes after the commit."""
    found: list[object] = []

    def look(rung: Sequence[Rung]) -> None:
        with psycopg.connect(own_database) as worker:
            ids = [one.command_id for one in rung]
            found.extend(worker.execute("SELECT id, state FROM orders_command WHERE id = ANY(%s)", [ids]).fetchall())

    monkeypatch.setattr("orders.journal.submit.ring_for", look)
    accepted = till.post(f"/orders/{till.sell()}/pay", CARD, key="sale-1").body
    assert found == [(UUID(accepted["id"]), "pending")]


def test_what_is_settled_before_its_ring_is_sent_is_answered_at_once(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one's ring may settle it: it is listened for before it is stored."""
    monkeypatch.setattr("orders.journal.submit.ring_for", lambda rung: run(order_ids(one.subject for one in rung)))
    heard = uuid4()
    with waiting([heard], owner=0, wait_s=WAIT_S) as other:
        assert other

        def is_listening() -> bool:
            announce([heard])
            return other.wait(0.1)

        assert wait_until(is_listening, seconds=SOON_S)
        began = time.monotonic()
        answer = till.post(f"/orders/{till.sell()}/pay", CARD, key="sale-1", wait=WAIT_S)
    assert timed(answer, began) == (200, "succeeded", True)


def test_over_the_limit_nobody_waits(till: Till, settings: Settings) -> None:
    settings.WAITERS_MAX = 0
    began = time.monotonic()
    answer = till.post(f"/orders/{till.sell()}/pay", CARD, key="sale-1", wait=WAIT_S)
    assert timed(answer, began) == (202, "pending", True)
    assert "Preference-Applied" not in answer.headers


def test_one_terminal_waits_for_so_many_and_the_others_find_room(
    till: Till, shop: Shop, worker: threading.Event, settings: Settings
) -> None:
    assert settings.WAITERS_PER_TERMINAL_MAX * 4 <= settings.WAITERS_MAX
    settings.WAITERS_MAX, settings.WAITERS_PER_TERMINAL_MAX = 2, 1
    other = Till(create_terminal(store_id=shop.store_id, name="Till 2", role=Role.POS))
    with waiting([uuid4()], owner=till.get("/terminals/me").body["id"], wait_s=WAIT_S):
        began = time.monotonic()
        answer = till.post(f"/orders/{till.sell()}/pay", CARD, key="sale-1", wait=WAIT_S)
        assert timed(answer, began) == (202, "pending", True)
        assert "Preference-Applied" not in answer.headers
        worker.set()
        answer = other.post(f"/orders/{other.sell()}/pay", CARD, key="sale-1", wait=WAIT_S)
        assert timed(answer, began) == (200, "succeeded", True)
    waiters().close()


def test_who_waits_leaves_the_database_connection_to_others(
    till: Till, worker: threading.Event, own_database: str
) -> None:
    """The pool has one connection: while one waits, another reads, and the worker settles."""
    order_id = till.sell()
    with pooled(own_database):
        paying = begin(lambda: Till(till.key).post(f"/orders/{order_id}/pay", CARD, key="sale-1", wait=WAIT_S))
        reading = begin(lambda: [Till(till.key).get("/terminals/me").status for _ in range(5)])
        assert reading.result(SOON_S) == [200] * 5
        worker.set()
        assert paying.result(SOON_S).status == 200


@contextmanager
def pooled(database_url: str) -> Iterator[None]:
    """Threads that begin now share a pool of one connection."""
    before = connections.settings
    database = configuration(database_url, pool_connections_max=1)
    connections.settings = connections.configure_settings({"default": database})
    try:
        yield
    finally:
        begin(lambda: connections["default"].close_pool()).result(SOON_S)  # type: ignore[attr-defined]
        connections.settings = before


def test_without_a_broker_the_command_is_accepted_and_read_at_the_end(till: Till, settings: Settings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    order_id = till.sell()
    paying = begin(lambda: Till(till.key).post(f"/orders/{order_id}/pay", CARD, key="sale-1", wait=1))
    run([order_id])
    answer = paying.result(SOON_S)
    waiters().close()
    assert answer.status in (200, 202)
    assert till.get("/commands?key=sale-1").body["id"] == answer.body["id"]
