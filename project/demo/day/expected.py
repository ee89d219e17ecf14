"""What the input says the day comes to. Only the verdict looks at it; no figure of the report is taken from here."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from project.demo.day.amounts import amounts_of, kept_of
from project.demo.day.day import Day, Return, Sale, Step, UnmatchedReturn
from project.demo.day.stock import units_sold, units_written_off
from project.demo.day.taxes import Tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    orders: int
    lines: int
    commands: int
    revenue_minor: int
    gross_minor: int
    taxes: dict[str, int]
    units_sold: int
    units_returned: int
    unmatched_return_units: int
    units_written_off: int
    credit_lines_left_out: int


def expect(day: Day) -> Expected:
    steps = [step for slip in day.slips for step in slip.steps]
    lines = [line for step in steps if isinstance(step, Sale) for line in step.lines]
    tracked = {product.sku for product in day.products if product.tracks_stock}
    sold = {slip.invoice: amounts_of(step) for slip in day.slips for step in slip.steps if isinstance(step, Sale)}
    back: dict[str, Counter[str]] = defaultdict(Counter)
    for step in steps:
        if isinstance(step, Return):
            back[step.invoice][step.sku] += step.quantity
    kept = [one for invoice, lines_sold in sold.items() for one in kept_of(lines_sold, back[invoice])]
    return Expected(
        orders=sum(isinstance(step, Sale) for step in steps),
        lines=len(lines),
        commands=len(steps),
        revenue_minor=sum(line.gross for one in sold.values() for line in one),
        gross_minor=sum(gross for _, gross, _ in kept),
        taxes=by_rate((tax, minor) for tax, _, minor in kept),
        units_sold=tracked_units(units_sold(day), tracked),
        units_returned=units_of(steps, Return),
        unmatched_return_units=units_of(steps, UnmatchedReturn),
        units_written_off=tracked_units(units_written_off(day), tracked),
        credit_lines_left_out=sum(slip.lines_left_out for slip in day.slips),
    )


def by_rate(taxes: Iterable[tuple[Tax, int]]) -> dict[str, int]:
    """What is owed of each rate, in percent."""
    sums: Counter[str] = Counter()
    for tax, minor in taxes:
        sums[str(tax.rate)] += minor
    return dict(sorted(sums.items(), key=lambda item: int(item[0])))


def tracked_units(units: Counter[str], tracked: set[str]) -> int:
    return sum(count for sku, count in units.items() if sku in tracked)


def units_of(steps: list[Step], kind: type[Return] | type[UnmatchedReturn]) -> int:
    return sum(step.quantity for step in steps if isinstance(step, kind))
