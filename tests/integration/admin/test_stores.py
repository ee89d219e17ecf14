"""A store is made in the admin as by the command: with a plain code and a first location."""

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Location, Store
from tests.support.shop.shop import open_shop

pytestmark = pytest.mark.django_db
ADD = "admin:inventory_store_add"
DAYS = {
    "time_zone": "UTC",
    "day_starts_at": "00:00",
    "locale": "en",
    "cash_rounding_minor": "1",
    "prices_include_tax": "on",
}


def test_a_store_comes_with_its_first_location(operator: Client) -> None:
    entered = {"code": "north-2", "name": "North Street", "currency": "GBP", **DAYS}
    made = operator.post(reverse(ADD), entered, follow=True)
    assert [status for _, status in made.redirect_chain] == [302]
    assert "It has the location shop. Next: its products, and a terminal." in made.content.decode()
    store = Store.objects.get(code="north-2")
    assert [place.code for place in Location.objects.filter(store=store)] == ["shop"]
    changed = {"name": "North Road", "currency": "GBP", "hold_expires_s": "", **DAYS}
    page = reverse("admin:inventory_store_change", args=[store.pk])
    assert "Next:" not in operator.post(page, changed, follow=True).content.decode()
    assert Location.objects.filter(store=store).count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"code": "North St!"}, "A store&#x27;s code is small letters, digits and hyphens."),
        ({"currency": "gbp"}, "A currency is one of ISO 4217, in capitals, as GBP."),
        ({"currency": "GPB"}, "A currency is one of ISO 4217, in capitals, as GBP."),
        ({"locale": "xx-GB"}, "A locale is a language, with its country where that matters, as en-GB."),
        ({"name": "North\x1b"}, "As it is, it holds a control character."),
        ({"receipt_footer": "Thanks\x07"}, "As it is, it holds a control character."),
        ({"address": "x" * 501}, "Ensure this value has at most 500 characters (it has 501)."),
        ({"time_zone": "localtime"}, "A time zone is one of the IANA database, as Europe/London."),
        ({"time_zone": "Europe/Londres"}, "A time zone is one of the IANA database, as Europe/London."),
        ({"time_zone": "GMT+2"}, "A time zone is one of the IANA database, as Europe/London."),
        ({"day_starts_at": "noon"}, "Enter a valid time."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(operator: Client, wrong: dict[str, str], told: str) -> None:
    before = Store.objects.count()
    entered = {"code": "north", "name": "North Street", "currency": "GBP", **DAYS}
    refused = operator.post(reverse(ADD), entered | wrong)
    assert refused.status_code == 200
    assert told in refused.content.decode()
    assert Store.objects.count() == before


def test_lines_stay_lines(operator: Client) -> None:
    lines = {"address": "1 North Street\r\nLeeds", "receipt_footer": "Thank you!\r\n\r\nCome again"}
    operator.post(reverse(ADD), {"code": "north", "name": "North Street", "currency": "GBP", **DAYS, **lines})
    store = Store.objects.get(code="north")
    assert store.address == "1 North Street\nLeeds"
    assert store.receipt_footer == "Thank you!\n\nCome again"
    shown = operator.get(reverse("admin:inventory_store_change", args=[store.pk])).content.decode()
    assert "1 North Street\nLeeds</textarea>" in shown


def test_the_currency_stays_from_the_first_order_on(operator: Client) -> None:
    shop = open_shop()
    page = reverse("admin:inventory_store_change", args=[shop.store_id])
    entered = {"name": "Corner", "currency": "EUR", "hold_expires_s": "", **DAYS}
    assert operator.post(page, entered).status_code == 302
    assert Store.objects.get().currency == "EUR"
    assert operator.post(page, {**entered, "currency": "GBP"}).status_code == 302
    shop.order(("TEA-80", 1))

    refused = operator.post(page, entered)

    assert refused.status_code == 200
    assert "currency_in_use: the store has orders in GBP." in refused.content.decode()
    assert operator.post(page, {**entered, "name": "On the corner", "currency": "GBP"}).status_code == 302
    assert (Store.objects.get().name, Store.objects.get().currency) == ("On the corner", "GBP")
