"""GET /orders by what stands on a receipt: its invoice number, its number, a reference, the terminal."""

import pytest
from django.utils import timezone

from orders.models import InvoiceNumber, Order, Terminal
from tests.support.shop.guards import unguarded
from tests.support.shop.till import Till


def ids(till: Till, query: str) -> list[str]:
    found = till.get(f"/orders?{query}")
    assert found.status == 200, found
    return [order["id"] for order in found.body["items"]]


@pytest.fixture
def sold(pos: Till) -> Order:
    """Among others."""
    pos.sell()
    order_id = pos.sell()
    pos.sell()
    with unguarded():
        Order.objects.filter(id=order_id).update(reference="web-4711")
    number = InvoiceNumber.objects.first()
    assert number is not None
    InvoiceNumber.objects.filter(id=number.id).update(state="assigned", order=order_id, assigned_at=timezone.now())
    return Order.objects.get(id=order_id)


def test_by_its_invoice_number(pos: Till, sold: Order) -> None:
    number = InvoiceNumber.objects.get(order=sold).number
    assert ids(pos, f"invoice_number={number}") == [str(sold.id)]
    assert ids(pos, f"invoice_number={number[:-1]}") == []


def test_by_its_number(pos: Till, sold: Order) -> None:
    assert ids(pos, f"number={sold.number}") == [str(sold.id)]
    assert ids(pos, f"number={sold.number + 1_000}") == []


def test_by_a_reference(pos: Till, sold: Order) -> None:
    assert ids(pos, "reference=web-4711") == [str(sold.id)]
    assert ids(pos, "reference=web") == []


def test_by_its_terminal(pos: Till, supervisor: Till, sold: Order) -> None:
    by_another = str(supervisor.sell())
    terminal = Terminal.objects.get(name="the supervisor")
    assert ids(pos, f"terminal={terminal.id}") == [by_another]
    assert str(sold.id) in ids(pos, f"terminal={Terminal.objects.get(name='the pos').id}")
    assert ids(pos, f"terminal={Terminal.objects.get(name='the other').id}") == []


def test_an_archived_order_is_found_by_its_name_only(pos: Till, sold: Order) -> None:
    Order.objects.filter(id=sold.id).update(status="cancelled", archived_at=timezone.now())
    assert str(sold.id) not in ids(pos, "status=cancelled")
    assert ids(pos, f"number={sold.number}") == [str(sold.id)]
    assert ids(pos, f"number={sold.number}&archived=false") == []


def test_another_store_finds_nothing(elsewhere: Till, sold: Order) -> None:
    for query in (f"number={sold.number}", "reference=web-4711"):
        assert ids(elsewhere, query) == []


@pytest.mark.parametrize("query", ["number=x", "number=0", "terminal=till", "invoice_number=", "reference=a%00b"])
def test_what_can_be_no_name_is_refused(pos: Till, query: str) -> None:
    refused = pos.get(f"/orders?{query}")
    assert (refused.status, refused.code) == (422, "validation_failed")
