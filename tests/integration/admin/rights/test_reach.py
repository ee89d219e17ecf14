"""Of a store that somebody is not let on they learn nothing: by no list, search, choice, action or address."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from base.admin.pane import Pane
from base.admin.window import Kept
from inventory.models import Product, Store
from orders.journal.admin.stock.forms import FORMS
from orders.models import Command, InvoiceNumber, Order, Repair
from tests.support.admin import act
from tests.support.shop.let_on import NAME, address, every_store
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[4]
OF_THE_HOUSE = {
    "auth.group",
    "django_celery_beat.crontabschedule",
    "django_celery_beat.intervalschedule",
    "django_celery_beat.periodictask",
    "django_celery_results.taskresult",
    "orders.auditfinding",
    "orders.auditlook",
    "orders.auditround",
    "orders.feedepoch",
    "orders.invoiceepoch",
}
"""What belongs to no store, and may tell of any."""


def pages() -> list[tuple[type[Model], Any]]:
    found: list[tuple[type[Model], Any]] = list(admin.site._registry.items())
    return [(model, page) for model, page in found if page.of_store]


def rows(page: Any, shop: Shop) -> list[Any]:
    return list(page.model._default_manager.filter(**{page.of_store: shop.store_id}).order_by("pk"))


def test_every_page_asks_for_its_rows_in_the_one_place() -> None:
    page: Any
    for model, page in admin.site._registry.items():
        assert isinstance(page, Kept), model
        assert (type(page).reached is Kept.reached) == (model is not User), model
        assert (page.of_store is None) == (model._meta.label_lower in OF_THE_HOUSE | {"auth.user"}), model
        assert all(issubclass(inline, Pane) for inline in page.inlines), model


def test_no_page_looks_a_row_up_beside_it() -> None:
    looked_up = re.compile(r"get_object_or_404\((?!\s*(self\.get_queryset|_seen)\()|\.objects\.get\(\s*(pk|id)=")
    files = [file for room in ("base", "inventory", "orders", "project") for file in (ROOT / room).rglob("*.py")]
    found = [file for file in files if "admin" in file.as_posix() and looked_up.search(file.read_text())]
    assert found == []


def test_lists_searches_and_pages_show_own_rows_alone(mia: Client, shops: tuple[Shop, Shop]) -> None:
    mine, other = shops
    for model, page in pages():
        own, others = rows(page, mine), rows(page, other)
        assert own, model
        assert others, model
        for asked in ({"is": "all"} if model is Command else {}, {"q": NAME}):
            answer = mia.get(address(model, "changelist"), asked)
            assert answer.status_code == 200, model
            assert "q" in asked or NAME not in answer.content.decode(), model
            assert {row.pk for row in answer.context["cl"].result_list} <= {row.pk for row in own}, model
        for verb in ("change", "history"):
            answer = mia.get(address(model, verb, own[0].pk))
            assert answer.status_code == 200, model
            assert NAME not in answer.content.decode(), model
            for row in (others[0], others[-1]):
                assert mia.get(address(model, verb, row.pk)).status_code == 404, (model, verb)
        assert mia.post(address(model, "change", others[0].pk), {"name": "mine"}).status_code in (403, 404)
        assert mia.post(address(model, "delete", others[0].pk), {"post": "yes"}).status_code in (403, 404)


def test_what_is_of_no_store_is_for_who_reaches_every_store(mia: Client) -> None:
    for model in admin.site._registry:
        if model._meta.label_lower in OF_THE_HOUSE:
            assert mia.get(address(model, "changelist")).status_code == 403, model
    User.objects.get(username="mia").user_permissions.add(every_store())
    assert mia.get("/admin/orders/auditfinding/").status_code == 200
    assert NAME in mia.get("/admin/orders/order/").content.decode()


def test_what_can_be_chosen_in_forms_and_filters_is_ones_own(mia: Client, shops: tuple[Shop, Shop]) -> None:
    reached = {model: {row.pk for row in rows(page, shops[0])} for model, page in pages()}
    offered = 0
    for model, _ in pages():
        for spec in mia.get(address(model, "changelist")).context["cl"].filter_specs:
            related = getattr(getattr(spec, "field", None), "remote_field", None)
            if related and related.model in reached:
                assert {pk for pk, _ in spec.lookup_choices} <= reached[related.model], (model, spec.title)
                offered += 1
        answer = mia.get(address(model, "add"))
        if answer.status_code == 200:
            for name, field in answer.context["adminform"].form.fields.items():
                if hasattr(field, "queryset"):
                    assert {row.pk for row in field.queryset} <= reached[field.queryset.model], (model, name)
                    offered += 1
    assert offered > 4
    stolen = {"store": shops[1].store_id, "code": "mine", "name": "mine", "priority": "0"}
    assert "store" in mia.post("/admin/inventory/location/add/", stolen).context["adminform"].form.errors


def test_no_action_reaches_a_row_of_another_store(mia: Client, shops: tuple[Shop, Shop]) -> None:
    tried = 0
    for model, page in pages():
        row = rows(page, shops[1])[0]
        actions = mia.get(address(model, "changelist")).context["cl"].model_admin.actions
        before = model._default_manager.filter(pk=row.pk).values().get()
        for action in actions or ():
            act(mia, address(model, "changelist"), action, row.pk, reason="mine")
            tried += 1
        assert model._default_manager.filter(pk=row.pk).values().get() == before, model
    assert tried >= 10
    number = InvoiceNumber.objects.filter(store=shops[1].store_id, state="free").earliest("id")
    void = reverse("admin:orders_invoicenumber_void_number", args=[number.pk])
    assert mia.post(void, {"_form_submitted": "True", "reason": "mine"}).status_code == 404
    mia.post(reverse("admin:orders_invoicerefill_refill_now"), {"_form_submitted": "True", "reason": "at once"})
    assert {repair.store_id for repair in Repair.objects.filter(act="refill")} == {shops[0].store_id}


def test_papers_reports_figures_and_forms_of_stock_are_ones_own(mia: Client, shops: tuple[Shop, Shop]) -> None:
    other = Order.objects.filter(store=shops[1].store_id).earliest("number")
    assert mia.get(reverse("admin:orders_order_receipt", args=[other.pk])).status_code == 404
    report = mia.get(reverse("admin:orders_invoicenumber_download_report"))
    text = b"".join(report.streaming_content).decode()  # type: ignore[attr-defined]
    assert "corner" in text
    product = Product.objects.filter(store=shops[1].store_id).earliest("id")
    for verb in FORMS:
        assert mia.get(f"{reverse('stock:move', args=[verb])}?product={product.pk}").status_code == 404, verb
    told = [mia.get(page).content.decode() for page in ("/admin/", "/", reverse("stock:first"))]
    assert "corner" in told[0]
    assert all(NAME not in one for one in (*told, text))


def test_figures_count_ones_own(mia: Client, shops: tuple[Shop, Shop]) -> None:
    def counts() -> dict[str, str]:
        context = mia.get("/admin/").context_data
        assert context
        badges = {
            item["title"]: item["badge"]
            for group in context["sidebar_navigation"]
            for item in group["items"]
            if item["badge"]
        }
        figures = {figure.name: figure.value for figure, _ in context["figures"]}
        delays = figures.pop("Settled within")
        return figures | {name: str(badge) for name, badge in badges.items()} | {"is settled": str(bool(delays))}

    before = counts()
    for _ in range(3):
        shops[1].sale(("POSTAGE", 1))
    Command.objects.filter(store=shops[1].store_id, state="pending").update(state="parked")
    assert counts() == before
    Store.objects.get(pk=shops[1].store_id).users.add(User.objects.get(username="mia"))
    assert counts() != before
