"""What the receipts of one order say adds up: those of its returns to that of its sale."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from orders.commands.core.machine import Kind
from orders.receipts.core.make import receipt_of, receipt_of_command
from orders.receipts.core.receipt import Receipt, ReceiptKind
from orders.receipts.core.sold import Act, SoldLine, SoldOrder, StoreShown

AT = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
STORE = StoreShown(name="Shop", address="", tax_id="", currency="GBP", locale="en", time_zone="UTC")
LINE = UUID(int=1)


def act(number: int, kind: Kind, *, back: int = 0) -> Act:
    return Act(
        command_id=UUID(int=number),
        kind=kind,
        at=AT,
        day=date(2026, 11, 21),
        ends=False,
        returned={LINE: back},
        due_minor=0,
        rounding_minor=0,
        credit_note_number=None,
        credit_note_pending=False,
    )


def sold(*, quantity: int, amount: int, net: int, tax: int, inclusive: bool = True, exempt: bool = False) -> SoldOrder:
    """Paid, and brought back one by one."""
    discount = amount - net - (tax if inclusive else 0)
    line = SoldLine(
        id=LINE,
        sku="TEA",
        name="Tea",
        quantity=quantity,
        unit="piece",
        quantity_decimals=0,
        unit_price_minor=amount // quantity,
        amount_minor=amount,
        discount_minor=0 if exempt else discount,
        tax_code="std",
        tax_rate="0" if exempt else "20",
        net_minor=net,
        tax_minor=tax,
        cancelled=0,
    )
    return SoldOrder(
        store=STORE,
        number=1,
        currency="GBP",
        prices_include_tax=inclusive,
        tax_exempt=exempt,
        taxes={},
        invoice_number="INV-1",
        invoice_pending=False,
        created_at=AT,
        sold_at=None,
        paid_at=AT,
        business_day=AT.date(),
        customer=None,
        footer="",
        lines=[line],
        acts=[act(0, Kind.PAY), *(act(n + 1, Kind.RETURN, back=1) for n in range(quantity))],
        moved=[],
    )


def notes(order: SoldOrder) -> list[Receipt]:
    found = [receipt_of_command(order, one.command_id) for one in order.acts[1:]]
    return [note for note in found if note]


@pytest.mark.parametrize(
    "order",
    [
        sold(quantity=3, amount=1002, net=833, tax=167),
        sold(quantity=4, amount=2, net=1, tax=0),
        sold(quantity=7, amount=10, net=3, tax=1),
        sold(quantity=3, amount=1000, net=999, tax=89, inclusive=False),
        sold(quantity=3, amount=1002, net=835, tax=0, exempt=True),
        sold(quantity=1, amount=0, net=0, tax=0),
    ],
)
def test_the_credit_notes_of_all_units_come_to_the_sale(order: SoldOrder) -> None:
    sale, credited = receipt_of(order), notes(order)
    assert len(credited) == sale.lines[0].quantity
    assert {note.kind for note in credited} == {ReceiptKind.CREDIT_NOTE}
    assert sum(note.total_minor for note in credited) == sale.total_minor
    assert sum(note.tax_minor for note in credited) == sale.tax_minor
    assert sum(note.exempted_minor for note in credited) == sale.exempted_minor


@pytest.mark.parametrize(
    "order", [sold(quantity=4, amount=2, net=1, tax=0), sold(quantity=3, amount=1002, net=835, tax=0, exempt=True)]
)
def test_each_adds_up_by_itself_and_gives_no_discount_below_nothing(order: SoldOrder) -> None:
    for one in (receipt_of(order), *notes(order)):
        assert one.discount_minor >= 0
        assert one.subtotal_minor - one.discount_minor - one.exempted_minor == one.total_minor
