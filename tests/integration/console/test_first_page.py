"""The first page: anybody is told what this is and whether it runs, operators whether each store sells."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from inventory.models import Store
from project.console.look import look
from project.console.now import Severity
from project.console.words import Said, said
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

SEES = ("reach_every_store", "view_order", "view_command")


@pytest.fixture
def shop(db: None) -> Shop:
    shop = open_shop()
    orders, _ = zip(*(shop.sale() for _ in range(3)), strict=True)
    execute(orders)
    return shop


def signed_in(client: Client, *rights: str) -> Client:
    user = User.objects.create(username="olga", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    return client


def page(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_learns_what_this_is_and_whether_it_runs_and_of_no_store(shop: Shop, client: Client) -> None:
    told = page(client)
    assert "It runs." in told
    for address in ("/till/", "/admin/", "/api/v1/docs", "/readyz", ":5555/"):
        assert f'{address}"' in told
    assert "corner" not in told
    assert "sales" not in told
    assert "parked" not in told


def test_an_operator_reads_a_sentence_a_store_and_what_needs_a_person(shop: Shop, client: Client) -> None:
    shop.set(require_drawer=True)
    Store.objects.create(code="empty", name="Empty", currency="GBP")
    client = signed_in(client, *SEES, "view_terminal")
    told = page(client)
    assert "corner REFUSES sales: no till has its drawer open." in told
    assert "empty cannot sell yet: it has no till and no product." in told
    assert '<a href="/admin/orders/command/?is=parked">' in told
    shop.set(require_drawer=False)
    assert "corner sells: 3 sales in the last 10 minutes, the last " in page(client)


def test_of_the_pages_that_an_operator_may_not_see_nothing_is_told(shop: Shop, client: Client) -> None:
    told = page(signed_in(client, *SEES))
    assert "/admin/orders/command/" in told
    assert "/admin/orders/terminal/" not in told
    assert "not seen today" not in told


def test_who_may_not_see_orders_is_told_of_no_store(shop: Shop, client: Client) -> None:
    told = page(signed_in(client, "view_product"))
    assert "corner" not in told
    assert "parked" not in told


@pytest.mark.django_db
def test_where_there_is_no_store_it_says_what_to_do(client: Client) -> None:
    assert '<a href="/admin/inventory/store/add/">Add one</a>' in page(signed_in(client, *SEES, "add_store"))


def test_without_a_broker_it_says_that_nothing_is_settled(shop: Shop, client: Client, settings: Any) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1"
    assert "but the broker does not answer: nothing is settled." in page(client)
    assert "Broker</strong> <span>it does not answer" in page(signed_in(client, *SEES))


@pytest.mark.django_db
def test_it_is_only_read_and_runs_nothing_but_what_this_server_sends(client: Client) -> None:
    assert client.post("/").status_code == 405
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_a_terminal_is_told_the_same_words(shop: Shop) -> None:
    Store.objects.create(code="empty", name="Empty", currency="GBP")
    told = list(said("http://127.0.0.1:8000", "http://127.0.0.1:5555/"))
    assert told[0] == Said(Severity.LOOK, "Store", "empty cannot sell yet: it has no till and no product.")
    assert told[1].text.startswith("corner sells: 3 sales in the last 10 minutes, the last ")
    assert Said(Severity.GOOD, "Parked commands", "no commands are parked") in told


def test_more_stores_are_no_more_statements(own_database: str) -> None:
    def statements() -> int:
        with proxied(own_database) as proxy, connected_to(proxy.url):
            look()  # over a connection that is there already
            before = proxy.statements
            look()
            return proxy.statements - before

    few = statements()
    for n in range(5):
        open_shop(f"other-{n}")
    assert statements() == few
