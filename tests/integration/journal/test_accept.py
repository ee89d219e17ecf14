"""Accepting: each key once, whoever comes at the same time, and for tasks as for terminals."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from django.db import transaction
from pytest_django.fixtures import Settings
from uuid_utils.compat import uuid7

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.journal.bell import waiters
from orders.journal.db.accept import Submission, accept, accept_many, accept_system
from orders.journal.ring import QUEUE
from orders.models import Command, Order
from orders.terminals.db.keys import create_terminal
from project.stack.embedded.child import wait_until
from tests.support.database import connected_to
from tests.support.network.threads import begin, until_done_or_waiting
from tests.support.shop.rung import run
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
DRAFT = {"currency": "GBP", "fulfilment": "immediate", "lines": []}
TILLS = 50


@pytest.fixture
def shop(own_database: str, fresh_broker: str, settings: Settings) -> Shop:
    settings.BROKER_URL = fresh_broker
    return open_shop()


def till(shop: Shop, name: str = "Till 1") -> Till:
    return Till(create_terminal(store_id=shop.store_id, name=name, role=Role.POS))


def at_once(one: Till, order_id: UUID) -> list[Answer]:
    """The same sale, sent by many hands at the same time."""
    pays = [begin(lambda: Till(one.key).post(f"/orders/{order_id}/pay", CARD, key="sale-1")) for _ in range(TILLS)]
    return [pay.result(30) for pay in pays]


def test_the_same_key_fifty_times_at_once_is_one_command(shop: Shop, fresh_broker: str) -> None:
    one = till(shop)
    answers = at_once(one, one.sell())
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert Command.objects.count() == 1
    with redis.Redis.from_url(fresh_broker) as broker:
        assert broker.llen(QUEUE) == 1


def test_it_is_the_constraint_that_holds_them_off(shop: Shop) -> None:
    """Without it the journal takes nothing in, rather than the same sale twice."""
    pay = submission(Kind.PAY, shop.order(("TEA-80", 1)), key="sale-1", tenders=[])
    cursor().execute("DROP INDEX command_key_once_per_terminal")
    with pytest.raises(psycopg.errors.InvalidColumnReference):
        accept(shop.caller, pay)


@contextmanager
def uncommitted(call: Callable[[], Answer]) -> Iterator[Answer]:
    """A call in another thread whose transaction is committed at the end of the block."""
    answered, may_commit = Future[Answer](), threading.Event()

    def held() -> None:
        with transaction.atomic():
            answered.set_result(call())
            assert may_commit.wait(10)

    holding = begin(held)
    yield answered.result(10)
    may_commit.set()
    holding.result(10)


def described(order_id: UUID, **given: Any) -> dict[str, Any]:
    lines = [{"sku": "TEA-80", "quantity": 1}]
    return {"id": str(order_id), "currency": "GBP", "fulfilment": "immediate", "lines": lines, **given}


@pytest.mark.parametrize(
    ("given", "status", "code"), [({}, "accepted", None), ({"reference": "another"}, "refused", "id_reused")]
)
def test_an_order_that_another_request_is_creating_is_waited_for(
    shop: Shop, given: dict[str, Any], status: str, code: str | None
) -> None:
    order_id = uuid4()
    first, second = till(shop), till(shop, "Till 2")
    sale = {"key": "1", "kind": "pay", "order": described(order_id, **given), "body": CARD}
    with uncommitted(lambda: first.post("/orders", described(order_id))):
        sold = begin(lambda: second.post("/commands", [sale]))
        until_done_or_waiting(sold)
        assert not sold.done()
    (verdict,) = sold.result(10).body["items"]
    assert (verdict["status"], (verdict["problem"] or {"code": None})["code"]) == (status, code)
    assert Order.objects.count() == 1


def test_a_key_that_another_request_is_taking_is_waited_for(shop: Shop) -> None:
    one = till(shop)
    order_id = one.sell()
    again = {"key": "sale-1", "kind": "pay", "order_id": str(order_id), "body": CARD}
    with uncommitted(lambda: one.post(f"/orders/{order_id}/pay", CARD, key="sale-1")) as first:
        bulk = begin(lambda: Till(one.key).post("/commands", [again]))
        until_done_or_waiting(bulk)
        assert not bulk.done()
    (verdict,) = bulk.result(10).body["items"]
    assert (verdict["status"], verdict["command_id"]) == ("replayed", first.body["id"])


def test_who_lost_a_key_waits_for_the_command_that_has_it(shop: Shop) -> None:
    one = till(shop)
    order_id = one.sell()
    again = {"key": "sale-1", "kind": "pay", "order_id": str(order_id), "body": CARD}
    with uncommitted(lambda: one.post(f"/orders/{order_id}/pay", CARD, key="sale-1")) as first:
        bulk = begin(lambda: Till(one.key).post("/commands", [again], wait=10))
        until_done_or_waiting(bulk)
    assert wait_until(lambda: UUID(first.body["id"]).bytes in waiters()._by_command, seconds=5), "nobody waits for it"
    run([order_id])
    answer = bulk.result(5)
    (item,) = answer.body["items"]
    assert answer.status == 200
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert item["status"] == "replayed"
    assert (item["command"]["id"], item["command"]["state"]) == (first.body["id"], "succeeded")


def test_a_key_that_another_request_takes_for_something_else_is_refused_at_once(shop: Shop) -> None:
    """What became of that is not waited for."""
    one = till(shop)
    order_id, other = one.sell(), one.sell()
    with uncommitted(lambda: one.post(f"/orders/{order_id}/pay", CARD, key="sale-1")):
        reused = begin(lambda: Till(one.key).post(f"/orders/{other}/pay", CARD, key="sale-1", wait=10))
        until_done_or_waiting(reused)
        assert not reused.done()
    refused = reused.result(5)
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")


def submission(kind: Kind, order_id: UUID | None, *, key: str, **payload: Any) -> Submission:
    content = json.dumps(payload).encode()
    return Submission(id=uuid7(), key=key, kind=kind, order_id=order_id, payload=content, fingerprint=uuid7().bytes * 2)


def test_a_task_s_commands_are_accepted_once_for_orders_of_any_store(shop: Shop) -> None:
    other = open_shop("other")
    order_ids = [shop.order(("TEA-80", 1)), other.order(("TEA-80", 1))]
    releases = [submission(Kind.RELEASE, id_, key=f"expire {id_}", reason="gone") for id_ in order_ids]
    missing = submission(Kind.RELEASE, uuid7(), key="expire nothing")
    assert accept_system([*releases, missing], issued_by="expire_holds") == [one.id for one in releases]
    assert accept_system(releases, issued_by="expire_holds") == []
    stored = Command.objects.filter(terminal=None, issued_by="expire_holds").order_by("seq")
    assert list(stored.values_list("store_id", flat=True)) == [shop.store_id, other.store_id]


def test_a_task_s_stock_commands_name_their_store(shop: Shop) -> None:
    receive = submission(Kind.RECEIVE, None, key="delivery", items=[])
    assert accept_system([receive], issued_by="a task", store_id=shop.store_id) == [receive.id]
    assert Command.objects.get().store_id == shop.store_id


def test_a_terminal_names_only_orders_of_its_store(shop: Shop) -> None:
    foreign = open_shop("other").order(("TEA-80", 1))
    assert accept_many(shop.caller, [submission(Kind.PAY, foreign, key="1", tenders=[])]) == {}
    assert not Command.objects.exists()


def test_a_connection_that_the_server_dropped_is_renewed(shop: Shop, own_database: str) -> None:
    one = till(shop)
    (pid,) = cursor().execute("SELECT pg_backend_pid()", ()).fetchone() or (0,)
    dropped = begin(lambda: cursor().execute("SELECT pg_terminate_backend(%s)", (pid,)).fetchone())
    assert dropped.result(5) == (True,)
    assert one.get("/terminals/me").status == 200


def test_a_server_that_leads_no_more_is_left_for_the_one_that_does(shop: Shop) -> None:
    """The connection lives, and takes no writes: where it led to is asked for anew."""
    one = till(shop)
    cursor().execute("SET default_transaction_read_only = on")
    refused = one.post("/orders", DRAFT)
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "database_unavailable", "1")
    assert one.post("/orders", DRAFT).status == 201


def test_without_a_database_the_answer_is_to_try_again(shop: Shop) -> None:
    one = till(shop)
    with connected_to("postgresql://ringup@127.0.0.1:1/nothing"):
        refused = one.get("/terminals/me")
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "database_unavailable", "1")


def test_a_lock_that_is_not_freed_is_an_answer_to_try_again(shop: Shop, own_database: str, settings: Settings) -> None:
    settings.LOCK_TIMEOUT_MS = 100
    one = till(shop)
    order_id = one.sell()
    with psycopg.connect(own_database) as holder, connected_to(own_database):
        holder.execute("SELECT FROM orders_order WHERE id = %s FOR UPDATE", (order_id,))
        refused = one.put(f"/orders/{order_id}/lines", {"lines": []})
    assert (refused.status, refused.code) == (503, "database_unavailable")
    assert len(one.get(f"/orders/{order_id}").body["lines"]) == 1
