"""A store in one sentence: whether it sells now, or refuses sales, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from base.outside.signs import Role
from project.console.now import Now, Refill, Severity, StoreNow
from project.console.sentences import sentence, sentences

AT = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
SELLS = StoreNow(id=1, code="demo", sold=41, last_sale_at=AT - timedelta(seconds=12), free=500, low=500)
NOW = Now(at=AT, since=AT - timedelta(minutes=10), stores=[SELLS])
ASKED_AT = AT.replace(hour=4, minute=50)


def refill(error: str | None, *, is_over: bool = False) -> Refill:
    return Refill(requested_at=ASKED_AT, error=error, is_over=is_over)


def told(now: dict[str, Any] | None = None, **store: Any) -> tuple[Severity, str]:
    found = sentence(replace(SELLS, **store), replace(NOW, **(now or {})))
    return found.severity, found.text


REFUSING = {"refuses_when_empty": True}
NO_ANSWER = refill("no answer: nothing listens at http://books.example")

CASES: list[tuple[dict[str, Any], dict[str, Any], Severity, str]] = [
    ({}, {"tills": 0}, Severity.LOOK, "demo cannot sell yet: it has no till"),
    (
        {},
        {"tills": 0, "has_products": False},
        Severity.LOOK,
        "demo cannot sell yet: it has no till and no product",
    ),
    (
        {"silent": [Role.COMMANDS]},
        {"waiting": 12},
        Severity.BAD,
        "demo settles no sale: no worker gives a sign of life; 12 wait",
    ),
    (
        {"unserved": ["big"]},
        {"waiting": 12, "queue": "big"},
        Severity.BAD,
        "demo settles no sale: no worker takes from the queue big; 12 wait",
    ),
    (
        {"unserved": ["bulk"]},
        {"queue": "commands", "sold": 0, "last_sale_at": None},
        Severity.GOOD,
        "demo can sell: no sale in the last 10 minutes, and none before",
    ),
    (
        REFUSING,
        {"free": 0, "refill": NO_ANSWER},
        Severity.BAD,
        "demo REFUSES sales: no invoice numbers; accounting has not answered since 04:50: nothing listens at http://books.example",
    ),
    (
        REFUSING,
        {"free": 0, "refill": refill("no answer within 10 s")},
        Severity.BAD,
        "demo REFUSES sales: no invoice numbers; accounting has not answered since 04:50",
    ),
    (
        REFUSING,
        {"free": 0, "refill": NO_ANSWER, "zone": "Europe/Berlin"},
        Severity.BAD,
        "demo REFUSES sales: no invoice numbers; accounting has not answered since 05:50: nothing listens at http://books.example",
    ),
    (
        REFUSING,
        {"free": 0, "refill": refill("answered 422: no such shop", is_over=True)},
        Severity.BAD,
        "demo REFUSES sales: no invoice numbers; accounting refuses to give any: answered 422: no such shop",
    ),
    (
        REFUSING,
        {"free": 0, "refill": refill("answered 500")},
        Severity.BAD,
        "demo REFUSES sales: no invoice numbers; accounting has given none since 04:50: answered 500",
    ),
    (
        REFUSING,
        {"free": 0, "refill": refill(None)},
        Severity.BAD,
        "demo REFUSES sales: no invoice numbers; accounting is being asked since 04:50",
    ),
    (
        REFUSING,
        {"free": 0},
        Severity.BAD,
        "demo REFUSES sales: no invoice numbers; accounting was not asked yet",
    ),
    (
        {},
        {"free": 0, "refill": NO_ANSWER, "numbers_follow": 3},
        Severity.LOOK,
        "demo sells: 41 sales in the last 10 minutes, the last 12 s ago; the invoice numbers of 3 follow",
    ),
    (REFUSING, {"free": None}, Severity.GOOD, "demo sells: 41 sales in the last 10 minutes, the last 12 s ago"),
    ({}, {"lacks_drawer": True}, Severity.BAD, "demo REFUSES sales: no till has its drawer open"),
    ({}, {}, Severity.GOOD, "demo sells: 41 sales in the last 10 minutes, the last 12 s ago"),
    (
        {"since": AT - timedelta(seconds=55)},
        {"sold": 9_999},
        Severity.GOOD,
        "demo sells: 9,999 sales in the last minute, the last 12 s ago",
    ),
    (
        {},
        {"refused": {"stock_insufficient": 2, "payment_declined": 1}, "waiting": 1},
        Severity.GOOD,
        "demo sells: 41 sales in the last 10 minutes, the last 12 s ago; 3 refused (not enough stock); 1 waits",
    ),
    (
        {},
        {"sold": 0, "refused": {"invoice_pool_empty": 1}, "last_sale_at": AT - timedelta(days=1)},
        Severity.BAD,
        "demo sold nothing in the last 10 minutes: 1 sale refused (no invoice number); the last one at 10:30 on 20 Nov",
    ),
    (
        {},
        {"sold": 0, "last_sale_at": AT - timedelta(hours=2)},
        Severity.GOOD,
        "demo can sell: no sale in the last 10 minutes, the last one at 08:30",
    ),
    (
        {},
        {"sold": 0, "last_sale_at": None, "waiting": 2},
        Severity.LOOK,
        "demo can sell: no sale in the last 10 minutes, and none before; 2 wait",
    ),
]


@pytest.mark.parametrize(("now", "store", "severity", "text"), CASES, ids=[text for *_, text in CASES])
def test_a_store_in_a_sentence(now: dict[str, Any], store: dict[str, Any], severity: Severity, text: str) -> None:
    assert told(now, **store) == (severity, text)


def test_the_worst_store_comes_first() -> None:
    stores = [SELLS, replace(SELLS, code="east", tills=0), replace(SELLS, code="west", lacks_drawer=True)]
    found = sentences(replace(NOW, stores=stores))
    assert [one.severity for one in found] == [Severity.BAD, Severity.LOOK, Severity.GOOD]
