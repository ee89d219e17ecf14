"""What an operator's commands tell programs, and a day for a spreadsheet."""

import csv
import json
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orders.models import Order, Terminal
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


def test_who_made_a_store_is_told_what_is_next() -> None:
    made, then = said("create_store", "north", "North Street", "EUR").splitlines()
    assert made == "north was made, with the location shop"
    assert './ringup manage create_terminal north "Till 1" pos' in then


def test_a_day_is_told_to_spreadsheets_programs_and_people(shop: Shop) -> None:
    day: date | None = Order.objects.get().business_day
    assert day
    rows = list(csv.DictReader(said("export", "corner", day.isoformat()).splitlines()))
    (sales,) = [row for row in rows if row["section"] == "sales"]
    assert (sales["count"], sales["amount_minor"]) == ("1", str(PRICE_MINOR))
    told = as_json("export", "corner", day.isoformat())
    assert (told["store"], told["date"], told["sales"]["total_minor"]) == ("corner", day.isoformat(), PRICE_MINOR)
    table = said("export", "corner", day.isoformat(), "--table").splitlines()
    assert table[0] == f"corner, {day.isoformat()}"
    assert [line.split() for line in table if "sales" in line] == [["sales", "1", "£2.50"]]


def test_without_a_day_it_is_the_one_that_it_is_in_the_store(shop: Shop) -> None:
    assert as_json("export", "corner")["sales"]["count"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "nowhere", "2026-11-21"), "there is no store nowhere; the stores are corner"),
        (("export", "corner", "yesterday"), "a day is written as 2026-11-21"),
        (("create_terminal", "nowhere", "Till 2", "pos"), "there is no store nowhere; the stores are corner"),
        (("enrol_code", "corner", "Till 2"), "the store corner has no terminal Till 2; it has till of corner"),
        (("rotate_key", "nowhere", "Till 2"), "there is no store nowhere"),
        (("revoke_terminal", "corner", "Till 2"), "the store corner has no terminal Till 2"),
        (("terminals", "nowhere"), "there is no store nowhere"),
        (("create_store", "north", "North", "GBP", "--day-starts-at", "4"), "an hour is written as 04:00, and not '4'"),
    ],
)
def test_what_there_is_not_is_one_line(shop: Shop, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(*arguments)


def test_where_there_is_no_store_it_says_how_one_is_made() -> None:
    with pytest.raises(CommandError, match=r"there is no store corner; ./ringup manage create_store makes one"):
        call_command("export", "corner")


def test_terminals_are_listed_with_when_they_called_and_never_with_a_key(shop: Shop) -> None:
    """By the clock on the store's wall."""
    key = as_json("create_terminal", "corner", "Till 2", "supervisor")["key"]
    shop.set(time_zone="Asia/Tokyo")
    Terminal.objects.filter(name="Till 2").update(last_used_at=datetime(2026, 11, 21, 20, 30, tzinfo=UTC))
    assert {tuple(line.split("  ")[0:1]) for line in said("terminals").splitlines()} == {("store",), ("corner",)}
    table = [line.split() for line in said("terminals", "corner").splitlines()]
    assert ["corner", "Till", "2", "supervisor", "2026-11-22", "05:30"] in table
    assert key not in said("terminals", "--json")
    (told,) = [one for one in as_json("terminals", "corner") if one["name"] == "Till 2"]
    assert told["last_used_at"] == "2026-11-21T20:30:00Z"


def test_a_key_is_changed_and_a_terminal_revoked(shop: Shop) -> None:
    said("create_terminal", "corner", "Till 2", "pos")
    changed = as_json("rotate_key", "corner", "Till 2")
    assert changed["key"].startswith("rk_")
    assert changed["old_key_valid_until"] > as_json("revoke_terminal", "corner", "Till 2")["revoked_at"]
    for command in ("rotate_key", "enrol_code", "revoke_terminal"):
        with pytest.raises(CommandError, match="Till 2 was revoked"):
            call_command(command, "corner", "Till 2")


def test_what_was_forgotten_is_told_to_a_program() -> None:
    told = as_json("forget_customer", "Erika Mustermann")
    assert told["rows"] == sum(told["tables"].values()) == 0
