"""Double entries: a sale debits what took the money and credits revenue; what is given back goes the other way."""

from typing import Any

import pytest

from orders.commands.core.amounts import Tax
from orders.commands.core.machine import Kind
from orders.commands.core.rule import EntryWritten
from orders.commands.core.tenders import EntryKind
from tests.unit.build import apply, card, cash, level, line, order, world


@pytest.mark.parametrize(
    ("tenders", "postings"),
    [
        pytest.param([cash(1000)], (("cash", 900), ("revenue", -900)), id="cash; the change is no posting"),
        pytest.param([card(500), cash(400)], (("card", 500), ("cash", 400), ("revenue", -900)), id="split"),
        pytest.param(
            [cash(100), card(500), cash(300)], (("cash", 400), ("card", 500), ("revenue", -900)), id="a method once"
        ),
    ],
)
def test_a_sale(tenders: list[dict[str, Any]], postings: tuple[tuple[str, int], ...]) -> None:
    paid, _ = apply(order(line("TEA", 2)), Kind.PAY, world(level("TEA", 5)), tenders=tenders)
    assert paid.entries == [EntryWritten(EntryKind.SALE, postings)]


@pytest.mark.parametrize("tenders", [[], [cash(0)], [cash(500)]])
def test_a_sale_of_nothing_says_nothing(tenders: list[dict[str, Any]]) -> None:
    paid, _ = apply(order(line("TEA", 2, price=0)), Kind.PAY, world(level("TEA", 5)), tenders=tenders)
    assert (paid.entries, paid.takes_number) == ([], True)


def test_a_posting_of_nothing_is_not_written() -> None:
    paid, _ = apply(order(line("TEA", 2)), Kind.PAY, world(level("TEA", 5)), tenders=[card(900), cash(100)])
    assert paid.entries == [EntryWritten(EntryKind.SALE, (("card", 900), ("revenue", -900)))]


def test_a_return_and_what_is_cancelled_go_the_other_way() -> None:
    shelves = world(level("TEA", 5))
    _, sold = apply(order(line("TEA", 2)), Kind.PAY, shelves, tenders=[card(500), cash(400)])
    rows = [{"line_id": None, "sku": "TEA", "quantity": 1, "condition": "sellable"}]
    returned, _ = apply(sold, Kind.RETURN, shelves, lines=rows)
    cancelled, _ = apply(sold, Kind.CANCEL, shelves)
    assert returned.entries == [EntryWritten(EntryKind.RETURN, (("card", -450), ("revenue", 450)))]
    assert cancelled.entries == [
        EntryWritten(EntryKind.CANCELLATION, (("card", -500), ("cash", -400), ("revenue", 900)))
    ]


def test_of_what_is_taxed_net_and_tax_are_told_though_one_be_nothing() -> None:
    exempt, all_tax = Tax("std", 0), Tax("luxury", 1_000_000)
    lines = [line("TEA", 1, tax=exempt), line("CUP", 1, price=1, tax=all_tax, tax_minor=1)]
    shelves = world(level("TEA", 5), level("CUP", 5))
    paid, _ = apply(order(*lines), Kind.PAY, shelves, tenders=[card(451)])
    assert paid.entries[0].postings == (
        ("card", 451),
        ("revenue", -450, "std", "0"),
        ("tax", 0, "std", "0"),
        ("revenue", 0, "luxury", "100"),
        ("tax", -1, "luxury", "100"),
    )


def test_an_entry_that_does_not_balance_is_a_fault_of_the_program() -> None:
    with pytest.raises(AssertionError):
        EntryWritten(EntryKind.SALE, (("cash", 900), ("revenue", -899)))
