"""The admin shows every row there is, and changes what operators may change, and nothing else."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from django_celery_results.models import TaskResult

from inventory.models import (
    Hold,
    Location,
    LowStock,
    Product,
    Shortfall,
    StockLevel,
    StockMovement,
    Store,
    Tax,
    TaxRate,
)
from orders.models import (
    Account,
    AuditFinding,
    AuditLook,
    AuditRound,
    Authorization,
    Closing,
    Command,
    CreditNote,
    Drawer,
    DrawerMovement,
    FeedEpoch,
    InvoiceCounter,
    InvoiceEpoch,
    InvoiceNumber,
    InvoicePool,
    InvoiceRefill,
    JournalEntry,
    Order,
    OrderLine,
    Payment,
    PaymentInstruction,
    Repair,
    StatusChange,
    Terminal,
    TerminalKey,
    VoidNotice,
)
from tests.support.samples.page_of_each import fill
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db

WINDOWS: list[type[Model]] = [
    AuditFinding,
    AuditLook,
    AuditRound,
    Authorization,
    Closing,
    Command,
    CreditNote,
    Drawer,
    DrawerMovement,
    FeedEpoch,
    Hold,
    InvoiceCounter,
    InvoiceEpoch,
    InvoiceNumber,
    InvoicePool,
    InvoiceRefill,
    JournalEntry,
    LowStock,
    Order,
    OrderLine,
    Payment,
    PaymentInstruction,
    Repair,
    Shortfall,
    StatusChange,
    StockMovement,
    TaskResult,
    Tax,
    TaxRate,
    TerminalKey,
    VoidNotice,
]
KEPT: list[type[Model]] = [Account, Location, Product, StockLevel, Store, Terminal]
OTHERS: list[type[Model]] = [CrontabSchedule, Group, IntervalSchedule, PeriodicTask, User]
QUERIES_MAX = 25


def changelist(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


def page(row: Model, verb: str = "change") -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_{verb}", args=[row.pk])


def first(model: type[Model]) -> Model:
    row: Model | None = model._default_manager.first()
    assert row is not None, f"no row of {model.__name__} to look at"
    return row


def queries(operator: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert operator.get(url).status_code == 200
    return len(captured)


def test_every_model_of_the_shop_has_a_page() -> None:
    shown = {model for model in admin.site._registry if model._meta.app_label in ("inventory", "orders")}
    assert shown == {*apps.get_app_config("inventory").get_models(), *apps.get_app_config("orders").get_models()}
    assert set(admin.site._registry) == {*WINDOWS, *KEPT, *OTHERS}


def test_every_page_opens_and_asks_no_more_of_the_database_when_there_are_more_rows(
    operator: Client, shop: Shop
) -> None:
    def look() -> dict[str, int]:
        return {url: queries(operator, url) for url in urls}

    fill(shop, "nightly")
    lists = [changelist(model) for model in (*WINDOWS, *KEPT, *OTHERS)]
    urls = [*lists, f"{changelist(Command)}?is=all", *(page(first(model)) for model in (*WINDOWS, *KEPT, *OTHERS))]
    ContentType.objects.get_for_models(*WINDOWS, *KEPT, *OTHERS)  # Django remembers them once it has looked them up
    few = look()

    for n in range(2):
        fill(shop, f"nightly {n}")

    assert look() == few
    assert max(few.values()) <= QUERIES_MAX


@pytest.mark.parametrize("asked", [{}, {"q": "1"}], ids=["all", "searched"])
def test_no_heading_tells_a_number_that_nobody_counted(operator: Client, shop: Shop, asked: dict[str, str]) -> None:
    fill(shop, "nightly")
    for model in (*WINDOWS, *KEPT):
        heading = operator.get(changelist(model), asked).content.decode().partition("<h1")[2].partition("</h1>")[0]
        assert heading
        assert "Show all" not in heading, model


def test_a_window_is_for_looking(operator: Client, shop: Shop) -> None:
    fill(shop, "nightly")
    for model in WINDOWS:
        row = first(model)
        before = model._default_manager.filter(pk=row.pk).values().get()

        for url in (page(row), page(row, "delete"), changelist(model) + "add/"):
            assert operator.post(url, {"post": "yes"}).status_code == 403, url

        assert model._default_manager.filter(pk=row.pk).values().get() == before


def test_what_others_refer_to_is_not_deleted(operator: Client, shop: Shop) -> None:
    fill(shop, "nightly")
    for model in KEPT:
        row = first(model)

        assert operator.post(page(row, "delete"), {"post": "yes"}).status_code == 403
        operator.post(changelist(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})

        assert model._default_manager.filter(pk=row.pk).exists()


def test_a_stranger_sees_the_login_and_nothing_else(client: Client, shop: Shop) -> None:
    assert client.get(changelist(Order)).status_code == 302
    client.force_login(User.objects.create(username="till"))
    assert client.get(changelist(Order)).status_code == 302


def test_the_sidebar_leads_to_flower_and_to_the_api(operator: Client) -> None:
    start = operator.get(reverse("admin:index")).content.decode()

    assert 'href="http://testserver:5555/"' in start
    assert 'href="/api/v1/docs"' in start
