"""What commands and forms take of names and codes is what calls take."""

import unicodedata

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from inventory.models import Location, Product, Store
from orders.models import Terminal
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db

COMPOSED, TAKEN_APART = (unicodedata.normalize(form, "Café") for form in ("NFC", "NFD"))
ODD = [" Till", "Till ", "Till\u200b", "Till\x00", "Till\n1", "Till\u00a01", "\ud800", "", " "]


@pytest.mark.parametrize("name", [*ODD, "x" * 101])
@pytest.mark.parametrize(
    "command",
    [
        ("create_terminal", "corner", "{}", "pos"),
        ("create_terminal", "{}", "Till", "pos"),
        ("revoke_terminal", "corner", "{}"),
        ("rotate_key", "{}", "Till"),
        ("create_store", "north", "{}", "EUR"),
        ("create_store", "north", "North", "EUR", "--location={}"),
    ],
    ids=" ".join,
)
def test_a_command_refuses_in_one_line_what_no_call_would_take(shop: Shop, command: tuple[str, ...], name: str) -> None:
    name = name * 2 if "create_store" in command and len(name) > 100 else name
    with pytest.raises(CommandError) as refused:
        call_command(*(word.format(name) for word in command))
    assert "\n" not in str(refused.value)
    assert not Store.objects.filter(code="north").exists()
    assert Terminal.objects.filter(store=shop.store_id).count() == 1


def test_a_command_takes_either_form_of_a_name(shop: Shop) -> None:
    call_command("create_terminal", "corner", TAKEN_APART, "pos")
    assert Terminal.objects.filter(store=shop.store_id, name=COMPOSED).exists()
    call_command("rotate_key", "corner", TAKEN_APART)
    with pytest.raises(CommandError, match="has a terminal Café already"):
        call_command("create_terminal", "corner", COMPOSED, "pos")
    call_command("revoke_terminal", "corner", TAKEN_APART)
    assert Terminal.objects.get(name=COMPOSED).revoked_at is not None
    call_command("create_store", "north", TAKEN_APART, "EUR", "--location", TAKEN_APART)
    assert Store.objects.get(code="north").name == COMPOSED
    assert Location.objects.get(store__code="north").code == COMPOSED


FORMS = {
    "orders/terminal": ("name", {"role": "pos"}, Terminal),
    "inventory/location": ("code", {"name": "Shop", "priority": "5"}, Location),
    "inventory/product": (
        "sku",
        {"name": "Tea", "price_minor": "250", "gtin": "", "unit": "piece", "quantity_decimals": "0"},
        Product,
    ),
}


@pytest.mark.parametrize("page", FORMS)
def test_a_form_refuses_it_too(operator: Client, shop: Shop, page: str) -> None:
    field, rest, model = FORMS[page]
    before = model._default_manager.count()
    for odd in ("Till\u200b", "Till\u00a01", "Till\n1"):
        answer = operator.post(f"/admin/{page}/add/", {"store": shop.store_id, field: odd, **rest})
        assert answer.status_code == 200
        assert list(answer.context["adminform"].form.errors) == [field], odd
    assert model._default_manager.count() == before
    operator.post(f"/admin/{page}/add/", {"store": shop.store_id, field: TAKEN_APART, **rest})
    assert model._default_manager.filter(**{field: COMPOSED}).count() == 1
