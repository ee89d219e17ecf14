"""The status machine, walked: every status, every kind, every fulfilment, paid or not, on either payment terms."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orders.commands.core.machine import ORDER_KINDS, Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.tenders import Method
from tests.unit.build import NOW, command, decide, hold, level, line, order, world

REFUSALS = {
    "gone": Code.ORDER_CANCELLED,
    "paid!": Code.ORDER_ALREADY_PAID,
    "late": Code.ORDER_NOT_DRAFT,
    "-": Code.TRANSITION_NOT_ALLOWED,
    "owes": Code.ORDER_NOT_PAID,
    "none": Code.HOLD_NOT_FOUND,
}

# A cell is the status after the command, = where it stays, or a refusal. Two in a cell: prepaid / on account.
IMMEDIATE_UNPAID = """
                   pay         reserve     release  fulfill       deliver  cancel     return  extend  allocate
draft              paid        processing  -        -             -        cancelled  -       -       -
processing         paid        late        draft    -             -        cancelled  -       =       =
partially_shipped  -           late        -        -             -        shipped    =       -       =
shipped            -           late        -        -             -        -          =       -       -
delivered          -           late        -        -             -        -          =       -       -
paid               -           late        -        -             -        cancelled  =       -       -
cancelled          gone        gone        gone     gone          gone     gone       gone    gone    gone
returned           -           late        -        -             -        -          -       -       -
"""
IMMEDIATE_PAID = """
                   pay         reserve  release  fulfill       deliver  cancel     return  extend  allocate
draft              paid!       paid!    paid!    -             -        cancelled  -       paid!   -
processing         paid!       paid!    paid!    -             -        cancelled  -       paid!   =
partially_shipped  paid!       paid!    paid!    -             -        shipped    =       paid!   =
shipped            paid!       paid!    paid!    -             -        -          =       paid!   -
delivered          paid!       paid!    paid!    -             -        -          =       paid!   -
paid               paid!       paid!    paid!    -             -        cancelled  =       paid!   -
cancelled          gone        gone     gone     gone          gone     gone       gone    gone    gone
returned           paid!       paid!    paid!    -             -        -          -       paid!   -
"""
SHIPMENT_UNPAID = """
                   pay         reserve     release  fulfill       deliver    cancel     return  extend  allocate
draft              processing  processing  -        -             -          cancelled  -       -       -
processing         =           late        draft    owes/shipped  -          cancelled  -       =       =
partially_shipped  =           late        -        owes/shipped  -          shipped    =       -       =
shipped            =           late        -        -             delivered  -          =       -       -
delivered          =           late        -        -             -          -          =       -       -
paid               -           late        -        -             -          cancelled  =       -       -
cancelled          gone        gone        gone     gone          gone       gone       gone    gone    gone
returned           -           late        -        -             -          -          -       -       -
"""
SHIPMENT_PAID = """
                   pay         reserve  release  fulfill       deliver    cancel     return  extend  allocate
draft              paid!       paid!    paid!    -             -          cancelled  -       paid!   -
processing         paid!       paid!    paid!    shipped       -          cancelled  -       paid!   =
partially_shipped  paid!       paid!    paid!    shipped       -          shipped    =       paid!   =
shipped            paid!       paid!    paid!    -             delivered  -          =       paid!   -
delivered          paid!       paid!    paid!    -             -          -          =       paid!   -
paid               paid!       paid!    paid!    -             -          cancelled  =       paid!   -
cancelled          gone        gone     gone     gone          gone       gone       gone    gone    gone
returned           paid!       paid!    paid!    -             -          -          -       paid!   -
"""
IMMEDIATE_DEPOSIT = """
                   pay         reserve     release  fulfill       deliver  cancel     return  extend  allocate
processing         paid        late        -        -             -        cancelled  -       none    =
"""
SHIPMENT_DEPOSIT = """
                   pay         reserve     release  fulfill       deliver    cancel     return  extend  allocate
processing         =           late        -        owes/shipped  -          cancelled  -       none    =
partially_shipped  =           late        -        owes/shipped  -          shipped    =       -       =
shipped            =           late        -        -             delivered  -          =       -       -
delivered          =           late        -        -             -          -          =       -       -
"""
ALIKE = {"allocate": ["allocate", "backorder"]}
"""What goes to an order that waits for it, and what gives way to a count."""
GRIDS = {
    (Fulfilment.IMMEDIATE, PaymentStatus.UNPAID): IMMEDIATE_UNPAID,
    (Fulfilment.IMMEDIATE, PaymentStatus.PARTIALLY_PAID): IMMEDIATE_DEPOSIT,
    (Fulfilment.IMMEDIATE, PaymentStatus.PAID): IMMEDIATE_PAID,
    (Fulfilment.SHIPMENT, PaymentStatus.UNPAID): SHIPMENT_UNPAID,
    (Fulfilment.SHIPMENT, PaymentStatus.PARTIALLY_PAID): SHIPMENT_DEPOSIT,
    (Fulfilment.SHIPMENT, PaymentStatus.PAID): SHIPMENT_PAID,
}

# Of four teas, how many were handed over and how many came back.
HANDED_OVER = {
    Status.PARTIALLY_SHIPPED: (3, 0),
    Status.SHIPPED: (4, 0),
    Status.DELIVERED: (4, 0),
    Status.PAID: (4, 0),
    Status.RETURNED: (4, 4),
}


def order_that_is(status: Status, *, fulfilment: Fulfilment, payment: PaymentStatus, terms: PaymentTerms) -> Order:
    """What was not handed over yet is held for a while, once the order is no draft."""
    shipped, returned = HANDED_OVER.get(status, (0, 0))
    tea = line("TEA", 4, shipped=shipped, returned=returned)
    lapses_at = NOW + timedelta(minutes=5) if payment is PaymentStatus.UNPAID else None
    held = hold(tea, tea.remaining, expires_at=lapses_at) if tea.remaining else None
    if payment is PaymentStatus.PARTIALLY_PAID:
        payments: dict[str, Any] = {"money": {Method.CASH: 200}, "payment_status": payment, "paid_at": None}
    else:
        payments = {"money": {Method.CASH: 1800} if payment is PaymentStatus.PAID else None}
    return order(
        tea,
        status=status,
        fulfilment=fulfilment,
        payment_terms=terms,
        holds=(held,) if held and status in (Status.PROCESSING, Status.PARTIALLY_SHIPPED) else (),
        **payments,
    )


def waiting(found: Order) -> Order:
    """The same, and stock lacks one tea."""
    tea = replace(found.lines[0], quantity=5, backordered=1)
    return replace(found, lines=(tea,), total_minor=2250, backordered_at=NOW)


def payload_of(kind: Kind) -> dict[str, Any]:
    match kind:
        case Kind.PAY:
            return {"tenders": [{"method": "cash", "amount_minor": 1800}]}
        case Kind.RETURN:
            return {"lines": [{"line_id": None, "sku": "TEA", "quantity": 1, "condition": "sellable"}]}
        case Kind.EXTEND:
            return {"expires_in_s": 600}
        case Kind.BACKORDER:
            return {"items": []}
        case _:
            return {}


def cells() -> list[Any]:
    cases = []
    for (fulfilment, payment), grid in GRIDS.items():
        header, *rows = grid.strip("\n").splitlines()
        for row in rows:
            status, *answers = row.split()
            for kind, cell in zip(header.split(), answers, strict=True):
                for terms, answer in zip(PaymentTerms, (cell.split("/") * 2)[:2], strict=True):
                    for each in ALIKE.get(kind, [kind]):
                        name = f"{each} of {fulfilment} {status} {payment} {terms}"
                        given = (fulfilment, payment, terms, Status(status), Kind(each), answer)
                        cases.append(pytest.param(*given, id=name))
    return cases


@pytest.mark.parametrize(("fulfilment", "payment", "terms", "status", "kind", "answer"), cells())
def test_every_status_answers_every_command_as_the_table_says(
    fulfilment: Fulfilment, payment: PaymentStatus, terms: PaymentTerms, status: Status, kind: Kind, answer: str
) -> None:
    found = order_that_is(status, fulfilment=fulfilment, payment=payment, terms=terms)
    if kind is Kind.ALLOCATE:
        found = waiting(found)
    outcome = decide(found, command(kind, found, **payload_of(kind)), world(level("TEA", 20, 10)))
    if isinstance(outcome, Rejection):
        assert outcome.code == REFUSALS.get(answer, answer)
        assert outcome.detail.endswith(".")
    else:
        assert outcome.order
        assert outcome.order.status == (status if answer == "=" else answer)


def test_the_tables_leave_nothing_out() -> None:
    walked = {tuple(case.values[:5]) for case in cells()}
    with_a_deposit = 1 + 4
    rows = len(Fulfilment) * 2 * len(Status) + with_a_deposit
    assert len(walked) == rows * len(PaymentTerms) * len(ORDER_KINDS)
