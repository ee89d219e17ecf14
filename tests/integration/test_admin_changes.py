"""What operators change in the admin, and how little else changes with it."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks
from uuid_utils.compat import uuid7

from inventory.models import Product, StockLevel, Store
from orders.admin.commands import of_order
from orders.core.keys import key_hash
from orders.core.machine import Kind
from orders.db.alone import park
from orders.db.reads_terminals import caller_by_key
from orders.models import Command, Order, Terminal
from project.celery import app
from tests.support.shop import Shop, open_shop
from workers.execute import execute

pytestmark = pytest.mark.django_db

COMMANDS = "/admin/orders/command/"
ALL_COMMANDS = COMMANDS + "?is=all"
TERMINALS = "/admin/orders/terminal/"


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create(username="night shift", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def rings(db: None) -> Any:
    """The messages that reached a queue since the test began."""
    with redis.Redis.from_url(settings.BROKER_URL) as broker:
        broker.delete("commands", "io")
        yield lambda queue: [json.loads(message)["headers"] for message in broker.lrange(queue, 0, -1)]
        broker.delete("commands", "io")


def act(operator: Client, url: str, action: str, *rows: object) -> Any:
    chosen = {"action": action, "_selected_action": [str(row) for row in rows], "index": "0"}
    return operator.post(url, chosen, follow=True)


def test_parked_commands_come_first_with_their_error_and_the_rest_of_the_open_ones_after(
    operator: Client, shop: Shop
) -> None:
    pending = shop.sale()[1]
    _, parked = shop.sale()
    park(parked, "AssertionError: the scales disagree")
    settled, _ = shop.sale()
    execute([settled], helps=False)

    answer = operator.get(COMMANDS)

    assert [command.id for command in answer.context["cl"].result_list] == [parked, pending]
    assert "AssertionError: the scales disagree" in answer.content.decode()


def test_a_command_is_found_by_its_id_and_its_key_and_an_orders_commands_by_its_id_and_its_number(
    operator: Client, shop: Shop
) -> None:
    order_id, paid = shop.sale()
    execute([order_id], helps=False)
    refused, pending = shop.pay(order_id, key="again"), shop.submit(Kind.CANCEL, order_id)
    Command.objects.filter(id=refused).update(
        state="rejected", outcome_code="order_already_paid", settled_at=timezone.now()
    )
    shop.sale()
    number = str(Order.objects.get(id=order_id).number)

    def found(term: str) -> list[UUID]:
        return [one.id for one in operator.get(COMMANDS, {"is": "all", "q": term}).context["cl"].result_list]

    assert found(str(order_id)) == found(number) == [pending, refused, paid]
    assert found(str(refused)) == found("again") == [refused]
    assert found(Command.objects.get(id=paid).key) == [paid]
    for nothing in ("no such key", "9" * 30, "'", '"', str(uuid7())):
        assert found(nothing) == []


def test_a_search_that_no_row_can_answer_is_no_failure(operator: Client) -> None:
    assert operator.get(COMMANDS, {"q": "\x00"}).status_code == 200


def test_an_orders_commands_are_found_by_indexes_alone(shop: Shop) -> None:
    order_id, _ = shop.sale()

    plan = Command.objects.filter(of_order(order_id)).order_by("seq").explain()

    assert "command_unapplied" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("by", ["number", "id", "invoice number", "reference"])
def test_an_order_is_found_by(operator: Client, shop: Shop, by: str) -> None:
    order_id, _ = shop.sale()
    execute([order_id], helps=False)
    Order.objects.filter(id=order_id).update(reference="receipt 81")
    order = Order.objects.get(id=order_id)
    shop.sale()
    terms = {"number": order.number, "id": order_id, "invoice number": order.invoice.number, "reference": "receipt 81"}

    found = operator.get("/admin/orders/order/", {"q": str(terms[by])}).context["cl"].result_list

    assert [one.id for one in found] == [order_id]


def test_a_parked_command_is_retried_with_those_that_waited_for_it_and_a_worker_is_rung(
    operator: Client, shop: Shop, rings: Any
) -> None:
    order_id, parked = shop.sale()
    waiting = shop.submit(Kind.CANCEL, order_id)
    other = shop.sale()[1]
    park(parked, "AssertionError")
    Command.objects.filter(id=waiting).update(blocked_by=parked)

    answer = act(operator, ALL_COMMANDS, "retry_parked", parked, other)

    assert [str(message) for message in answer.context["messages"]] == [
        "1 pending again.",
        "1 not parked, and left alone.",
    ]
    assert list(Command.objects.order_by("seq").values_list("state", "blocked_by")) == [("pending", None)] * 3
    [ring] = rings("commands")
    assert ring["task"] == "orders.bulk"
    assert str(order_id) in ring["kwargsrepr"]
    assert execute([order_id], helps=False).settled == [parked, waiting]


def test_a_dismissed_command_stays_so_and_lets_others_pass(operator: Client, shop: Shop, rings: Any) -> None:
    order_id, parked = shop.sale()
    waiting = shop.pay(order_id)
    park(parked, "AssertionError")
    Command.objects.filter(id=waiting).update(blocked_by=parked)

    act(operator, ALL_COMMANDS, "dismiss_parked", parked)
    act(operator, ALL_COMMANDS, "retry_parked", parked)

    assert Command.objects.get(id=parked).dismissed_at is not None
    assert execute([order_id], helps=False).settled == [waiting]
    assert len(rings("commands")) == 1


def test_who_may_only_look_cannot_repair(client: Client, shop: Shop, rings: Any) -> None:
    reader = User.objects.create(username="reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_command", "view_invoicerefill"]))
    client.force_login(reader)
    _, parked = shop.sale()
    park(parked, "AssertionError")

    act(client, ALL_COMMANDS, "retry_parked", parked)
    refused = client.post(reverse("admin:orders_invoicerefill_refill_now"), {"_form_submitted": "True"})

    assert Command.objects.get(id=parked).state == "parked"
    assert refused.status_code == 403
    assert rings("commands") == rings("io") == []


def test_a_refill_is_asked_for_by_a_form_and_not_by_a_link(operator: Client, rings: Any) -> None:
    url = reverse("admin:orders_invoicerefill_refill_now")

    assert "Refill the pool now?" in operator.get(url).content.decode()
    assert rings("io") == []

    answer = operator.post(url, {"_form_submitted": "True"})

    assert answer.headers["HX-Redirect"] == reverse("admin:orders_invoicerefill_changelist")
    assert [ring["task"] for ring in rings("io")] == ["upkeep.refill_invoice_pool"]


@pytest.fixture
def dead_broker() -> Iterator[None]:
    with Celery(broker="redis://127.0.0.1:1/0"):
        yield
    app.set_current()


@pytest.mark.usefixtures("dead_broker")
def test_a_dead_broker_is_said_and_not_a_failure(operator: Client) -> None:
    answer = operator.post(reverse("admin:orders_invoicerefill_refill_now"), {"_form_submitted": "True"})

    assert answer.status_code == 200
    said = operator.get(reverse("admin:orders_invoicerefill_changelist")).context["messages"]
    assert ["The broker does not take it" in str(message) for message in said] == [True]


def test_a_key_is_shown_once_and_only_its_hash_is_stored(operator: Client, shop: Shop) -> None:
    made = {"store": shop.store_id, "name": "Till 7", "role": "pos"}

    answer = operator.post(reverse("admin:orders_terminal_add"), made)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    key = answer.context["key"]
    assert answer.content.decode().count(key) == 1
    terminal = Terminal.objects.get(name="Till 7")
    assert bytes(terminal.key_hash) == key_hash(key)
    caller = caller_by_key(key_hash(key))
    assert caller is not None
    assert (caller.store_id, caller.name, caller.role) == (shop.store_id, "Till 7", "pos")
    for url in (TERMINALS, reverse("admin:orders_terminal_change", args=[terminal.pk]), "/admin/"):
        assert key not in operator.get(url).content.decode()
    again = operator.post(reverse("admin:orders_terminal_add"), made)
    assert "already" in again.content.decode()
    assert Terminal.objects.filter(name="Till 7").count() == 1


def test_a_revoked_key_is_refused_at_once(operator: Client, shop: Shop) -> None:
    key = operator.post(
        reverse("admin:orders_terminal_add"), {"store": shop.store_id, "name": "Till 7", "role": "pos"}
    ).context["key"]

    act(operator, TERMINALS, "revoke", Terminal.objects.get(name="Till 7").pk)

    assert caller_by_key(key_hash(key)) is None
    assert Terminal.objects.exclude(name="Till 7").filter(revoked_at=None).exists()


def test_a_reorder_point_is_written_alone_because_a_sale_may_change_the_rest_meanwhile(
    operator: Client, shop: Shop
) -> None:
    level = StockLevel.objects.get(product__sku="TEA-80")
    url = reverse("admin:inventory_stocklevel_change", args=[level.pk])

    with CaptureQueriesContext(connection) as captured:
        operator.post(url, {"reorder_point": "10", "on_hand": "999", "reserved": "5"})

    [update] = [query["sql"] for query in captured if "UPDATE" in query["sql"] and "stocklevel" in query["sql"]]
    assert update.startswith('UPDATE "inventory_stocklevel" SET "reorder_point" = 10 WHERE')
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, level.reorder_point) == (10, 0, 10)
    needed = operator.get(reverse("admin:inventory_stocklevel_changelist"), {"reorder": "needed"})
    assert [one.pk for one in needed.context["cl"].result_list] == [level.pk]


@pytest.mark.parametrize("reorder_point", ["-1", "1000000001", "many"])
def test_a_bad_reorder_point_is_refused(operator: Client, shop: Shop, reorder_point: str) -> None:
    level = StockLevel.objects.get(product__sku="TEA-80")

    operator.post(reverse("admin:inventory_stocklevel_change", args=[level.pk]), {"reorder_point": reorder_point})

    level.refresh_from_db()
    assert level.reorder_point is None


def test_a_product_is_added_in_its_stores_currency_and_keeps_its_sku(operator: Client, shop: Shop) -> None:
    entered = {"store": shop.store_id, "sku": "LAMP-01", "name": "Lamp", "price_minor": "1999", "tracks_stock": "on"}
    operator.post(reverse("admin:inventory_product_add"), entered)
    lamp = Product.objects.get(sku="LAMP-01")
    assert (lamp.currency, lamp.price_minor, lamp.tracks_stock) == ("GBP", 1999, True)

    changed = {**entered, "sku": "LAMP-02", "price_minor": "2499"}
    operator.post(reverse("admin:inventory_product_change", args=[lamp.pk]), changed)
    lamp.refresh_from_db()
    assert (lamp.sku, lamp.price_minor) == ("LAMP-01", 2499)

    operator.post(reverse("admin:inventory_product_change", args=[lamp.pk]), {**entered, "price_minor": "-1"})
    lamp.refresh_from_db()
    assert lamp.price_minor == 2499


def test_a_stores_currency_is_three_capitals(operator: Client) -> None:
    for currency in ("gbp", "GB", "GBP\n", "££"):
        operator.post(reverse("admin:inventory_store_add"), {"code": "new", "name": "New", "currency": currency})
    assert not Store.objects.filter(code="new").exists()

    operator.post(reverse("admin:inventory_store_add"), {"code": "new", "name": "New", "currency": "GBP"})
    assert Store.objects.get(code="new").currency == "GBP"


def test_a_changed_schedule_is_seen_by_beat(operator: Client) -> None:
    task = PeriodicTask.objects.create(name="nightly audit", task="upkeep.audit_invariants", interval=every(3600))
    before = PeriodicTasks.last_change()

    entered = {"name": "nightly audit", "regtask": "upkeep.audit_invariants", "interval": every(60).pk}
    form = {**entered, "args": "[]", "kwargs": "{}", "headers": "{}", "enabled": "on"}
    operator.post(reverse("admin:django_celery_beat_periodictask_change", args=[task.pk]), form)

    task.refresh_from_db()
    assert task.interval == every(60)
    assert PeriodicTasks.last_change() > before


def every(seconds: int) -> Any:
    return IntervalSchedule.objects.get_or_create(every=seconds, period="seconds")[0]


def test_the_pool_is_counted_by_store_and_state(operator: Client, shop: Shop) -> None:
    order_id, _ = shop.sale()
    execute([order_id], helps=False)

    rows = operator.get(reverse("admin:orders_invoicenumber_changelist")).context["pool"]["rows"]

    assert [row for row in rows if row[0] == "corner"] == [["corner", 199, 1, 0, 0, 0, settings.INVOICE_POOL_LOW]]
