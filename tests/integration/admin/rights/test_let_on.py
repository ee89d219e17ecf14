"""Who is let on a store, who lets others on it, and which one is shown of several."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from inventory.models import Store
from orders.models import Order, Terminal
from tests.support.shop.let_on import NAME, address, every_store, let_on
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db


def test_who_is_let_on_no_store_sees_none(client: Client, shops: tuple[Shop, Shop]) -> None:
    client.force_login(let_on())
    for page in ("/admin/orders/order/", "/admin/inventory/store/", "/admin/", "/"):
        told = client.get(page).content.decode()
        assert "corner" not in told, page
        assert NAME not in told, page


def test_a_manager_of_one_store_manages_the_users_of_that_store(mia: Client, shops: tuple[Shop, Shop]) -> None:
    mine, other = shops
    let_on(mine, group="viewer", name="vera")
    for name, stores in {"theirs": [other], "both": [mine, other], "nobodys": []}.items():
        user = let_on(*stores, group="viewer", name=name)
        assert mia.get(address(User, "change", user.pk)).status_code == 404, name
    chief = let_on(mine, group="viewer", name="chief")
    chief.user_permissions.add(every_store())
    listed = {user.username for user in mia.get("/admin/auth/user/").context["cl"].result_list}
    assert listed == {"mia", "vera"}
    vera: Any = User.objects.get(username="vera")
    given = {"username": "vera", "is_active": "on", "every_store": "on", "stores": [mine.store_id, other.store_id]}
    assert mia.post(address(User, "change", vera.pk), given).status_code == 200
    mia.post(address(User, "change", vera.pk), {**given, "stores": [mine.store_id]})
    assert set(vera.stores.all()) == {Store.objects.get(pk=mine.store_id)}
    assert not User.objects.get(username="vera").has_perm("inventory.reach_every_store")
    assert mia.get("/admin/inventory/store/add/").status_code == 403


def test_the_chosen_store_narrows_lists_and_figures_and_is_kept(client: Client, shops: tuple[Shop, Shop]) -> None:
    mine, other = shops
    client.force_login(let_on(mine, other))
    terminals, levels = address(Terminal, "changelist"), "/admin/inventory/stocklevel/"
    assert ">store<" in client.get(levels).content.decode().replace("\n", "").replace(" ", "").lower()
    answer = client.post(reverse("store"), {"store": other.store_id, "next": levels})
    assert answer.headers["Location"] == levels
    told = client.get(levels).content.decode()
    assert f'<option value="{other.store_id}" selected>{NAME}</option>' in told
    assert {row.store_id for row in client.get(terminals).context["cl"].result_list} == {other.store_id}
    assert "store" not in client.get(terminals).context["cl"].list_display
    console = client.get("/admin/").context_data
    assert console
    assert [one.text.split()[0] for one in console["sentences"]] == [NAME]
    own = Order.objects.filter(store=mine.store_id).earliest("number")
    assert client.get(address(Order, "change", own.pk)).status_code == 200
    client.post(reverse("store"), {"store": "", "next": "https://elsewhere.example/"})
    stores = {row.store_id for row in client.get(terminals).context["cl"].result_list}
    assert stores == {mine.store_id, other.store_id}


@pytest.mark.parametrize("asked", ["{other}", "99999999999999999999", "-1", "x", "²"])
def test_no_other_store_can_be_chosen(mia: Client, shops: tuple[Shop, Shop], asked: str) -> None:
    answer = mia.post(reverse("store"), {"store": asked.format(other=shops[1].store_id), "next": "//elsewhere"})
    assert answer.headers["Location"] == "/admin/"
    assert {row.store_id for row in mia.get(address(Terminal, "changelist")).context["cl"].result_list} == {
        shops[0].store_id
    }
