"""What the input says the day comes to. Only the verdict looks at it; no figure of the report is taken from here."""

from collections import Counter
from dataclasses import dataclass

from project.demo.day import Day, Return, Sale, Step, UnmatchedReturn
from project.demo.stock import units_sold, units_written_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    orders: int
    lines: int
    commands: int
    revenue_minor: int
    units_sold: int
    units_returned: int
    unmatched_return_units: int
    units_written_off: int
    credit_lines_left_out: int


def expect(day: Day) -> Expected:
    steps = [step for slip in day.slips for step in slip.steps]
    lines = [line for step in steps if isinstance(step, Sale) for line in step.lines]
    tracked = {product.sku for product in day.products if product.tracks_stock}
    return Expected(
        orders=sum(isinstance(step, Sale) for step in steps),
        lines=len(lines),
        commands=len(steps),
        revenue_minor=sum(line.quantity * line.unit_price_minor for line in lines),
        units_sold=tracked_units(units_sold(day), tracked),
        units_returned=units_of(steps, Return),
        unmatched_return_units=units_of(steps, UnmatchedReturn),
        units_written_off=tracked_units(units_written_off(day), tracked),
        credit_lines_left_out=sum(slip.lines_left_out for slip in day.slips),
    )


def tracked_units(units: Counter[str], tracked: set[str]) -> int:
    return sum(count for sku, count in units.items() if sku in tracked)


def units_of(steps: list[Step], kind: type[Return] | type[UnmatchedReturn]) -> int:
    return sum(step.quantity for step in steps if isinstance(step, kind))
