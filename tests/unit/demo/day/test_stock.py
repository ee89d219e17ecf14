"""What lies on the shelves before the day."""

from datetime import UTC, datetime

from project.demo.day.day import Day, Line, Product, Sale, Slip, Step, UnmatchedReturn, WriteOff, read_day
from project.demo.day.files import BUNDLED, read_lines
from project.demo.day.stock import opening_stock
from tests.unit.demo.bundled_day import BUNDLED_DAY


def day_of(*steps: Step) -> Day:
    skus = sorted({line.sku for step in steps if isinstance(step, Sale) for line in step.lines} | {"9"})
    products = (Product(sku=sku, name=sku, price_minor=1, tracks_stock=sku != "POST") for sku in skus)
    slip = Slip(invoice="1", at=datetime(2011, 12, 5, tzinfo=UTC), steps=steps)
    return Day(slips=(slip,), products=tuple(products))


def sale(**units: int) -> Sale:
    lines = (Line(sku=sku.removeprefix("_"), quantity=count, unit_price_minor=1) for sku, count in units.items())
    return Sale(lines=tuple(lines))


def test_all_that_is_sold_and_written_off_is_received_before() -> None:
    steps = (sale(_1=2, _2=1, POST=1), sale(_1=3), WriteOff(sku="1", quantity=4, reason="wet"))
    assert opening_stock(day_of(*steps, UnmatchedReturn(sku="9", quantity=1)), scarce=False) == {"1": 9, "2": 1}


def test_scarce_halves_what_the_ten_most_sold_need_rounded_down() -> None:
    units = {f"_{n:02}": 20 + n for n in range(11)} | {"POST": 999}
    steps = (sale(**units), WriteOff(sku="10", quantity=1, reason="wet"), WriteOff(sku="00", quantity=3, reason="wet"))
    stock = opening_stock(day_of(*steps), scarce=True)
    assert stock["00"] == 23
    assert stock["01"] == 10
    assert stock["02"] == 11
    assert stock["10"] == 15
    assert sum(stock.values()) == 23 + sum((20 + n) // 2 for n in range(1, 10)) + 15


def test_the_bundled_day_opens_with_all_its_units() -> None:
    day = read_day(read_lines(BUNDLED))
    full, scarce = opening_stock(day, scarce=False), opening_stock(day, scarce=True)
    assert sum(full.values()) == BUNDLED_DAY.units_sold + BUNDLED_DAY.units_written_off
    assert {sku: full[sku] for sku in full if full[sku] != scarce[sku]} == {
        "22560": 839,
        "23309": 565,
        "22616": 507,
        "23177": 505,
        "22086": 493,
        "22197": 410,
        "23193": 391,
        "23307": 390,
        "22178": 377,
        "23084": 366,
    }
