"""What a drawer comes to, as a person reads it: the figures of a closing, or of a drawer that is open."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from base import written
from base.admin.column import amount_of
from base.admin.tables import tables
from base.admin.window import link

Row = Sequence[Any]
SUMS = {
    "float_minor": "float",
    "before_opening_minor": "taken before the opening",
    "deposits_minor": "deposits",
    "rounding_minor": "rounding",
}


def as_tables(row: Any, figures: Mapping[str, Any]) -> str:
    """`row`: of the store whose money it is. The movements stand beside it, with their reasons."""
    return tables(
        ("Methods", ["method", "expected", "counted", "difference"], list(_methods(row, figures))),
        ("Goods with their tax", ["", "count", "amount"], list(_goods(row, figures))),
        ("Beside", ["", "amount"], [[said, amount_of(row, figures[name])] for name, said in SUMS.items()]),
        ("Taxes of sales less refunds", ["tax", "rate", "net", "tax on it"], list(_taxes(row, figures))),
        ("Invoices", ["first", "last", "numbers that follow"], [_invoices(figures)]),
        ("Numbers of the till's own count that never came", ["first", "last"], list(_gaps(figures))),
        ("Numbers that came more than once", ["number", "commands"], list(_repeated(figures))),
        ("Left to the next drawer", ["command", "state", "order"], list(_unsettled(figures))),
    )


def _methods(row: Any, figures: Mapping[str, Any]) -> Iterator[Row]:
    for one in figures["methods"]:
        minors = (one["expected_minor"], one["counted_minor"], one["difference_minor"])
        yield [one["method"], *("-" if minor is None else amount_of(row, minor) for minor in minors)]


def _goods(row: Any, figures: Mapping[str, Any]) -> Iterator[Row]:
    for name, said in {"sales": "sales", "refunds": "refunds", "cancelled": "of these cancelled"}.items():
        yield [said, figures[name]["count"], amount_of(row, figures[name]["total_minor"])]


def _taxes(row: Any, figures: Mapping[str, Any]) -> Iterator[Row]:
    for tax in figures["taxes"]:
        rate = written.percentage(tax["rate"], row.store.locale)
        yield [tax["name"], rate, amount_of(row, tax["net_minor"]), amount_of(row, tax["tax_minor"])]


def _invoices(figures: Mapping[str, Any]) -> Row:
    return [
        figures["first_invoice_number"] or "-",
        figures["last_invoice_number"] or "-",
        figures["invoices_pending"],
    ]


def _gaps(figures: Mapping[str, Any]) -> Iterator[Row]:
    return ([gap["first"], gap["last"]] for gap in figures["gaps"])


def _repeated(figures: Mapping[str, Any]) -> Iterator[Row]:
    return ([one["sequence"], ", ".join(one["command_ids"])] for one in figures["repeated"])


def _unsettled(figures: Mapping[str, Any]) -> Iterator[Row]:
    for one in figures["unsettled"]:
        yield [
            link("orders_command", one["command_id"], one["kind"]),
            one["state"],
            link("orders_order", one["order_id"]),
        ]
