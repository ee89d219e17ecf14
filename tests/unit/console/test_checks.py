"""What may need a person, each with the page that it is seen to on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from base.outside.signs import Role
from base.sql.sets import COUNTED_MAX
from project.console.checks import Check, checks
from project.console.clock import lasts
from project.console.now import Now, Severity, StoreNow

AT = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
STORE = StoreNow(id=1, code="demo", free=900, low=500, last_sale_at=AT)
WELL = Now(
    at=AT,
    since=AT,
    stores=[STORE],
    signs=dict.fromkeys(Role, AT.timestamp()),
    audited_at=AT - timedelta(minutes=5),
)


def one(name: str, now: dict[str, Any], **store: Any) -> Check:
    """The check of that name."""
    (found,) = (check for check in checks(replace(WELL, stores=[replace(STORE, **store)], **now)) if check.name == name)
    return found


def test_a_shop_that_is_well_needs_nobody_and_says_so() -> None:
    assert {check.severity for check in checks(WELL)} == {Severity.GOOD}
    assert [check.name for check in checks(WELL)] == [
        "Parked commands",
        "Waiting",
        "Entries",
        "Payments",
        "Invoice numbers",
        "Tills",
        "Audit",
        "Broker",
        "Workers",
    ]


TROUBLES: list[tuple[str, dict[str, Any], dict[str, Any], Severity, str, str]] = [
    (
        "Broker",
        {"dead_letters": 2},
        {},
        Severity.LOOK,
        "2 messages were given up by the broker: no worker could take it, or each died of it",
        "",
    ),
    (
        "Broker",
        {"dead_letters": None},
        {},
        Severity.BAD,
        "it does not answer: commands are stored, and wait for it",
        "",
    ),
    ("Parked commands", {"parked": 1}, {}, Severity.BAD, "1 command is parked", "is=parked"),
    ("Parked commands", {"parked": COUNTED_MAX}, {}, Severity.BAD, "10,000 or more commands are parked", "is=parked"),
    (
        "Waiting",
        {"pending": 3, "pending_since": AT - timedelta(minutes=5)},
        {},
        Severity.BAD,
        "3 commands wait for a worker, the oldest since 10:25 UTC",
        "is=pending",
    ),
    ("Waiting", {"pending": 3, "pending_since": AT}, {}, Severity.GOOD, "3 commands wait for a worker", "is=pending"),
    (
        "Waiting",
        {"pending": 1},
        {},
        Severity.GOOD,
        "1 command waits behind an earlier one of the same order",
        "is=pending",
    ),
    (
        "Restored",
        {},
        {"restored_at": AT, "set_aside": 1_200},
        Severity.LOOK,
        "demo: the database was restored, found at 10:30 UTC; 1,200 numbers are set aside until somebody decides",
        "state__exact=set_aside",
    ),
    (
        "Entries",
        {},
        {"entries_parked": 2},
        Severity.BAD,
        "2 entries are parked: accounting refused",
        "state__exact=parked",
    ),
    (
        "Entries",
        {},
        {"entries_pending": 7, "entries_pending_since": AT - timedelta(days=1), "zone": "Europe/Berlin"},
        Severity.LOOK,
        "7 entries wait for accounting, the oldest since 11:30 on 20 Nov",
        "state__exact=pending",
    ),
    (
        "Payments",
        {"payments_parked": 1},
        {},
        Severity.BAD,
        "1 instruction is parked: the provider refused",
        "state__exact=parked",
    ),
    ("Invoice numbers", {}, {"free": 0}, Severity.LOOK, "demo has no numbers left", ""),
    (
        "Invoice numbers",
        {"refuses_when_empty": True},
        {"free": 0, "numbers_follow": 1},
        Severity.BAD,
        "demo has no numbers left; 1 sale waits for one",
        "",
    ),
    (
        "Invoice numbers",
        {},
        {"free": 40, "minutes_to_empty": 7.6},
        Severity.LOOK,
        "demo has 40 numbers left, gone in 8 min",
        "",
    ),
    (
        "Tills",
        {},
        {"tills_missing": 2},
        Severity.LOOK,
        "2 tills were not seen today: 2 of demo",
        "revoked_at__isempty=1",
    ),
    ("Audit", {"findings": 4}, {}, Severity.BAD, "4 rows break a law of the books", ""),
    (
        "Audit",
        {"audited_at": AT - timedelta(hours=30)},
        {},
        Severity.LOOK,
        "what was done until 1 d ago has been looked at, and holds",
        "",
    ),
    ("Broker", {"signs": None}, {}, Severity.BAD, "it does not answer: commands are stored, and wait for it", ""),
    (
        "Workers",
        {"silent": [Role.COMMANDS]},
        {},
        Severity.BAD,
        "no worker settles commands: whatever was sent waits; no sign of life since 10:30",
        "",
    ),
    (
        "Workers",
        {"silent": [Role.BEAT], "signs": dict.fromkeys(Role, 0.0)},
        {},
        Severity.BAD,
        "beat does not look what is due: what is not rung for waits; no sign of life ever",
        "",
    ),
    (
        "Workers",
        {"unserved": ["bulk"]},
        {},
        Severity.BAD,
        "no worker takes from the queue bulk: its commands wait",
        "",
    ),
]


@pytest.mark.parametrize(("name", "now", "store", "severity", "text", "query"), TROUBLES)
def test_each_trouble(
    name: str, now: dict[str, Any], store: dict[str, Any], severity: Severity, text: str, query: str
) -> None:
    found = one(name, now, **store)
    assert (found.severity, found.text, found.query) == (severity, text, query)


def test_the_worst_comes_first_and_each_store_that_runs_out_is_named() -> None:
    stores = [replace(STORE, code="east", free=0), STORE, replace(STORE, code="west", free=0)]
    first, *others = checks(replace(WELL, stores=stores, parked=1))
    assert first.name == "Parked commands"
    assert [check.text for check in others[:2]] == ["east has no numbers left", "west has no numbers left"]


def test_a_pool_that_was_never_used_need_not_be_full() -> None:
    assert one("Invoice numbers", {}, free=0, last_sale_at=None).severity is Severity.GOOD


@pytest.mark.parametrize(
    ("minutes", "told"), [(0.4, "less than a minute"), (7.6, "8 min"), (180, "3 h"), (6_000, "4 days")]
)
def test_how_long_it_lasts(minutes: float, told: str) -> None:
    assert lasts(minutes) == told
