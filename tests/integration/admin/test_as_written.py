"""What the admin shows is written as people write it: amounts in their money, quantities in units, instants by the
clock on their store's wall."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from inventory.models import Product, StockLevel, Store
from orders.commands.core.machine import Kind
from orders.models import Command, JournalEntry, Order
from tests.integration.admin.test_windows import KEPT, WINDOWS, changelist, page
from tests.support.admin import in_one_store
from tests.support.samples.page_of_each import fill
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in {"inventory", "orders"}]
RAW = re.compile(r"\b\w*(_| )minor\b")


def words(operator: Client, url: str) -> str:
    """What a browser shows there, in one line."""
    content = operator.get(url).content.decode()
    shown = re.sub(r"<(script|style)\b.*?</\1>", " ", content, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", shown)).split())


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_list_has_a_heading_or_a_column_in_smallest_units(model: type[Model]) -> None:
    shown, request = admin.site._registry[model], in_one_store()
    for name in shown.get_list_display(request):
        assert not (isinstance(name, str) and RAW.search(name)), name
        assert not RAW.search(str(label_for_field(name, model, model_admin=shown)))


def test_no_page_shows_smallest_units(operator: Client, shop: Shop) -> None:
    fill(shop, "nightly")
    for model in (*WINDOWS, *KEPT):
        urls = [changelist(model), *(page(row) for row in model._default_manager.all()[:5])]
        for url in urls:
            assert RAW.findall(words(operator, url)) == [], url


def test_an_order_is_written_in_its_money(operator: Client, shop: Shop) -> None:
    Store.objects.update(locale="de")
    order_id, paid = shop.sale(("TEA-80", 3))
    execute([order_id])
    for url in (changelist(Order), page(Order.objects.get(id=order_id)), changelist(JournalEntry)):
        assert "7,50 £" in words(operator, url), url
    assert "revenue -7,50 £" in words(operator, page(JournalEntry.objects.get(order_id=order_id)))
    told = words(operator, page(Command.objects.get(id=paid)))
    assert '"amount": "7,50 £"' in told
    assert '"change": "0,00 £"' in told


def test_quantities_have_their_decimals(operator: Client, shop: Shop) -> None:
    Product.objects.filter(sku="TEA-80").update(quantity_decimals=3, unit="kg")
    shop.receive("TEA-80", 1240)
    execute([shop.store_id])
    level = StockLevel.objects.get(product__sku="TEA-80", location__code="shop")
    for url in (changelist(StockLevel), page(level), reverse("admin:inventory_stockmovement_changelist")):
        assert "1.250" in words(operator, url), url
    assert operator.post(page(level), {"reorder_point": "0.5"}).status_code == 302
    level.refresh_from_db()
    assert level.reorder_point == 500
    assert 'value="0.500"' in operator.get(page(level)).content.decode()
    assert operator.post(page(level), {"reorder_point": "0.0005"}).status_code == 200


def test_instants_are_told_by_the_stores_clock(operator: Client, shop: Shop) -> None:
    Store.objects.update(time_zone="Asia/Tokyo")
    order_id = shop.order(("TEA-80", 1))
    with unguarded():
        Order.objects.filter(id=order_id).update(created_at=datetime(2026, 7, 1, 22, 30, 7, tzinfo=UTC))
    for url in (changelist(Order), page(Order.objects.get(id=order_id))):
        assert "2026-07-02 07:30:07 JST" in words(operator, url), url
    shop.submit(Kind.PAY, order_id, tenders=[])
    accepted = Command.objects.get(order_id=order_id)
    assert "JST" in words(operator, changelist(Command))
    assert "UTC" not in words(operator, page(accepted))


@pytest.mark.parametrize(
    ("currency", "written", "minor"), [("GBP", "4.99", 499), ("JPY", "499", 499), ("KWD", "0.499", 499)]
)
def test_a_price_is_entered_as_it_is_said(
    operator: Client, shop: Shop, currency: str, written: str, minor: int
) -> None:
    Store.objects.update(currency=currency)
    new = {"store": shop.store_id, "sku": "PIN", "name": "Pin", "unit": "piece", "quantity_decimals": "0"}
    operator.post(reverse("admin:inventory_product_add"), {**new, "price_minor": written})
    pin = Product.objects.get(sku="PIN")
    assert (pin.price_minor, pin.currency) == (minor, currency)
    assert f'value="{written}"' in operator.get(page(pin)).content.decode()


@pytest.mark.parametrize("wrong", ["4.999", "-1", "90071992547409.92", "free"])
def test_a_price_that_its_currency_does_not_have_is_refused(operator: Client, shop: Shop, wrong: str) -> None:
    new = {"store": shop.store_id, "sku": "PIN", "name": "Pin", "unit": "piece", "quantity_decimals": "0"}
    answer = operator.post(reverse("admin:inventory_product_add"), {**new, "price_minor": wrong})
    assert list(answer.context["adminform"].form.errors) == ["price_minor"]
    assert not Product.objects.filter(sku="PIN").exists()


def test_the_smallest_coin_is_entered_as_it_is_said(operator: Client, shop: Shop) -> None:
    store = Store.objects.get(id=shop.store_id)
    form = {"name": "Corner", "currency": "GBP", "time_zone": "UTC", "day_starts_at": "00:00", "locale": "en"}
    assert operator.post(page(store), {**form, "cash_rounding_minor": "0.05"}).status_code == 302
    store.refresh_from_db()
    assert store.cash_rounding_minor == 5
    for wrong in ("0", "0.001"):
        assert operator.post(page(store), {**form, "cash_rounding_minor": wrong}).status_code == 200
