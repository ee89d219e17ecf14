"""`manage create_store`: a shop of one's own, before the first start."""

from datetime import time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inventory.models import Location, Store
from orders.models import Terminal

pytestmark = pytest.mark.django_db


def test_a_store_is_made_with_a_location_and_takes_terminals() -> None:
    call_command("create_store", "north", "North Street", "EUR", "--location", "floor")
    call_command("create_terminal", "north", "Till 1", "pos")

    store = Store.objects.get(code="north")
    assert (store.name, store.currency) == ("North Street", "EUR")
    assert [location.code for location in Location.objects.filter(store=store)] == ["floor"]
    assert Terminal.objects.get(store=store).name == "Till 1"


@pytest.mark.parametrize(
    ("code", "currency", "why"),
    [
        ("north", "EUR", "there is a store north already"),
        ("south", "eur", "ISO 4217"),
        ("south", "EURO", "ISO 4217"),
        ("south", "ÄÖÜ", "ISO 4217"),
        ("South", "EUR", "small letters, digits and hyphens"),
        ("south st!", "EUR", "small letters, digits and hyphens"),
        ("south\n", "EUR", "small letters, digits and hyphens"),
        ("s" * 33, "EUR", "small letters, digits and hyphens"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line_and_changes_nothing(code: str, currency: str, why: str) -> None:
    call_command("create_store", "north", "North Street", "EUR")

    with pytest.raises(CommandError, match=why):
        call_command("create_store", code, "South Street", currency)

    assert Store.objects.values_list("name", flat=True).get() == "North Street"


def test_a_store_says_how_its_days_are_cut() -> None:
    call_command("create_store", "bar", "Bar", "EUR", "--time-zone", "Europe/Berlin", "--day-starts-at", "04:30")
    store = Store.objects.get(code="bar")
    assert (store.time_zone, store.day_starts_at) == ("Europe/Berlin", time(4, 30))
    call_command("create_store", "shop", "Shop", "EUR")
    store = Store.objects.get(code="shop")
    assert (store.time_zone, store.day_starts_at) == ("UTC", time())


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--time-zone", "Berlin", "the IANA database"),
        ("--time-zone", "../Europe/Berlin", "the IANA database"),
        ("--day-starts-at", "24:00", "--day-starts-at"),
        ("--day-starts-at", "4:00", "--day-starts-at"),
        ("--day-starts-at", "04:00:30", "--day-starts-at"),
        ("--day-starts-at", "04:00+02:00", "--day-starts-at"),
    ],
)
def test_days_that_nobody_can_cut(option: str, value: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("create_store", "bar", "Bar", "EUR", option, value)
    assert not Store.objects.exists()
