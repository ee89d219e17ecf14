"""What an operator's commands tell programs, and a day for a spreadsheet."""

import csv
import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orders.models import Order
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop

pytestmark = pytest.mark.django_db


def said(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def as_json(*command: str) -> Any:
    return json.loads(said(*command, "--json"))


@pytest.fixture
def shop() -> Shop:
    """It has sold one tea today."""
    shop = open_shop("corner")
    execute([shop.sale()[0]])
    return shop


def test_a_store_and_a_terminal_are_told_as_they_were_made() -> None:
    made = as_json("create_store", "north", "North Street", "EUR", "--day-starts-at", "04:30")
    assert made == {
        "code": "north",
        "name": "North Street",
        "currency": "EUR",
        "time_zone": "UTC",
        "day_starts_at": "04:30:00",
        "location": "shop",
    }
    terminal = as_json("create_terminal", "north", "Till 1", "pos")
    assert terminal.pop("key").startswith("rk_")
    assert terminal == {"store": "north", "name": "Till 1", "role": "pos"}


def test_a_day_is_told_to_spreadsheets_programs_and_people(shop: Shop) -> None:
    day: date | None = Order.objects.get().business_day
    assert day
    rows = list(csv.DictReader(said("export", "corner", day.isoformat()).splitlines()))
    (sales,) = [row for row in rows if row["section"] == "sales"]
    assert (sales["count"], sales["amount_minor"]) == ("1", str(PRICE_MINOR))
    told = as_json("export", "corner", day.isoformat())
    assert (told["store"], told["date"], told["sales"]["total_minor"]) == ("corner", day.isoformat(), PRICE_MINOR)
    table = said("export", "corner", day.isoformat(), "--table")
    assert f"corner, {day.isoformat()}" in table
    assert [line.split() for line in table.splitlines() if "sales" in line] == [
        ["│", "sales", "│", "│", "│", "1", "│", "£2.50", "│"]
    ]


def test_without_a_day_it_is_the_one_that_it_is_in_the_store(shop: Shop) -> None:
    assert as_json("export", "corner")["sales"]["count"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "2026-11-21"), "there is no store nowhere"),
        (("corner", "yesterday"), "a day is written as 2026-11-21"),
    ],
)
def test_what_there_is_not_is_one_line(shop: Shop, arguments: tuple[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("export", *arguments)
