"""`manage create_store`: a shop of one's own, before the first start."""

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
        ("south", "eur", "three capitals"),
        ("south", "EURO", "three capitals"),
        ("south", "ÄÖÜ", "three capitals"),
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
