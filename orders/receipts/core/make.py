"""Which receipt an order has, or one of its commands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from orders.commands.core.machine import Kind
from orders.receipts.core.goods import Gone, gone_after, lines_between, taxes_of
from orders.receipts.core.receipt import Receipt, ReceiptKind, ReceiptLine
from orders.receipts.core.sold import Act, Moved, SoldOrder


@dataclass(frozen=True, slots=True)
class _Step:
    """An act with what had gone before it and after it, and the money until then."""

    act: Act
    before: Gone
    after: Gone
    is_of_paid: bool
    """Whether the order was paid before it."""
    pays: bool
    """Whether it paid what was left."""


def receipt_of(order: SoldOrder) -> Receipt:
    """Of its sale; before that, of what it would be."""
    steps = list(_steps(order))
    for step in steps:
        if step.pays:
            return _of_sale(order, step)
    return _pro_forma(order, steps[-1].after if steps else _nothing(order))


def receipt_of_command(order: SoldOrder, command_id: UUID) -> Receipt | None:
    """None where the command took no effect, or one that no paper tells of."""
    for step in _steps(order):
        if step.act.command_id == command_id:
            return _of(order, step)
    return None


def _of(order: SoldOrder, step: _Step) -> Receipt | None:
    if step.pays:
        return _of_sale(order, step)
    if step.act.kind is Kind.PAY:
        return _of_deposit(order, step)
    if step.is_of_paid:
        return _of_return(order, step)
    return _of_deposit_back(order, step) if _by(order, step.act) else None


def _steps(order: SoldOrder) -> Iterator[_Step]:
    gone, is_paid = _nothing(order), False
    last_pay = max((i for i, act in enumerate(order.acts) if act.kind is Kind.PAY), default=None)
    for i, act in enumerate(order.acts):
        after, pays = gone_after(act, gone, order.lines), order.paid_at is not None and i == last_pay
        yield _Step(act, gone, after, is_paid, pays)
        gone, is_paid = after, is_paid or pays


def _nothing(order: SoldOrder) -> Gone:
    return {line.id: 0 for line in order.lines}


def _all(order: SoldOrder) -> Gone:
    return {line.id: line.quantity for line in order.lines}


def _of_sale(order: SoldOrder, step: _Step) -> Receipt:
    assert order.paid_at is not None
    lines, payments = lines_between(order, step.before, _all(order)), _until(order, step.act)
    receipt = _receipt(order, ReceiptKind.RECEIPT, lines, payments, at=order.sold_at or order.paid_at)
    return replace(
        _invoiced(order, receipt),
        business_day=order.business_day,
        rounding_minor=_kept(payments) - receipt.total_minor,
    )


def _pro_forma(order: SoldOrder, gone: Gone) -> Receipt:
    lines, at = lines_between(order, gone, _all(order)), order.sold_at or order.created_at
    receipt = _receipt(order, ReceiptKind.PRO_FORMA, lines, order.moved, at=at)
    rounding = sum(act.rounding_minor for act in order.acts)
    due = receipt.total_minor + rounding - _kept(order.moved)
    return replace(receipt, rounding_minor=rounding, due_minor=max(0, due))


def _of_deposit(order: SoldOrder, step: _Step) -> Receipt:
    lines, payments = lines_between(order, step.before, _all(order)), _by(order, step.act)
    return replace(
        _receipt(order, ReceiptKind.RECEIPT, lines, payments, at=step.act.at),
        is_part=True,
        business_day=step.act.day,
        paid_before_minor=_kept(_until(order, step.act)) - _kept(payments),
        due_minor=step.act.due_minor,
    )


def _of_return(order: SoldOrder, step: _Step) -> Receipt:
    act, lines = step.act, lines_between(order, step.before, step.after)
    receipt = _receipt(order, ReceiptKind.CREDIT_NOTE, lines, _by(order, act), at=act.at)
    return replace(
        _invoiced(order, receipt),
        business_day=act.day,
        rounding_minor=act.rounding_minor,
        credit_note_number=act.credit_note_number,
        credit_note_pending=act.credit_note_pending,
    )


def _of_deposit_back(order: SoldOrder, step: _Step) -> Receipt:
    """Nothing was invoiced, so that no goods are credited."""
    payments = _by(order, step.act)
    receipt = _receipt(order, ReceiptKind.CREDIT_NOTE, [], payments, at=step.act.at)
    rounding = step.act.rounding_minor
    given_back = rounding - _kept(payments)
    return replace(receipt, is_part=True, business_day=step.act.day, total_minor=given_back, rounding_minor=rounding)


def _receipt(
    order: SoldOrder, kind: ReceiptKind, lines: Sequence[ReceiptLine], payments: Sequence[Moved], *, at: datetime
) -> Receipt:
    return Receipt(
        store=order.store,
        kind=kind,
        number=order.number,
        at=at,
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        tax_exempt=order.tax_exempt,
        lines=lines,
        taxes=taxes_of(order, lines),
        exempted_minor=_exempted(order, lines),
        total_minor=sum(line.total_minor for line in lines),
        payments=payments,
        footer=order.footer,
        customer=order.customer,
    )


def _invoiced(order: SoldOrder, receipt: Receipt) -> Receipt:
    return replace(receipt, invoice_number=order.invoice_number, invoice_pending=order.invoice_pending)


def _exempted(order: SoldOrder, lines: Sequence[ReceiptLine]) -> int:
    if not order.prices_include_tax:
        return 0
    return sum(line.amount_minor - line.discount_minor - line.total_minor for line in lines)


def _until(order: SoldOrder, act: Act) -> list[Moved]:
    """What moved until that act, and with it."""
    ids = {one.command_id for one in order.acts[: order.acts.index(act) + 1]}
    return [moved for moved in order.moved if moved.command_id in ids]


def _by(order: SoldOrder, act: Act) -> list[Moved]:
    return [moved for moved in order.moved if moved.command_id == act.command_id]


def _kept(moved: Sequence[Moved]) -> int:
    return sum(one.signed_minor for one in moved)
