"""A day's history that is right; and wrong in one way at a time, each of which is found."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.chaos.history.check import wrong
from benchmarks.chaos.history.exchange import Exchange
from benchmarks.chaos.history.money import hash_of
from tests.unit.benchmarks.chaos.day import FIRST, SECOND, SETTLED, entry, told
from tests.unit.benchmarks.chaos.talk import (
    Talk,
    closing,
    command,
    cursor,
    id_of,
    new_sale,
    payment,
    sold,
)


@pytest.fixture
def day() -> list[Exchange]:
    return told()


Spoil = Callable[[Any], Any]


def spoilt(day: list[Exchange], at: float, spoil: Spoil) -> list[Exchange]:
    """The answer of the exchange that began then is another one."""
    (before,) = [one for one in day if one.began == at]
    after = replace(before, answer=spoil(json.loads(json.dumps(before.answer))))
    return [after if one is before else one for one in day]


def test_a_day_that_is_right(day: list[Exchange]) -> None:
    assert wrong(day) == []


def set_in(*path: Any, to: Any) -> Spoil:
    def spoil(answer: Any) -> Any:
        where = answer
        for name in path[:-1]:
            where = where[name]
        where[path[-1]] = to(where[path[-1]]) if callable(to) else to
        return answer

    return spoil


OF_SECOND = ("items", 1, "value")
WAYS: dict[str, tuple[float, Spoil, str]] = {
    "one key, two commands": (
        12,
        set_in("items", 0, "command", "id", to=id_of(77)),
        "key k2 of Till 1 is 2 commands",
    ),
    "two keys, one command": (2, set_in("items", 0, "command", "id", to=SETTLED["id"]), "answers to 2 keys"),
    "taken twice": (10, set_in("items", 0, "status", to="accepted"), "was taken, and is accepted when it is sent"),
    "taken and refused": (
        10,
        lambda _: {"items": [{"index": 0, "status": "refused", "command_id": SETTLED["id"]}]},
        "was taken, and is refused when it is sent again",
    ),
    "taken and unknown": (
        12,
        set_in("items", 0, "command", to=None),
        "key k2 of Till 1 was there, and is not any more",
    ),
    "settled and pending": (10, set_in("items", 0, "command", "state", to="pending"), "was settled, and is pending"),
    "two outcomes": (10, set_in("items", 0, "command", "result", "change_minor", to=5), "has 2 outcomes"),
    "another number": (10, set_in("items", 0, "command", "result", "invoice_number", to="INV-9"), "INV-2 and INV-9"),
    "a number that is gone": (32, set_in(*OF_SECOND, "invoice_number", to=None), "was told, and is not there any more"),
    "another total": (14, set_in("total_minor", to=899), "is read in 2 ways that never change"),
    "the feed goes back": (18, set_in("next_cursor", to=cursor(0)), "the feed went back for Follower"),
    "passed over": (18, set_in("items", to=lambda items: items[:1]), f"order {SECOND['id']} never came to Follower"),
    "told otherwise": (
        18,
        set_in(*OF_SECOND, "payment_status", to="unpaid"),
        f"order {SECOND['id']} is not the same for all who follow",
    ),
    "a broken ledger": (
        30,
        set_in("items", 3, "value", "quantity_after", to=7),
        "movement 4 of TEA leaves (7, 0), and should leave (8, 0)",
    ),
    "goods that are gone": (
        42,
        set_in("items", 0, "on_hand", to=7),
        "TEA: 7 on hand, and 8 by what came and what left",
    ),
    "goods that the ledger does not know": (
        42,
        set_in("items", 0, "on_hand", to=7),
        "TEA: 7 on hand, and 8 by the ledger",
    ),
    "oversold": (42, set_in("items", 0, "on_hand", to=-1), "TEA: 0 reserved of -1"),
    "held by nobody": (42, set_in("items", 0, "reserved", to=1), "TEA: 1 reserved, and 0 held"),
    "a drawer that lacks": (
        40,
        lambda _: {"items": [closing(1, cash_minor=0)]},
        "the drawers of Till 1 took 0 in cash, and its orders 898",
    ),
    "a closing that was changed": (
        40,
        set_in("items", 1, "hash", to="0"),
        "closing 2 of Till 1 does not follow on the one before it",
    ),
    "a closing that is missing": (
        40,
        set_in("items", to=lambda items: items[1:]),
        "closing 2 of Till 1 does not follow",
    ),
    "booked twice": (44, set_in("items", to=lambda items: [*items, items[0]]), "number INV-1 is booked 2 times"),
    "not booked": (44, set_in("items", to=lambda items: items[:2]), "number INV-2 was sold under, and is not booked"),
    "booked for nobody": (
        44,
        set_in("items", to=lambda items: [*items, entry("sale", "INV-7")]),
        "number INV-7 is booked, and nobody sold under it",
    ),
    "a credit note of nobody's": (
        44,
        set_in("items", to=lambda items: [*items, entry("return", "INV-1", "INV-8")]),
        "credit note INV-8 is booked, and nobody has it",
    ),
    "money that is not the shop's": (
        46,
        set_in("captured_minor", to=100),
        "the payment provider keeps 100, and orders that were paid online 0",
    ),
    "set aside for nothing": (46, set_in("set_aside_minor", to=100), "has set 100 aside, for nothing"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_day_that_is_wrong_in_one_way(day: list[Exchange], way: str) -> None:
    at, spoil, words = WAYS[way]
    found = wrong(spoilt(day, at, spoil))
    assert any(words in line for line in found), found


def both(day: list[Exchange], spoil: Spoil) -> list[Exchange]:
    """Whoever follows is told so."""
    return spoilt(spoilt(day, 18, spoil), 32, spoil)


OF_ALL: dict[str, tuple[Spoil, str]] = {
    "one number, two orders": (set_in(*OF_SECOND, "invoice_number", to="INV-1"), "number INV-1 belongs to order"),
    "a credit note with an invoice's number": (
        set_in("items", 0, "value", "credit_notes", 0, "number", to="INV-2"),
        "number INV-2 belongs to credit note of",
    ),
    "paid without a number": (set_in(*OF_SECOND, "invoice_number", to=None), "is paid and has no invoice number"),
    "paid without a payment": (set_in(*OF_SECOND, "payments", to=[]), "its payments come to 0, and paid_minor is 898"),
    "one payment, two orders": (
        set_in(*OF_SECOND, "payments", 0, "id", to=payment(1, 1)["id"]),
        "is of 2 orders",
    ),
    "paid by another's command": (
        set_in(*OF_SECOND, "payments", 0, "command_id", to=sold()["id"]),
        f"has a payment of a command that succeeded for order {id_of(1)}",
    ),
    "refunded and not told": (
        set_in("items", 0, "value", "payments", 1, "command_id", to=sold()["id"]),
        "was to give back 0, and orders have 898 of it",
    ),
    "held when it is over": (
        set_in("items", 0, "value", "holds", to=[{"line_id": FIRST["lines"][0]["id"], "quantity": 1}]),
        "is cancelled, and holds goods",
    ),
}


@pytest.mark.parametrize("way", OF_ALL)
def test_a_shop_that_is_wrong_in_one_way(day: list[Exchange], way: str) -> None:
    spoil, words = OF_ALL[way]
    found = wrong(both(day, spoil))
    assert any(words in line for line in found), found


def test_a_command_that_never_settles_is_found() -> None:
    talk = Talk()
    talk.send(new_sale(), at=0, told=command(1, "pay", code=None))
    assert talk.wrong() == [f"command {id_of(1001)} was taken, and never settled"]


def test_a_hash_is_of_all_but_itself() -> None:
    one = closing(1, cash_minor=5)
    assert hash_of({**one, "hash": "another"}) == one["hash"]
    assert hash_of({**one, "number": 2}) != one["hash"]
