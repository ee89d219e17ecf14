"""A key or an order's id that is known is answered as it was, whatever has changed since, through the real server."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_django
from pydantic_core import to_json
from uuid_utils.compat import uuid7

from inventory.models import Location, Product, Store
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command, fingerprint_of_order
from orders.commands.core.roles import Role
from orders.journal.db.accept import Submission, accept
from orders.models import Order, Terminal
from tests.support.database import connected_to
from tests.support.network.web import WebClient
from tests.support.processes.served import Served
from tests.support.shop.chain import open_chain
from tests.support.shop.guards import unguarded
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
LINE = {"sku": "TEA-80", "quantity": 1}
BASKET = {"reference": "b", "items": [LINE]}
HERE = {**LINE, "location": "shop"}
CSV = b"sku,quantity,location\nCOFFEE-250,12,shop\n"


@pytest.fixture(scope="module")
def database(served: Served, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), connected_to(served.database_url):
        yield


@pytest.fixture
def till(served: Served, database: None) -> Till:
    name = uuid4().hex[:8]
    return open_chain(shop_code=name, other_code=f"{name}-2", client=WebClient(served.url)).tills[Role.BACKOFFICE]


@pytest.fixture
def store(till: Till) -> Store:
    return Store.objects.get(code=till.get("/terminals/me").body["store"])


def order(**more: Any) -> dict[str, Any]:
    return {"currency": "GBP", "fulfilment": "immediate", "lines": [LINE], **more}


def ready_order(till: Till, **more: Any) -> str:
    order_id: str = till.post("/orders", order(**more)).body["id"]
    return order_id


# What a terminal sends: each gives the call, which can be made again, and one with other content.
Call = Callable[[dict[str, Any]], Answer]


def an_order(till: Till, _: str) -> tuple[Call, dict[str, Any], dict[str, Any]]:
    sent = order(id=str(uuid4()))
    return lambda body: till.post("/orders", body), sent, {**sent, "reference": "another"}


def a_command(path: str, body: dict[str, Any], other: dict[str, Any], **of: Any) -> Any:
    def sent(till: Till, key: str) -> tuple[Call, dict[str, Any], dict[str, Any]]:
        filled = path.replace("{order}", ready_order(till, **of)) if of else path
        return lambda given: till.post(filled, given, key=key, wait=10), body, other

    return sent


def a_bulk(*, named: bool) -> Any:
    def sent(till: Till, key: str) -> tuple[Call, dict[str, Any], dict[str, Any]]:
        brought = order(id=str(uuid4())) if named else order()
        item = {"key": key, "kind": "pay", "order": brought, "body": CARD}
        return lambda given: till.post("/commands", [given], wait=10), item, {**item, "body": {"tenders": []}}

    return sent


def a_file(till: Till, key: str) -> tuple[Call, Any, Any]:
    def call(content: Any) -> Answer:
        headers = {"Content-Type": "text/csv", "Idempotency-Key": key, "Prefer": "wait=10"}
        return till.call("POST", "/inventory/import", content, **headers)

    return call, CSV, CSV.replace(b"12", b"13")


SENT: dict[str, Any] = {
    "order": an_order,
    "pay": a_command("/orders/{order}/pay", CARD, {"tenders": []}, reference="p"),
    "reserve": a_command("/orders/{order}/reserve", {}, {"expires_in_s": 7}, fulfilment="shipment"),
    "cancel": a_command("/orders/{order}/cancel", {}, {"reason": "no"}, reference="c"),
    "receive": a_command("/inventory/receive", {"items": [HERE]}, {"items": [{**HERE, "quantity": 2}]}),
    "count": a_command("/inventory/count", {"items": [HERE]}, {"items": [{**HERE, "quantity": 2}]}),
    "hold": a_command(
        "/inventory/items/reserve", {"reference": "b", "items": [LINE]}, {"reference": "c", "items": [LINE]}
    ),
    "import": a_command("/inventory/import", {"items": [HERE]}, {"items": [{**HERE, "quantity": 2}]}),
    "file": a_file,
    "bulk": a_bulk(named=True),
    "nameless bulk": a_bulk(named=False),
}


def product_in_another_currency(store: Store) -> None:
    Product.objects.filter(store=store).update(currency="EUR")


def product_renamed(store: Store) -> None:
    for product in Product.objects.filter(store=store):
        Product.objects.filter(id=product.id).update(sku=f"OLD-{product.sku}")


def location_gone(store: Store) -> None:
    Location.objects.filter(store=store, code="shop").update(code="attic")


def store_in_another_currency(store: Store) -> None:
    Store.objects.filter(id=store.id).update(currency="EUR")


def terminals_look_on(store: Store) -> None:
    Terminal.objects.filter(store=store).update(role=Role.AUDITOR)


SINCE = [
    product_in_another_currency,
    product_renamed,
    location_gone,
    store_in_another_currency,
    terminals_look_on,
]


def told(answer: Answer) -> Any:
    """What the terminal learns of what it sent."""
    if "items" not in answer.body:
        return answer.body
    (item,) = answer.body["items"]
    return {name: item[name] for name in ("command_id", "order_id", "command")}


def code(answer: Answer) -> Any:
    return answer.body["items"][0]["problem"]["code"] if "items" in answer.body else answer.code


@pytest.mark.parametrize("since_then", SINCE)
def test_what_was_answered_is_answered_again(
    served: Served, till: Till, store: Store, since_then: Callable[[Store], None]
) -> None:
    sent = {name: make(till, f"k-{name}") for name, make in SENT.items()}
    first = {name: served.settled(partial(call, body)) for name, (call, body, _) in sent.items()}
    assert {answer.status for answer in first.values()} == {200, 201}
    with unguarded():
        since_then(store)
    for name, (call, body, other) in sent.items():
        again = call(body)
        assert (name, again.status, told(again)) == (name, 200, told(first[name]))
        assert (name, code(call(other))) == (name, "id_reused" if name == "order" else "idempotency_key_reused")


def test_who_may_do_nothing_more_does_nothing_more(till: Till, store: Store) -> None:
    order_id = ready_order(till)
    with unguarded():
        terminals_look_on(store)
    assert till.post(f"/orders/{order_id}/pay", CARD, key="k-2").code == "role_not_allowed"
    assert till.post("/inventory/receive", {"items": [LINE]}, key="k-2").code == "role_not_allowed"
    assert till.post("/orders", order(id=str(uuid4()))).code == "role_not_allowed"
    assert till.post("/commands", [{"key": "k-2", "kind": "pay", "order_id": order_id, "body": CARD}]).status == 403


def test_of_many_those_are_answered_again_that_were_answered(till: Till, store: Store) -> None:
    item = {"key": "k-1", "kind": "pay", "order": order(), "body": CARD}
    (first,) = till.post("/commands", [item]).body["items"]
    with unguarded():
        terminals_look_on(store)
    again, new = till.post("/commands", [item, {**item, "key": "k-2"}]).body["items"]
    assert again == {**first, "status": "replayed"}
    assert (new["status"], new["problem"]["code"]) == ("refused", "role_not_allowed")
    assert Order.objects.filter(store=store).count() == 1


TOO_LONG = {"expires_in_s": 99_999_999}


def taken_yesterday(till: Till, store: Store, order_id: str) -> UUID:
    """A command that came in when holds might be longer than they may be today."""
    terminal = Terminal.objects.get(store=store, role=Role.BACKOFFICE)
    caller = Caller(terminal_id=terminal.id, store_id=store.id, name="till", role=Role.BACKOFFICE, currency="GBP")
    id_ = uuid7()
    submission = Submission(
        id=id_,
        key="k-1",
        kind=Kind.RESERVE,
        order_id=UUID(order_id),
        payload=to_json({**TOO_LONG, "shortage": "reject", "skip_missing": False}),
        fingerprint=fingerprint_of_command(Kind.RESERVE, UUID(order_id), to_json(TOO_LONG)),
    )
    assert accept(caller, submission)
    return id_


@pytest.mark.parametrize(
    "body", [TOO_LONG, {"shortage": "reject", **TOO_LONG}, {**TOO_LONG, "skip_missing": False}], ids=json.dumps
)
def test_a_body_that_is_refused_today_is_known_by_its_key(till: Till, store: Store, body: dict[str, Any]) -> None:
    order_id = ready_order(till)
    id_ = taken_yesterday(till, store, order_id)
    again = till.post(f"/orders/{order_id}/reserve", body, key="k-1")
    assert (again.status, again.body["id"], again.headers["Idempotency-Replayed"]) == (202, str(id_), "true")
    item = {"kind": "reserve", "order_id": order_id, "body": body}
    (bulk,) = till.post("/commands", [{"key": "k-1", **item}]).body["items"]
    assert (bulk["status"], bulk["command_id"]) == ("replayed", str(id_))
    (dry,) = till.post("/commands?dry_run=true", [{"key": "k-1", **item}]).body["items"]
    assert (dry["status"], dry["command_id"]) == ("replayed", str(id_))
    (new,) = till.post("/commands", [{"key": "k-2", **item}]).body["items"]
    assert new["problem"]["code"] == "validation_failed"
    assert till.post(f"/orders/{order_id}/reserve", body, key="k-2").code == "validation_failed"


@pytest.mark.parametrize("other", [{"expires_in_s": 0}, {**TOO_LONG, "colour": 1}, [], 7, {"shortage": "perhaps"}])
def test_another_body_is_another_one_though_it_is_refused_today(till: Till, store: Store, other: Any) -> None:
    order_id = ready_order(till)
    taken_yesterday(till, store, order_id)
    refused = till.post(f"/orders/{order_id}/reserve", other, key="k-1")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    item = {"key": "k-1", "kind": "reserve", "order_id": order_id, "body": other}
    (bulk,) = till.post("/commands", [item]).body["items"]
    assert bulk["problem"]["code"] == "idempotency_key_reused"


def test_an_order_that_is_refused_today_is_known_by_its_id(till: Till, store: Store) -> None:
    sent = order(id=ready_order(till), reference="two  blanks\u2003are too many")
    content = {"currency": "GBP", "fulfilment": "immediate", "reference": sent["reference"], "lines": [LINE]}
    lines_first = {"lines": content.pop("lines"), **content}
    with unguarded():
        Order.objects.filter(id=sent["id"]).update(fingerprint=fingerprint_of_order(to_json(lines_first)))
    again = till.post("/orders", sent)
    assert (again.status, again.body["id"]) == (200, sent["id"])
    assert till.post("/orders", {**sent, "reference": "a\u2003b"}).code == "id_reused"
    assert till.post("/orders", {**sent, "id": str(uuid4())}).code == "validation_failed"
