"""An operator's actions go the way that everybody's commands go."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from inventory.models import LowStock, Shortfall, StockLevel
from orders.commands.core.machine import Kind
from orders.journal.db.attempts import park
from orders.journal.db.repair import dismiss
from orders.models import Command, Repair
from project.celery import app
from tests.support.admin import act
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop
from workers.low_stock import report_low_stock

pytestmark = pytest.mark.django_db
ALL_COMMANDS = "/admin/orders/command/?is=all"


def test_a_parked_command_is_retried_with_those_that_waited_for_it_and_a_worker_is_rung(
    operator: Client, shop: Shop, rings: Any
) -> None:
    order_id, parked = shop.sale()
    waiting = shop.submit(Kind.CANCEL, order_id)
    other = shop.sale()[1]
    park(parked, "AssertionError")
    Command.objects.filter(id=waiting).update(blocked_by=parked)

    asked = act(operator, ALL_COMMANDS, "retry_parked", parked, other)
    assert "1 command waits behind it" in " ".join(asked.content.decode().split())
    assert Command.objects.get(id=parked).state == "parked"
    assert rings("commands") == []
    answer = act(operator, ALL_COMMANDS, "retry_parked", parked, other, reason="the bug is mended")

    assert [str(message) for message in answer.context["messages"]] == [
        "1 pending again.",
        "1 not parked, and left alone.",
    ]
    assert list(Command.objects.order_by("seq").values_list("state", "blocked_by")) == [("pending", None)] * 3
    [ring] = rings("commands")
    assert ring["task"] == "orders.bulk"
    assert str(order_id) in ring["kwargsrepr"]
    kept = Repair.objects.values_list("command_id", "act", "by", "reason")
    assert list(kept) == [(parked, "retry", "night shift", "the bug is mended")]
    assert execute([order_id], helps=False).settled == [parked, waiting]


@pytest.mark.parametrize(("action", "done"), [("retry_parked", "pending again"), ("dismiss_parked", "dismissed")])
def test_what_was_repaired_is_counted_also_where_it_leaves_the_list(
    operator: Client, shop: Shop, action: str, done: str
) -> None:
    parked = [shop.sale()[1] for _ in range(2)]
    for command_id in parked:
        park(command_id, "AssertionError")

    answer = act(operator, "/admin/orders/command/?is=parked", action, *parked, reason="sold by hand")

    assert [str(message) for message in answer.context["messages"]] == [f"2 {done}."]


@pytest.mark.parametrize("tab", ["", "?is=parked"])
def test_what_left_the_list_while_the_page_was_filled_in_is_counted_too(operator: Client, shop: Shop, tab: str) -> None:
    parked = [shop.sale()[1] for _ in range(2)]
    for command_id in parked:
        park(command_id, "AssertionError")
    url = f"/admin/orders/command/{tab}"
    act(operator, url, "dismiss_parked", *parked)
    dismiss(shop.store_id, parked[0], by="day shift", reason="sold by hand")

    answer = act(operator, url, "dismiss_parked", *parked, reason="sold by hand")

    assert [str(message) for message in answer.context["messages"]] == [
        "1 dismissed.",
        "1 not parked, and left alone.",
    ]


def test_a_dismissed_command_stays_so_and_lets_others_pass(operator: Client, shop: Shop, rings: Any) -> None:
    order_id, parked = shop.sale()
    waiting = shop.pay(order_id)
    park(parked, "AssertionError")
    Command.objects.filter(id=waiting).update(blocked_by=parked)

    asked = act(operator, ALL_COMMANDS, "dismiss_parked", parked)
    assert "1 command waits behind it" in " ".join(asked.content.decode().split())
    assert Command.objects.get(id=parked).state == "parked"
    act(operator, ALL_COMMANDS, "dismiss_parked", parked, reason="sold by hand")
    act(operator, ALL_COMMANDS, "retry_parked", parked, reason="too late")

    given_up = Command.objects.values_list("state", "outcome__detail", "dismissed_by").get(id=parked)
    assert given_up == ("dismissed", "sold by hand", "night shift")
    assert execute([order_id], helps=False).settled == [waiting]
    assert len(rings("commands")) == 1


def test_who_may_only_look_cannot_repair(client: Client, shop: Shop, rings: Any) -> None:
    reader = User.objects.create(username="reader", is_staff=True)
    reader.user_permissions.set(
        Permission.objects.filter(codename__in=["reach_every_store", "view_command", "view_invoicerefill"])
    )
    client.force_login(reader)
    _, parked = shop.sale()
    park(parked, "AssertionError")

    act(client, ALL_COMMANDS, "retry_parked", parked, reason="the bug is mended")
    refused = client.post(reverse("admin:orders_invoicerefill_refill_now"), {"_form_submitted": "True"})

    assert Command.objects.get(id=parked).state == "parked"
    assert refused.status_code == 403
    assert rings("commands") == rings("io") == []


@pytest.mark.usefixtures("shop")
def test_a_refill_is_asked_for_by_a_form_and_not_by_a_link(operator: Client, rings: Any) -> None:
    url = reverse("admin:orders_invoicerefill_refill_now")

    assert "Refill the pool now?" in operator.get(url).content.decode()
    assert rings("io") == []

    operator.post(url, {"_form_submitted": "True", "reason": ""})
    assert rings("io") == [], "without a reason nothing happens"

    answer = operator.post(url, {"_form_submitted": "True", "reason": "a busy Saturday"})

    kept = Repair.objects.values_list("store__code", "act", "by", "reason")
    assert list(kept) == [("corner", "refill", "night shift", "a busy Saturday")]
    assert answer.headers["HX-Redirect"] == reverse("admin:orders_invoicerefill_changelist")
    assert [ring["task"] for ring in rings("io")] == ["upkeep.refill_invoice_pool"]


@pytest.fixture
def dead_broker() -> Iterator[None]:
    with Celery(broker="redis://127.0.0.1:1/0"):
        yield
    app.set_current()


@pytest.mark.usefixtures("dead_broker")
def test_a_dead_broker_is_said_and_not_a_failure(operator: Client) -> None:
    answer = operator.post(reverse("admin:orders_invoicerefill_refill_now"), {"_form_submitted": "True", "reason": "x"})

    assert answer.status_code == 200
    said = operator.get(reverse("admin:orders_invoicerefill_changelist")).context["messages"]
    assert ["The broker does not take it" in str(message) for message in said] == [True]


def test_a_shortfall_is_acknowledged_by_who_was_first(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("TEA-80", 11))
    tenders = [{"method": "cash", "amount_minor": 11 * PRICE_MINOR}]
    shop.submit(Kind.PAY, order_id, tenders=tenders, shortage="record")
    execute([order_id])
    shortfall = Shortfall.objects.get()

    act(operator, "/admin/inventory/shortfall/", "acknowledge", shortfall.pk)
    operator.force_login(User.objects.create(username="day shift", is_staff=True, is_superuser=True))
    act(operator, "/admin/inventory/shortfall/", "acknowledge", shortfall.pk)

    shortfall.refresh_from_db()
    assert (shortfall.quantity, shortfall.acknowledged_by) == (1, "night shift")


def test_low_stock_is_acknowledged_by_who_was_first(operator: Client, shop: Shop) -> None:
    StockLevel.objects.filter(product__sku="TEA-80").update(reorder_point=10)
    report_low_stock()
    report = LowStock.objects.get()

    act(operator, "/admin/inventory/lowstock/", "acknowledge", report.pk)
    operator.force_login(User.objects.create(username="day shift", is_staff=True, is_superuser=True))
    act(operator, "/admin/inventory/lowstock/", "acknowledge", report.pk)

    report.refresh_from_db()
    assert report.acknowledged_by == "night shift"
    assert report.acknowledged_at is not None
