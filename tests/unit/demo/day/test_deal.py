"""Who sells what."""

from datetime import UTC, datetime, timedelta

from project.demo.day.day import Day, Line, Return, Sale, Slip, Step, WriteOff, read_day
from project.demo.day.deal import deal, order_id
from project.demo.day.files import BUNDLED, read_lines

NINE = datetime(2011, 12, 5, 9, tzinfo=UTC)
SALE = Sale(lines=(Line(sku="22752", quantity=1, unit_price_minor=1),))
WET = WriteOff(sku="22752", quantity=1, reason="wet")


def slip(invoice: str, *steps: Step, minute: int = 0, left_out: int = 0) -> Slip:
    return Slip(invoice=invoice, at=NINE + timedelta(minutes=minute), steps=steps, lines_left_out=left_out)


def day(*slips: Slip) -> Day:
    return Day(slips=slips, products=())


def keys(day: Day, tills: int) -> list[list[str]]:
    return [[errand.key for errand in hand.errands] for hand in deal(day, tills=tills)]


def test_slips_go_round_robin_in_file_order_and_each_till_works_by_the_clock() -> None:
    late, soon = slip("1", SALE, minute=5), slip("3", SALE, minute=1)
    dealt = day(late, slip("2", SALE, WET), soon, slip("4", SALE), slip("5", SALE, minute=1))
    assert keys(dealt, 2) == [["3/1", "5/1", "1/1"], ["2/1", "2/2", "4/1"]]


def test_every_tenth_command_of_the_day_is_sent_twice() -> None:
    slips = [slip(str(n), SALE, WET) for n in range(1, 16)]
    twice = {errand.key for hand in deal(day(*slips), tills=4) for errand in hand.errands if errand.is_sent_twice}
    assert twice == {"5/2", "10/2", "15/2"}


def test_what_a_till_leaves_out_is_counted_with_it() -> None:
    dealt = deal(day(slip("C1", left_out=2), slip("2", SALE), slip("C3", left_out=1)), tills=2)
    assert [hand.lines_left_out for hand in dealt] == [3, 0]


def test_more_tills_than_slips_leave_some_idle() -> None:
    assert keys(day(slip("1", SALE)), 3) == [["1/1"], [], []]


def test_the_bundled_day_is_dealt_whole_and_no_return_precedes_its_sale_in_the_common_order() -> None:
    bundled = read_day(read_lines(BUNDLED))
    hands = deal(bundled, tills=5)
    errands = [errand for hand in hands for errand in hand.errands]
    assert sorted(errand.number for errand in errands) == list(range(1, 159))
    assert len({errand.key for errand in errands}) == 158
    assert sum(errand.is_sent_twice for errand in errands) == 15
    place = {slip.invoice: (slip.at, at) for at, slip in enumerate(bundled.slips)}
    for errand in errands:
        if isinstance(errand.step, Return):
            assert place[errand.step.invoice] < place[errand.slip.invoice]


def test_an_order_id_is_the_invoice_s_own() -> None:
    assert order_id("580538") == order_id("580538") != order_id("580539")
