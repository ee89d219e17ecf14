"""What counts as a broken law."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from project.demo.cashier import Done
from project.demo.day.day import Day, Line, Return, Sale, Slip, WriteOff
from project.demo.day.deal import deal
from project.demo.day.expected import expect
from project.demo.report import Report
from project.demo.submit import Seen
from project.demo.verdict import Refused, broken_by_outage, broken_laws

AT = datetime(2011, 12, 5, tzinfo=UTC)
SALES = [
    Slip(invoice=str(n), at=AT, steps=(Sale(lines=(Line(sku="22752", quantity=2, unit_price_minor=5),)),))
    for n in range(1, 9)
]
LOST = Slip(invoice="9", at=AT, steps=(WriteOff(sku="22752", quantity=1, reason="wet"),))
BACK = Slip(invoice="C10", at=AT, steps=(Return(invoice="8", sku="22752", quantity=1),))
DAY = Day(slips=(*SALES, LOST, BACK), products=())
KINDS = {Sale: "pay", WriteOff: "write_off", Return: "return"}


def seen(**changed: Any) -> list[Done]:
    """All ten errands done well; `changed`: key -> rejection code."""
    return [
        Done(
            errand=errand,
            seen=Seen(
                command_id=errand.key,
                kind=KINDS[type(errand.step)],
                state="rejected" if errand.key in changed else "succeeded",
                code=changed.get(errand.key, "applied"),
                latency_ms=4.0,
                replay_held=True if errand.is_sent_twice else None,
            ),
        )
        for errand in deal(DAY, tills=1)[0].errands
    ]


GOOD = Report(
    orders=8,
    lines=8,
    commands=10,
    kinds={"pay": 10},
    succeeded=10,
    rejected={},
    parked=0,
    pending=0,
    revenue_minor=80,
    net_minor=60,
    gross_minor=75,
    taxes={"20": 15},
    units_sold=0,
    units_returned=1,
    unmatched_return_units=0,
    units_written_off=0,
    credit_lines_left_out=0,
    invoice_numbers=8,
    invoice_numbers_duplicated=0,
    invoice_numbers_late=0,
    entry_kinds={"sale": 8},
    entries=8,
    entries_posted=8,
    entries_parked=0,
    entries_booked=None,
    accounting_down_s=0.0,
    drawers=2,
    cash_minor=25_000,
    cash_difference_minor=0,
    replayed=1,
    oversold_levels=0,
    audit_drifts=0,
    elapsed_s=1.0,
    commands_per_s=10.0,
    latency_ms={},
    versions={},
)
NOT_SOLD = {"8/1": "stock_insufficient", "C10/1": "transition_not_allowed"}
SCARCE = replace(GOOD, succeeded=8, rejected={"stock_insufficient": 1, "transition_not_allowed": 1}, invoice_numbers=7)
SHORT = Refused(key="8/1", sku="22752", requested=2, available=1, left_at_close=1)


def laws(
    report: Report = GOOD, done: list[Done] | None = None, refused: tuple[Refused, ...] = (), *, scarce: bool = False
) -> list[str]:
    done = seen() if done is None else done
    return broken_laws(report=report, done=done, refused=refused, expected=expect(DAY), scarce=scarce)


def test_a_good_day_breaks_no_law() -> None:
    assert laws() == []


@pytest.mark.parametrize(
    ("changed", "law"),
    [
        ({"pending": 1}, "1 commands are still pending"),
        ({"parked": 2}, "2 commands are parked"),
        ({"invoice_numbers_duplicated": 1}, "1 invoice numbers were used twice"),
        ({"oversold_levels": 1}, "1 stock levels were oversold"),
        ({"entries_parked": 1}, "1 entries were refused by accounting"),
        ({"cash_difference_minor": 7}, "7 pence were too much or missing in the drawers"),
        ({"audit_drifts": 3}, "3 drifts were found by the audit"),
        ({"succeeded": 9}, "commands that succeeded: 9 by the database, 10 by the tills"),
        ({"invoice_numbers": 7}, "invoice numbers for as many paid orders: 7 by the database, 8 by the tills"),
        ({"revenue_minor": 79}, "revenue_minor: 79, but the day comes to 80"),
        ({"taxes": {"20": 14}}, "taxes: {'20': 14}, but the day comes to {'20': 15}"),
        ({"orders": 9}, "orders: 9, but the day comes to 8"),
    ],
)
def test_each_figure_that_is_wrong_is_said(changed: dict[str, Any], law: str) -> None:
    assert laws(replace(GOOD, **changed)) == [law]


def test_a_command_of_which_the_journal_knows_nothing_is_said() -> None:
    assert "commands: 9 by the database, 10 by the tills" in laws(replace(GOOD, commands=9))


def test_a_replay_that_made_another_command_is_said() -> None:
    done = [
        replace(one, seen=replace(one.seen, replay_held=False)) if one.errand.is_sent_twice else one for one in seen()
    ]
    assert laws(done=done) == ["C10/1 was sent twice and not answered as a replay of the same command"]


def test_with_enough_stock_no_refusal_is_right() -> None:
    broken = laws(SCARCE, seen(**NOT_SOLD), (SHORT,))
    assert broken[0] == f"commands were rejected: {SCARCE.rejected}"


def test_a_scarce_day_may_refuse_what_was_short_and_the_return_of_it() -> None:
    assert laws(SCARCE, seen(**NOT_SOLD), (SHORT,), scarce=True) == []


@pytest.mark.parametrize(
    ("refused", "law"),
    [
        ((), "8/1 was refused though there was stock"),
        ((replace(SHORT, available=2),), "8/1 was refused though there was stock"),
        ((replace(SHORT, left_at_close=2),), "8/1 was refused 2 x 22752, but 2 were left at close"),
    ],
)
def test_a_scarce_day_may_refuse_nothing_that_could_be_served(refused: tuple[Refused, ...], law: str) -> None:
    assert laws(SCARCE, seen(**NOT_SOLD), refused, scarce=True) == [law]


def test_a_scarce_day_may_not_refuse_the_return_of_what_was_sold() -> None:
    report = replace(GOOD, succeeded=9, rejected={"line_not_found": 1})
    broken = laws(report, seen(**{"C10/1": "line_not_found"}), scarce=True)
    assert broken == ["C10/1 was refused for another reason than stock: line_not_found"]


@pytest.mark.parametrize(
    ("changed", "law"),
    [
        ({"invoice_numbers_late": 0}, "accounting was down, but no sale had to wait for its number"),
        ({"entries_posted": 7}, "7 entries are posted, of 8"),
        ({"entries_booked": 9}, "9 entries are in accounting's own books, of 8"),
    ],
)
def test_after_an_outage_all_is_numbered_and_booked_once(changed: dict[str, Any], law: str) -> None:
    after = replace(GOOD, invoice_numbers_late=3, entries_booked=8)
    assert list(broken_by_outage(after)) == []
    assert list(broken_by_outage(replace(after, **changed))) == [law]
