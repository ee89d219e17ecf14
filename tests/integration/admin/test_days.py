"""A day of a list is its store's, or says whose it is; an instant bears its store's zone."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from inventory.models import Store
from orders.models import JournalEntry, Order, Terminal
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db

LISTS = {"orders": "/admin/orders/order/", "entries": "/admin/orders/journalentry/"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d[^<]*|\b\d\d:\d\d:\d\d[^<]*")


@pytest.fixture
def far_apart(shop: Shop) -> list[Shop]:
    """Two shops that have never the same date: their clocks are 25 hours apart."""
    shops = [shop, open_shop("atoll")]
    for one, zone in zip(shops, ("Pacific/Pago_Pago", "Pacific/Kiritimati"), strict=True):
        Store.objects.filter(id=one.store_id).update(time_zone=zone)
        order_id, _ = one.sale(("POSTAGE", 1))
        execute([order_id])
    return shops


@pytest.mark.usefixtures("far_apart")
@pytest.mark.parametrize("rows", LISTS)
def test_today_is_each_stores_own(operator: Client, rows: str) -> None:
    assert len(set(Order.objects.values_list("business_day", flat=True))) == 2
    assert len(set(JournalEntry.objects.values_list("day", flat=True))) == 2
    shown = {on: shown_on(operator, f"{LISTS[rows]}?on={on}") for on in ("today", "yesterday", "week")}
    assert shown == {"today": 2, "yesterday": 0, "week": 2}


@pytest.mark.usefixtures("far_apart")
@pytest.mark.parametrize("rows", LISTS)
def test_any_day_may_be_asked_for(operator: Client, rows: str) -> None:
    days = [str(day) for day in Order.objects.values_list("business_day", flat=True)]
    shown = {on: shown_on(operator, f"{LISTS[rows]}?on={on}") for on in (*days, "2020-02-29", "2020-02-30")}
    assert shown == {**dict.fromkeys(days, 1), "2020-02-29": 0, "2020-02-30": 2}, "what is no day chooses nothing"
    assert f">{days[0]}<" in re.sub(r"\s", "", operator.get(f"{LISTS[rows]}?on={days[0]}").content.decode())


def shown_on(operator: Client, url: str) -> int:
    page: Any = operator.get(url)
    assert "business day, by its store" in page.content.decode()
    return len(page.context["cl"].result_list)


def test_other_days_say_whose_they_are(operator: Client) -> None:
    titles = set()
    for model, page in admin.site._registry.items():
        request = operator.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        for one in request.context["cl"].filter_specs:
            if isinstance(one, admin.DateFieldListFilter):
                titles.add(str(one.title))
        assert page is not None
    assert len(titles) > 3
    assert [title for title in titles if not title.endswith("(UTC days)")] == []


@pytest.mark.usefixtures("far_apart")
def test_an_instant_bears_its_stores_zone(operator: Client) -> None:
    order, terminal = Order.objects.earliest("number"), Terminal.objects.earliest("id")
    pages = [*LISTS.values(), "/admin/orders/command/?is=all", f"/admin/orders/order/{order.id}/change/"]
    told = {page: INSTANT.findall(operator.get(page).content.decode()) for page in pages}
    chosen = {"action": "renew", "_selected_action": [str(terminal.id)], "index": "0"}
    told["new key"] = INSTANT.findall(operator.post("/admin/orders/terminal/", chosen).content.decode())
    assert {page for page, instants in told.items() if not instants} == set()
    zones = {one.split()[-1].strip(".") for instants in told.values() for one in instants}
    assert zones == {"SST", "+14"}
