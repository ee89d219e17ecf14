"""The feed of changes: each thing comes at least once after its last change, as it is when it is read."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from orders.commands.core.roles import Role
from tests.support.network.threads import begin
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain
from tests.support.shop.follower import Follower, from_now
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def sold(served: Served, till: Till) -> str:
    order_id = str(till.sell())
    paid = served.settled(lambda: till.post(f"/orders/{order_id}/pay", CARD, key=order_id, wait=10))
    assert paid.body["state"] == "succeeded", paid
    return order_id


def kinds(items: list[Any]) -> list[str]:
    return [item["kind"] for item in items]


@pytest.fixture
def follower(auditor: Till) -> Follower:
    return from_now(auditor)


def test_from_the_start_everything_comes_with_its_value(served: Served, chain: Chain, pos: Till, auditor: Till) -> None:
    backoffice = chain.tills[Role.BACKOFFICE]
    backoffice.put("/taxes/standard", {"name": "VAT", "rate": "20"})
    order_id = sold(served, pos)
    follower = Follower(auditor)
    follower.until(lambda: ("order", order_id) in follower.known)
    follower.catch_up()
    assert follower.known["order", order_id] == pos.get(f"/orders/{order_id}").body
    assert follower.known["store", None] == pos.get("/store").body
    assert follower.known["tax", "standard"] == pos.get("/taxes").body["items"][0]
    for kind, name in (("product", "sku"), ("location", "code")):
        listed = pos.get(f"/{kind}s?limit=200").body["items"]
        assert {id_: value for (of, id_), value in follower.known.items() if of == kind} == {
            one[name]: one for one in listed
        }
    movements = pos.get(f"/inventory/movements?order={order_id}").body["items"]
    assert [follower.known["movement", one["id"]] for one in movements] == movements


@pytest.mark.parametrize("role", list(Role))
def test_every_role_follows_its_store(chain: Chain, role: Role) -> None:
    assert chain.tills[role].get("/changes?after=now").status == 200


def test_another_store_is_not_told(served: Served, chain: Chain, pos: Till) -> None:
    there = from_now(chain.elsewhere)
    here = from_now(pos)
    order_id = sold(served, pos)
    here.until(lambda: ("order", order_id) in here.known)
    assert there.catch_up() == []


def test_after_now_is_only_a_cursor(served: Served, pos: Till, follower: Follower) -> None:
    sold(served, pos)
    answer = follower.till.get("/changes?after=now")
    assert (answer.status, answer.body["items"]) == (200, [])
    follower.cursor = answer.body["next_cursor"]
    order_id = str(pos.sell())
    follower.until(lambda: ("order", order_id) in follower.known)


def test_a_cursor_is_always_there(follower: Follower) -> None:
    first = follower.ask().body
    assert first["items"] == []
    second = follower.till.get(f"/changes?after={first['next_cursor']}").body
    assert (second["items"], type(second["next_cursor"])) == ([], str)


CHANGES: list[tuple[str, str, str, Any, tuple[str, Any]]] = [
    ("the customer", "PUT", "/orders/{order}/customer", {"name": "Bo"}, ("order", "{order}")),
    ("lines", "PUT", "/orders/{order}/lines", {"lines": []}, ("order", "{order}")),
    ("a hold", "POST", "/orders/{order}/reserve", {}, ("order", "{order}")),
    ("a cancellation", "POST", "/orders/{order}/cancel", {}, ("order", "{order}")),
    ("a price", "PUT", "/products/TEA-80", {"price_minor": 999}, ("product", "TEA-80")),
    ("a new product", "PUT", "/products/NEW", {"name": "N", "price_minor": 1, "currency": "GBP"}, ("product", "NEW")),
    ("a location", "PUT", "/locations/shop", {"name": "Front"}, ("location", "shop")),
    ("a new location", "PUT", "/locations/attic", {"name": "Attic"}, ("location", "attic")),
    ("the store", "PUT", "/store", {"name": "Corner"}, ("store", None)),
    ("a new tax", "PUT", "/taxes/standard", {"name": "VAT", "rate": "20"}, ("tax", "standard")),
]


@pytest.mark.parametrize(("method", "path", "body", "thing"), [row[1:] for row in CHANGES], ids=[r[0] for r in CHANGES])
def test_whatever_changes_comes_as_it_is_then(
    served: Served, backoffice: Till, follower: Follower, method: str, path: str, body: Any, thing: tuple[str, Any]
) -> None:
    order_id = str(backoffice.sell())
    follower.until(lambda: ("order", order_id) in follower.known)
    follower.catch_up()
    follower.known.clear()
    where, headers = path.format(order=order_id), {"Idempotency-Key": "k", "Prefer": "wait=10"}
    answer = served.settled(lambda: backoffice.call(method, where, body, **headers))
    assert answer.status in (200, 201), answer
    kind, id_ = thing[0], order_id if thing[0] == "order" else thing[1]
    follower.until(lambda: (kind, id_) in follower.known)
    now = backoffice.get(f"/orders/{order_id}").body if kind == "order" else answer.body
    assert follower.known[kind, id_] == now


def test_each_change_tells_when_it_was(backoffice: Till, follower: Follower) -> None:
    after, before = follower.cursor, datetime.now(UTC)
    backoffice.put("/products/TEA-80", {"price_minor": 998})
    follower.until(lambda: ("product", "TEA-80") in follower.known)
    (item,) = follower.till.get(f"/changes?after={after}").body["items"]
    assert before <= datetime.fromisoformat(item["at"]) <= datetime.now(UTC)


def test_a_rate_changes_its_tax(backoffice: Till, follower: Follower) -> None:
    backoffice.put("/taxes/standard", {"name": "VAT", "rate": "20"})
    follower.until(lambda: ("tax", "standard") in follower.known)
    told = backoffice.put("/taxes/standard", {"rate": "21"}).body
    follower.until(lambda: follower.known["tax", "standard"] == told)


def test_goods_without_an_order_come_as_movements(served: Served, backoffice: Till, follower: Follower) -> None:
    goods = {"items": [{"sku": "TEA-80", "quantity": 3}]}
    received = served.settled(lambda: backoffice.post("/inventory/receive", goods, key="k", wait=10))
    assert received.body["state"] == "succeeded"
    movement = backoffice.get("/inventory/movements?sku=TEA-80&kind=inbound").body["items"][0]
    follower.until(lambda: ("movement", movement["id"]) in follower.known)
    assert follower.known["movement", movement["id"]] == movement


def test_what_changed_twice_comes_once_a_page(pos: Till, follower: Follower) -> None:
    order_id = str(pos.sell())
    for number in range(3):
        pos.put(f"/orders/{order_id}/customer", {"name": f"Bo {number}"})
    follower.until(lambda: bool(follower.known))
    told = [item for item in Follower(follower.till).catch_up() if item["id"] == order_id]
    assert [item["value"]["customer"]["name"] for item in told] == ["Bo 2"]


def test_pages_tell_everything_whatever_the_limit(served: Served, pos: Till, auditor: Till) -> None:
    orders = {sold(served, pos) for _ in range(4)}
    whole = Follower(auditor)
    whole.until(lambda: {id_ for kind, id_ in whole.known if kind == "order"} >= orders)
    for limit in (1, 2, 7):
        follower = Follower(auditor)
        told = follower.catch_up(limit=limit)
        assert follower.known == whole.known
        assert len(told) <= len(whole.known) * 3


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "since=2026-01-01T00:00:00Z", "after=" + "x" * 201]
)
def test_a_bad_query_is_refused(pos: Till, query: str) -> None:
    assert pos.get(f"/changes?{query}").code == "validation_failed"


def shifted(cursor: str, number: int, value: Any) -> str:
    parts = json.loads(urlsafe_b64decode(cursor))
    parts[number] = value
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "bad",
    ["", "Now", "x", "*", "bnVsbA==", "W10=", "eyJhIjoxfQ==", "WzEsMiwzLDQsNV0=", "ä"],
)
def test_a_cursor_that_is_none_of_ours_is_refused(pos: Till, bad: str) -> None:
    refused = pos.get(f"/changes?after={bad}")
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["parameter"] for error in refused.body["errors"]] == ["after"]


@pytest.mark.parametrize(
    ("number", "value"),
    [
        *((1, "x"), (1, 10**30), (2, -1), (2, 2**32), (3, -1), (3, 2**63)),
        *((4, -1), (4, 2**63), (5, 99), (6, 2**128), (6, None)),
    ],
)
def test_a_cursor_that_was_changed_is_refused(pos: Till, follower: Follower, number: int, value: Any) -> None:
    assert follower.cursor
    assert pos.get(f"/changes?after={shifted(follower.cursor, number, value)}").code == "validation_failed"


def test_after_thirty_days_a_cursor_is_gone(pos: Till, follower: Follower) -> None:
    assert follower.cursor
    for days, status in ((29, 200), (31, 410)):
        then = int((datetime.now(UTC) - timedelta(days=days)).timestamp())
        answer = pos.get(f"/changes?after={shifted(follower.cursor, 1, then)}")
        assert answer.status == status
    assert answer.code == "cursor_expired"


def test_a_cursor_from_another_time_of_the_database_is_gone(pos: Till, follower: Follower) -> None:
    assert follower.cursor
    ahead = shifted(follower.cursor, 4, 2**62)
    other = shifted(follower.cursor, 0, "01a1fe16-acae-721c-a53e-11d390f4e92e")
    for cursor in (ahead, other):
        answer = pos.get(f"/changes?after={cursor}")
        assert (answer.status, answer.code) == (410, "cursor_expired")


def test_what_commits_late_is_never_passed_over(served: Served, chain: Chain, pos: Till, follower: Follower) -> None:
    """What an open transaction changed is told once it has ended, though others that began later were first."""
    with psycopg.connect(served.database_url) as slow:
        slow.execute(
            "UPDATE inventory_product SET price_minor = 777 WHERE sku = 'MUG-RED' AND store_id = %s",
            (chain.shop.store_id,),
        )
        order_id = str(pos.sell())
        assert ("order", order_id) not in {(item["kind"], item["id"]) for item in follower.look()}
    follower.until(lambda: ("order", order_id) in follower.known)
    follower.until(lambda: ("product", "MUG-RED") in follower.known)
    assert follower.known["product", "MUG-RED"]["price_minor"] == 777


def test_who_waits_is_told_of_news(served: Served, pos: Till, follower: Follower) -> None:
    answer = follower.ask(wait=1)
    assert (answer.status, answer.body["items"], answer.headers["Preference-Applied"]) == (200, [], "wait=1")
    order_id = sold(served, pos)
    began = time.monotonic()
    follower.until(lambda: ("order", order_id) in follower.known)
    assert time.monotonic() - began < 10


def test_who_waits_is_woken(served: Served, chain: Chain, pos: Till, follower: Follower) -> None:
    waiting = begin(lambda: follower.look(wait=10))
    order_id = sold(served, chain.tills[Role.SUPERVISOR])
    assert waiting.result(30)
    follower.until(lambda: ("order", order_id) in follower.known)
