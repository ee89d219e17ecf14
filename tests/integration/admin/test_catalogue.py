"""What operators write in the admin, and how little else changes with it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from inventory.models import Product, StockLevel, Store
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.models import Terminal
from orders.terminals.db.enrol import add_terminal, enrol
from orders.terminals.db.reads import caller_by_key, key_hash
from tests.support.admin import act
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db
TERMINALS = "/admin/orders/terminal/"


def test_a_key_is_shown_once_and_only_its_hash_is_stored(operator: Client, shop: Shop) -> None:
    made = {"store": shop.store_id, "name": "Till 7", "role": "pos"}

    answer = operator.post(reverse("admin:orders_terminal_add"), made)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    key = answer.context["key"]
    assert answer.content.decode().count(key) == 1
    terminal = Terminal.objects.get(name="Till 7")
    assert bytes(terminal.keys.get().key_hash) == key_hash(key)
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


@pytest.mark.parametrize(("action", "works"), [("renew", True), ("replace", False)])
def test_an_operator_gives_a_terminal_a_new_key(operator: Client, shop: Shop, action: str, works: bool) -> None:
    made = {"store": shop.store_id, "name": "Till 7", "role": "pos"}
    old = operator.post(reverse("admin:orders_terminal_add"), made).context["key"]
    terminal = Terminal.objects.get(name="Till 7")

    answer = act(operator, TERMINALS, action, terminal.pk)

    assert "no-store" in answer.headers["Cache-Control"]
    caller = caller_by_key(key_hash(answer.context["key"]))
    assert caller is not None
    assert caller.terminal_id == terminal.pk
    assert (caller_by_key(key_hash(old)) is not None) is works


def test_an_operator_gives_a_terminal_a_code_that_is_shown_once_and_drawn(operator: Client, shop: Shop) -> None:
    terminal = Terminal.objects.get(name="till of corner")

    answer = act(operator, TERMINALS, "enrol", terminal.pk)

    assert "no-store" in answer.headers["Cache-Control"]
    code = answer.context["code"]
    shown = answer.content.decode()
    assert shown.count(code) == 1
    # The policy lets no page style or run what stands in it.
    drawn = re.findall(r"<svg .*?</svg>", shown[shown.index(code) :], re.DOTALL)
    assert drawn
    assert not re.search(r"style=|<style|<script", drawn[0])
    assert code not in operator.get(TERMINALS).content.decode()
    enrolled = enrol(code)
    assert enrolled is not None
    caller = caller_by_key(key_hash(enrolled.key))
    assert caller is not None
    assert caller.terminal_id == terminal.pk


def test_a_terminal_that_has_not_enrolled_yet_is_listed(operator: Client, shop: Shop) -> None:
    add_terminal(store_id=shop.store_id, name="Till 8", role=Role.POS)
    assert "none yet" in operator.get(TERMINALS).content.decode()


def test_a_revoked_terminal_gets_no_new_key(operator: Client, shop: Shop) -> None:
    terminal = Terminal.objects.get(name="till of corner")
    act(operator, TERMINALS, "revoke", terminal.pk)

    for action in ("renew", "enrol"):
        answer = act(operator, TERMINALS, action, terminal.pk)
        assert "not revoked" in answer.content.decode()
    assert not terminal.keys.exists()


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
    entered = {"store": shop.store_id, "sku": "LAMP-01", "name": "Lamp", "price_minor": "19.99", "tracks_stock": "on"}
    entered |= {"unit": "piece", "quantity_decimals": "0"}
    operator.post(reverse("admin:inventory_product_add"), entered)
    lamp = Product.objects.get(sku="LAMP-01")
    assert (lamp.currency, lamp.price_minor, lamp.tracks_stock) == ("GBP", 1999, True)

    changed = {**entered, "sku": "LAMP-02", "price_minor": "24.99"}
    operator.post(reverse("admin:inventory_product_change", args=[lamp.pk]), changed)
    lamp.refresh_from_db()
    assert (lamp.sku, lamp.price_minor) == ("LAMP-01", 2499)

    operator.post(reverse("admin:inventory_product_change", args=[lamp.pk]), {**entered, "price_minor": "-1"})
    lamp.refresh_from_db()
    assert lamp.price_minor == 2499


def test_a_stores_currency_is_three_capitals(operator: Client) -> None:
    entered = {"code": "new", "name": "New", "time_zone": "UTC", "day_starts_at": "00:00"}
    entered |= {"locale": "en", "cash_rounding_minor": "1"}
    for currency in ("gbp", "GB", "GBP\n", "££"):
        operator.post(reverse("admin:inventory_store_add"), {**entered, "currency": currency})
    assert not Store.objects.filter(code="new").exists()

    operator.post(reverse("admin:inventory_store_add"), {**entered, "currency": "GBP"})
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


def test_a_product_that_is_held_goes_on_being_counted(operator: Client, shop: Shop) -> None:
    shop.submit(Kind.HOLD, reference="WEB-1", items=[{"sku": "TEA-80", "quantity": 2}])
    execute([shop.store_id])
    tea = Product.objects.get(sku="TEA-80")
    uncounted = {"name": "Tea", "gtin": "", "price_minor": "250", "unit": "piece"}
    answer = operator.post(reverse("admin:inventory_product_change", args=[tea.pk]), uncounted)
    assert "TEA-80 is in use: 2 held, 0 waited for." in answer.content.decode()
    assert Product.objects.get(sku="TEA-80").tracks_stock
