"""Paying: the money is taken, the totals freeze, an invoice number is due, and the goods are handed over or held.

It is refused, in this order, where the order's state does not allow it, where the tenders do not match what is due,
where a payment provider declined, and where goods are lacking. Refused, nothing is changed, and the till may pay again
with another key. Less than what is due is a deposit, if the till says `partial`: then no goods move and no number is
due. Whether a provider has to be asked first is decided elsewhere (orders.payments.core.authorization): here it is
taken for granted until one has declined, or cannot be asked for the amount.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from inventory.core.levels import Tally
from inventory.core.movements import MovementKind
from orders.commands.core.authorization import Authorization
from orders.commands.core.machine import Fulfilment, Kind, Status
from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Pay
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.results import Sold
from orders.commands.core.rule import Applied, World
from orders.commands.core.tenders import EntryKind
from orders.payments.core.authorization import ids_of, refuse_declined, refuse_what_cannot_be_asked
from orders.payments.core.money import entries, match_tenders, revenue_of, status_of, taken
from orders.sales.core.deposit import deposit, refuse_deposit
from orders.sales.core.goods import Goods, backordered, backordered_since, hold_lines, ship
from orders.sales.core.record import SHORTFALL, told


def pay(order: Order, command: Command, payload: Pay, world: World) -> Applied | Rejection:
    """The order paid, or a deposit taken, or why not. As if every online tender were authorized that can be asked for
    and that nobody has declined."""
    if refusal := refuse_by_state(order, Kind.PAY) or (refuse_deposit(order) if payload.partial else None):
        return refusal
    authorizations = world.authorizations.get(command.id, ())
    settled = match_tenders(
        order,
        payload,
        coin_minor=world.coin_minor,
        authorization_ids=ids_of(payload.tenders, authorizations),
        new_id=world.new_id,
    )
    if isinstance(settled, Rejection):
        return settled
    if declined := _declined(order, payload, authorizations, world):
        return declined
    if settled.left_minor:
        return deposit(order, settled, day=world.day_of_sale(order))
    tally = world.tally()
    goods = _goods(order, payload, tally, world)
    if isinstance(goods, Rejection):
        return _blame_expiry(goods, order.hold_expired_at)
    paid = replace(
        taken(order, settled),
        status=_status_after(order),
        paid_at=world.now,
        business_day=world.day_of_sale(order),
        lines=goods.lines,
        holds=goods.holds,
        backordered_at=backordered_since(order, goods.lines, now=world.now),
        awaits_until=None,
    )
    return Applied(
        order=replace(paid, payment_status=status_of(paid)),
        levels=tally.levels,
        stock_moved=tally.moved(),
        money_moved=settled.money_moved,
        entries=entries(
            EntryKind.SALE,
            settled.money_moved,
            revenue=revenue_of(order),
            deposits_minor=order.deposits_minor,
            rounding_minor=settled.rounding_minor,
        ),
        day=paid.business_day,
        shortfalls=goods.shortfalls,
        reasons={MovementKind.ADJUST: SHORTFALL},
        takes_number=True,
        result=Sold(
            change_minor=settled.change_minor,
            rounding_minor=settled.rounding_minor,
            skipped=goods.skipped,
            backordered=backordered(goods.lines),
            shortfalls=told(goods.shortfalls, world) if goods.shortfalls else [],
        ),
    )


def _declined(order: Order, payload: Pay, authorizations: Sequence[Authorization], world: World) -> Rejection | None:
    """What was asked for could be."""
    if authorizations:
        return refuse_declined(authorizations, order.currency)
    return refuse_what_cannot_be_asked(payload, order.currency, world.why_not)


def _goods(order: Order, payload: Pay, tally: Tally, world: World) -> Goods | Rejection:
    skip_missing, shortage = payload.skip_missing, payload.shortage
    if order.fulfilment is Fulfilment.IMMEDIATE:
        quantities = {line.id: line.remaining for line in order.lines}
        return ship(order, tally, world, quantities=quantities, skip_missing=skip_missing, shortage=shortage)
    if order.status is Status.DRAFT:
        return hold_lines(order, tally, world, skip_missing=skip_missing, shortage=shortage, expires_at=None)
    # A paid order's holds no longer lapse.
    return Goods(lines=order.lines, holds=tuple(replace(hold, expires_at=None) for hold in order.holds), skipped=[])


def _status_after(order: Order) -> Status:
    if order.fulfilment is Fulfilment.IMMEDIATE:
        return Status.PAID
    return Status.PROCESSING if order.status is Status.DRAFT else order.status


def _blame_expiry(rejection: Rejection, hold_expired_at: datetime | None) -> Rejection:
    """Goods that the order once held and lost by expiry are missing for that reason."""
    if hold_expired_at is None:
        return rejection
    detail = f"The hold expired at {hold_expired_at.isoformat(timespec='seconds')}. {rejection.detail}"
    return Rejection(code=Code.HOLD_EXPIRED, detail=detail, lines=rejection.lines)
