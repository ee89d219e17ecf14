"""The admin's first page: figures that lead to their lists, for who may see them."""

import json
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from base.contention import Wait, kept
from base.sql.sets import cursor
from inventory.models import Product, StockLevel
from orders.commands.core.machine import Kind
from orders.journal.models import Command
from orders.models import Order, Payment
from project.console.page import WAITED, console
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop
from workers.low_stock import report_low_stock

LINK = re.compile(r'href="(/admin/[^"]+)"')


@pytest.fixture
def shop(db: None) -> Shop:
    """Three sales, a sale that was refused, one that waits, and one that is parked after three attempts."""
    shop = open_shop()
    orders, _ = zip(*(shop.sale() for _ in range(3)), strict=True)
    refused, _ = shop.sale(("SCARF-BLUE", 11))
    execute([*orders, refused])
    shop.sale()
    _, parked = shop.sale()
    Command.objects.filter(id=parked).update(state="parked", attempts=3, last_error="ValueError: a bug\nin the code")
    return shop


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create(username="olga", is_staff=True, is_superuser=True))
    return client


def shown(client: Client) -> dict[str, Any]:
    answer = client.get("/admin/")
    assert answer.status_code == 200
    told: dict[str, Any] | None = answer.context_data
    assert told is not None
    return told


def listed(client: Client, address: str) -> int:
    return len(client.get(address).context["cl"].result_list)


def values(told: dict[str, Any]) -> dict[str, str]:
    return {figure.name: figure.value for figure, _ in told["figures"]}


def test_it_shows_how_the_shop_sells(shop: Shop, operator: Client) -> None:
    told = shown(operator)
    (sentence,) = told["sentences"]
    assert sentence.text.startswith("corner sells: 3 sales in the last 10 minutes, the last ")
    assert sentence.text.endswith(" ago; 1 refused (not enough stock); 1 waits")
    found = values(told)
    assert found["Waiting"] == "1"
    assert found["Parked"] == "1"
    assert found["Settled within"].endswith((" ms", " s"))
    assert found["To accounting"] == "3"
    _, refused, retried, _, pools, *_ = (table["rows"] for table in told["tables"])
    assert [row.cells for row, _ in refused] == [("not enough stock", "1")]
    assert [row.cells for row, _ in retried] == [("ValueError: a bug", "1")]
    assert [row.cells[:2] for row, _ in pools] == [("corner", "197")]


def test_its_charts_have_a_bar_a_minute(shop: Shop, operator: Client) -> None:
    told = shown(operator)
    by_outcome, by_kind = (json.loads(data) for _, _, data in told["charts"])
    sums = {one["label"]: sum(one["data"]) for one in by_outcome["datasets"]}
    assert sums == {"succeeded": 3, "refused": 1, "open": 1, "parked or dismissed": 1}
    assert {one["label"]: sum(one["data"]) for one in by_kind["datasets"]}["pay"] == 6
    assert len(by_outcome["labels"]) == 61
    ((_, _, lines),) = told["lines"]
    took = {one["label"]: [ms for ms in one["data"] if ms is not None] for one in json.loads(lines)["datasets"]}
    assert list(took) == ["half of them", "95 of 100", "99 of 100"]
    assert {len(of_minute) for of_minute in took.values()} <= {1, 2}, "where none was settled is no point"
    assert 0 < took["half of them"][0] <= took["99 of 100"][0] < 60_000
    assert {len(one["data"]) for one in by_outcome["datasets"]} == {61}


def test_what_came_before_is_not_counted(shop: Shop, operator: Client) -> None:
    """By their ids, which are in the order of time."""
    an_hour_ago = int((timezone.now() - timedelta(minutes=61)).timestamp() * 1_000)
    old = f"{an_hour_ago:012x}"
    move = "UPDATE orders_command SET id = (%s || substr(replace(id::text, '-', ''), 13))::uuid WHERE kind = %s"
    cursor().execute("SET LOCAL session_replication_role = replica")
    cursor().execute(move, (old, Kind.PAY))
    told = shown(operator)
    assert told["sentences"][0].text.startswith("corner can sell: no sale in the last 10 minutes, the last one at ")
    assert values(told)["Commands a minute"] == "0"


def test_every_figure_leads_to_a_list_that_has_what_it_counts(shop: Shop, operator: Client) -> None:
    StockLevel.objects.filter(product__sku="TEA-80", location__code="shop").update(reorder_point=100)
    report_low_stock()
    told = shown(operator)
    assert values(told)["Low stock"] == "1"
    addresses = {figure.name: address for figure, address in told["figures"]}
    for name, rows in {"Waiting": 1, "Parked": 1, "Low stock": 1, "Shortfalls": 0, "Drawers open": 0}.items():
        assert listed(operator, addresses[name]) == rows, name
    tables = {table["title"]: table["rows"] for table in told["tables"]}
    for title in ("Refused, by reason", "Begun anew, by cause"):
        [(row, address)] = tables[title]
        assert row.cells[1] == "1"
        assert listed(operator, address) == 1, title
    for address in sorted(set(LINK.findall(operator.get("/admin/").content.decode()))):
        assert operator.get(address.replace("&amp;", "&")).status_code == 200, address


def test_payments_of_today_are_told_by_method_as_people_write_them(shop: Shop, operator: Client) -> None:
    other = open_shop("cafe", shelf={"TEA-80": 10})
    paid, _ = other.sale()
    execute([paid], helps=False)
    with unguarded():
        other.set(currency="EUR", locale="de-DE")
    returned = Order.objects.filter(store=shop.store_id).exclude(paid_at=None).values_list("id", flat=True)[0]
    shop.submit(Kind.CANCEL, returned)
    execute([returned], helps=False)

    [table] = [table for table in shown(operator)["tables"] if table["title"].startswith("Payments today")]

    assert [row.cells for row, _ in table["rows"]] == [
        ("card", "1", "2,50\xa0€"),
        ("card", "3", "£7.50"),
        ("card, given back", "1", "£2.50"),
    ]
    assert [listed(operator, address) for _, address in table["rows"]] == [1, 3, 1]


def test_payments_of_yesterday_are_not_todays_by_the_clock_of_each_store(shop: Shop, operator: Client) -> None:
    """As a store's day begins now, what was sold before was yesterday."""
    now = timezone.now()
    shop.set(time_zone="UTC", day_starts_at=(now + timedelta(minutes=1)).time().replace(microsecond=0))
    assert listed(operator, "/admin/orders/payment/?on=today") == 3
    with unguarded():
        Payment.objects.update(created_at=now - timedelta(days=1, minutes=1))

    [table] = [table for table in shown(operator)["tables"] if table["title"].startswith("Payments today")]

    assert table["rows"] == []
    assert listed(operator, "/admin/orders/payment/?on=today") == 0
    assert listed(operator, "/admin/orders/payment/?on=yesterday") == 3


def test_what_tills_stood_in_line_for_is_told_with_its_list(
    shop: Shop, operator: Client, fresh_broker: str, settings: Settings
) -> None:
    settings.BROKER_URL = fresh_broker
    tea = Product.objects.get(sku="TEA-80")
    order = Order.objects.order_by("id")[0]
    now = time.time()
    kept(fresh_broker).add([Wait("product", str(tea.id), 1.5), Wait("order", str(order.id), 0.25)], now=now)
    kept(fresh_broker).add([Wait("product", "999999", 9.0)], now=now)
    (rows,) = (table["rows"] for table in shown(operator)["tables"] if table["title"] == WAITED)
    assert [row.cells for row, _ in rows] == [
        ("TEA-80 of corner", "1.5 s", "1.5 s"),
        (f"order {order.number} of corner", "250 ms", "250 ms"),
    ]
    assert [listed(operator, address) for _, address in rows] == [1, 1]


def test_what_waits_behind_a_parked_command_does_not_wait_for_a_worker(shop: Shop, operator: Client) -> None:
    waiting, parked = (Command.objects.get(state=state).order_id for state in ("pending", "parked"))
    assert waiting
    assert parked
    shop.submit(Kind.PAY, parked, tenders=[{"method": "card", "amount_minor": 250}])
    execute([waiting, parked])

    (figure,) = (figure for figure, _ in shown(operator)["figures"] if figure.name == "Waiting")

    assert (figure.value, figure.more) == ("1", "behind an earlier one of the same order")


def test_the_menu_says_where_a_person_is_needed(shop: Shop, operator: Client) -> None:
    badges = {
        item["title"]: item["badge"]
        for group in shown(operator)["sidebar_navigation"]
        for item in group["items"]
        if item["badge"]
    }
    assert badges == {"Commands": 1}


def test_who_may_not_see_orders_is_told_of_machines_alone(shop: Shop, client: Client) -> None:
    user = User.objects.create(username="clara", is_staff=True)
    client.force_login(user)
    told = shown(client)
    assert {check.name for check, _ in told["checks"]} == {"Broker", "Workers"}
    assert "figures" not in told
    assert b"corner" not in client.get("/admin/").content
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["reach_every_store", "view_order", "view_command"])
    )
    assert {figure.page for figure, _ in shown(client)["figures"]} == {"orders_command"}


@pytest.mark.django_db
def test_of_an_empty_shop_it_says_what_to_do(operator: Client) -> None:
    page = operator.get("/admin/").content.decode()
    assert "There is no store yet." in page
    for address in ("/admin/inventory/store/add/", "/admin/inventory/product/add/", "/admin/orders/terminal/add/"):
        assert f'href="{address}"' in page
        assert operator.get(address).status_code == 200
    assert "nothing was settled" in page


def test_more_stores_are_no_more_statements(own_database: str, rf: Any) -> None:
    request = rf.get("/admin/")
    request.user = User(username="olga", is_staff=True, is_superuser=True)

    def statements() -> int:
        with proxied(own_database) as proxy, connected_to(proxy.url):
            console(request, {})  # over a connection that is there already
            before = proxy.statements
            console(request, {})
            return proxy.statements - before

    few = statements()
    for n in range(5):
        open_shop(f"other-{n}")
    assert statements() == few
