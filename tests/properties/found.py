"""An order in any state that commands may leave it in, drawn at once: also those that take many of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from orders.commands.core.machine import Fulfilment, PaymentStatus, Status
from orders.commands.core.order import Hold, Line, Order, Payment
from orders.commands.core.tenders import Method
from tests.properties.test_core import OPENED_AT, drafts

_HELD = (Status.PROCESSING, Status.PARTIALLY_SHIPPED)
_BY_FULFILMENT: dict[Fulfilment, list[Status]] = {
    Fulfilment.IMMEDIATE: [Status.DRAFT, Status.PROCESSING, Status.PAID, Status.CANCELLED, Status.RETURNED],
    Fulfilment.SHIPMENT: [status for status in Status if status is not Status.PAID],
}
_LAPSES: tuple[datetime | None, ...] = (None, OPENED_AT + timedelta(minutes=5))


@st.composite
def found_orders(draw: st.DrawFn) -> Order:
    """Their prices add up; what is held is at the first location."""
    draft = draw(drafts(1))
    status = draw(st.sampled_from(_BY_FULFILMENT[draft.fulfilment] if draft.lines else [Status.DRAFT]))
    lines = tuple(draw(_lines_in(line, status)) for line in draft.lines)
    gone = {"shipped": sum(line.shipped for line in lines), "remaining": sum(line.remaining for line in lines)}
    if status is Status.PARTIALLY_SHIPPED and not all(gone.values()):
        status = Status.SHIPPED if gone["shipped"] else Status.PROCESSING
    order = replace(
        draft,
        status=status,
        lines=lines,
        holds=_holds(lines, draw(st.sampled_from(_LAPSES))) if status in _HELD else (),
        hold_extended_at=draw(st.sampled_from(_LAPSES)),
        backordered_at=OPENED_AT if any(line.backordered for line in lines) else None,
    )
    return _with_money(order, paid=draw(_is_paid(order)), deposit=draw(st.booleans()))


@st.composite
def _lines_in(draw: st.DrawFn, line: Line, status: Status) -> Line:
    quantity, tracked = line.quantity, line.tracks_stock
    match status:
        case Status.DRAFT | Status.CANCELLED:
            return line
        case Status.PROCESSING:
            return replace(line, backordered=draw(st.integers(0, quantity)) if tracked else 0)
        case Status.PARTIALLY_SHIPPED:
            shipped = draw(st.integers(0, quantity))
            waits = draw(st.integers(0, quantity - shipped)) if tracked else 0
            return replace(line, shipped=shipped, returned=draw(st.integers(0, shipped)), backordered=waits)
        case Status.RETURNED | Status.PAID:
            return replace(line, shipped=quantity, returned=quantity if status is Status.RETURNED else 0)
        case _:
            shipped = draw(st.integers(0, quantity))
            return replace(line, shipped=shipped, cancelled=quantity - shipped, returned=draw(st.integers(0, shipped)))


def _holds(lines: tuple[Line, ...], expires_at: datetime | None) -> tuple[Hold, ...]:
    return tuple(
        Hold(
            id=UUID(int=10**4 + at),
            key=(line.product_id, 1),
            line_id=line.id,
            quantity=line.shippable,
            expires_at=expires_at,
        )
        for at, line in enumerate(lines)
        if line.tracks_stock and line.shippable
    )


def _is_paid(order: Order) -> st.SearchStrategy[bool]:
    if order.status in (Status.PAID, Status.RETURNED):
        return st.just(True)
    may_be = order.fulfilment is Fulfilment.SHIPMENT and order.status is not Status.DRAFT
    return st.booleans() if may_be else st.just(False)


def _with_money(order: Order, *, paid: bool, deposit: bool) -> Order:
    """`deposit`: half of it, of what is held and not paid."""
    taken = (
        order.total_minor if paid else order.total_minor // 2 if deposit and order.status is Status.PROCESSING else 0
    )
    given_back = order.total_minor - order.worth_minor if paid else 0
    payment = Payment(id=UUID(int=10**5), method=Method.CASH, taken_minor=taken, given_back_minor=given_back)
    return replace(
        order,
        paid_minor=taken,
        refunded_minor=given_back,
        paid_at=OPENED_AT if paid else None,
        payment_status=PaymentStatus.PAID if paid else PaymentStatus.UNPAID,
        payments=(payment,) if taken else (),
    )
