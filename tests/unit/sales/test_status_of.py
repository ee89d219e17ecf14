"""A deposit that went back before the sale was money given back, and the sale says so."""

import pytest

from orders.commands.core.machine import Kind, PaymentStatus, PaymentTerms, Status
from tests.unit.build import apply, card, hold, level, line, shipment, world


@pytest.mark.parametrize(
    ("price", "deposit", "status"),
    [
        pytest.param(0, 100, PaymentStatus.REFUNDED, id="all of it"),
        pytest.param(500, 700, PaymentStatus.PARTIALLY_REFUNDED, id="some of it"),
        pytest.param(500, 300, PaymentStatus.PAID, id="none of it"),
    ],
)
def test_what_is_shipped_is_paid_after_the_rest_was_cancelled(price: int, deposit: int, status: PaymentStatus) -> None:
    cup, tea = line("CUP", 1, price=price), line("TEA", 1, price=450)
    both = world(level("CUP", 1, 1), level("TEA", 1, 1))
    held = (hold(cup, 1), hold(tea, 1))
    found = shipment(cup, tea, status=Status.PROCESSING, payment_terms=PaymentTerms.ON_ACCOUNT, holds=held)
    _, found = apply(found, Kind.PAY, both, tenders=[card(deposit)], partial=True)
    _, found = apply(found, Kind.FULFILL, both, lines=[{"line_id": str(cup.id), "quantity": 1}])
    _, found = apply(found, Kind.CANCEL, world(level("TEA", 1, 1)))
    _, after = apply(found, Kind.PAY, world(), tenders=[card(found.due_minor)] if found.due_minor else [])
    assert after.payment_status is status
