"""The conservation laws over the core's values: what must hold after every command, whatever came before."""

from collections.abc import Iterator

from inventory.core.levels import LevelKey
from orders.commands.core.machine import Fulfilment, PaymentStatus, PaymentTerms, Status, may_lead_to
from orders.commands.core.order import Order, Reference
from orders.commands.core.tenders import EntryKind, Method, PaymentKind
from tests.properties.model import COIN_MINOR, Model

HOLDING = {Status.PROCESSING, Status.PARTIALLY_SHIPPED}
PAYMENT_IF_PAID = {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED}
PAYMENT_IF_NOT = {PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID, PaymentStatus.REFUNDED}
UNPAID_IF_PREPAID = {Status.DRAFT, Status.PROCESSING, Status.CANCELLED}


def broken(model: Model, opening: dict[LevelKey, int]) -> list[str]:
    """Each law that does not hold, with what breaks it. `opening`: what was on hand in the beginning."""
    return [
        *levels_follow_the_ledger(model, opening),
        *history_is_a_path(model),
        *(fault for order in model.orders.values() for fault in faults_of(order, model)),
    ]


def levels_follow_the_ledger(model: Model, opening: dict[LevelKey, int]) -> Iterator[str]:
    ledger = {key: (on_hand, 0) for key, on_hand in opening.items()}
    for _, fact, *_ in model.stock_moved:
        on_hand, reserved = ledger.get(fact.key, (0, 0))
        ledger[fact.key] = (on_hand + fact.quantity_change, reserved + fact.reserved_change)
        if ledger[fact.key] != (fact.quantity_after, fact.reserved_after):
            yield f"{fact} does not go on from {on_hand}, {reserved}"
    held: dict[LevelKey, int] = {}
    owners: list[Order | Reference] = [*model.orders.values(), *model.references.values()]
    for owner in owners:
        for hold in owner.holds:
            held[hold.key] = held.get(hold.key, 0) + hold.quantity
    for key, level in model.levels.items():
        if not 0 <= level.reserved <= level.on_hand:
            yield f"{level} is oversold"
        if ledger[key] != (level.on_hand, level.reserved):
            yield f"{level} is not its ledger {ledger[key]}"
        if level.reserved != held.get(key, 0):
            yield f"{level}, but holds of {held.get(key, 0)}"


def history_is_a_path(model: Model) -> Iterator[str]:
    at = dict.fromkeys(model.orders, Status.DRAFT)
    for command, before, after, _ in model.history:
        assert command.order_id
        fulfilment = model.orders[command.order_id].fulfilment
        if before is not at[command.order_id]:
            yield f"{command.kind} found {before}, but the order was {at[command.order_id]}"
        if after not in may_lead_to(kind=command.kind, fulfilment=fulfilment, status=before):
            yield f"{command.kind} led from {before} to {after}"
        at[command.order_id] = after
    for id_, order in model.orders.items():
        if order.status is not at[id_]:
            yield f"history ends in {at[id_]}, the order is {order.status}"


def faults_of(order: Order, model: Model) -> Iterator[str]:
    yield from goods_add_up(order)
    yield from status_and_payment_agree(order)
    yield from money_adds_up(order, model)
    if order.is_paid != (order.invoice_pending or order.id in model.invoices):
        yield f"a paid order has one number or waits for one: {order}"
    if order.invoice_pending and order.id in model.invoices:
        yield f"waits for the number that it has: {order}"
    notes = [note for note in model.credit_notes.values() if note.order_id == order.id]
    if order.invoice_pending and any(note.number for note in notes):
        yield f"a credit note was numbered before its sale: {order}"
    if order.refunded_minor and order.is_paid and not order.deposits_minor and not notes:
        yield f"money went back without a credit note: {order}"


def goods_add_up(order: Order) -> Iterator[str]:
    held = {line.id: 0 for line in order.lines}
    for hold in order.holds:
        held[hold.line_id] += hold.quantity
    for line in order.lines:
        if not (0 <= line.returned <= line.shipped <= line.quantity - line.cancelled <= line.quantity):
            yield f"returned within handed over within ordered: {line}"
        if line.backordered < 0 or held[line.id] + line.backordered > line.remaining:
            yield f"{held[line.id]} held of {line}"
    waits = any(line.backordered for line in order.lines)
    if waits != (order.backordered_at is not None):
        yield f"waits since {order.backordered_at} for {order.lines}"
    if order.awaits_until and not (waits and order.payment_status is PaymentStatus.UNPAID):
        yield f"waits for nothing, or is paid, and lapses at {order.awaits_until}: {order}"
    if waits and {hold.expires_at for hold in order.holds} - {order.awaits_until}:
        yield f"waits until {order.awaits_until}, but holds {order.holds}"
    if (order.holds or waits) and order.status not in HOLDING:
        yield f"{order.status}, but holds {order.holds} and waits for {order.lines}"


def status_and_payment_agree(order: Order) -> Iterator[str]:
    immediate = order.fulfilment is Fulfilment.IMMEDIATE
    if order.payment_status not in (PAYMENT_IF_PAID if order.is_paid else PAYMENT_IF_NOT):
        yield f"paid at {order.paid_at}, {order.payment_status}"
    if (order.payment_status is PaymentStatus.PARTIALLY_PAID) != (order.deposits_minor > 0 and order.kept_minor > 0):
        yield f"{order.payment_status}, deposits {order.deposits_minor}"
    if order.deposits_minor and any(hold.expires_at for hold in order.holds):
        yield f"a deposit was paid, but holds lapse: {order.holds}"
    if order.status is Status.PAID and not (immediate and order.is_paid):
        yield f"only an immediate sale ends paid: {order}"
    if order.status is Status.DRAFT and order.is_paid:
        yield f"a draft that is paid: {order}"
    if not order.is_paid and order.payment_terms is PaymentTerms.PREPAID and order.status not in UNPAID_IF_PREPAID:
        yield f"goods left before they were paid: {order}"
    if order.status is Status.RETURNED and any(line.returned != line.quantity - line.cancelled for line in order.lines):
        yield f"returned, but not all of it: {order}"


def money_adds_up(order: Order, model: Model) -> Iterator[str]:
    kept = sum(line.worth_minor for line in order.lines)
    net = order.paid_minor - order.refunded_minor
    if order.is_paid and net - order.rounding_minor != kept:
        yield f"taken {order.paid_minor}, given back {order.refunded_minor}, by rounding {order.rounding_minor}: {kept}"
    if order.cash_taken_minor % COIN_MINOR or order.cash_given_back_minor % COIN_MINOR:
        yield f"cash that no coins make up: {order.payments}"
    if not kept and net and order.is_paid:
        yield f"all of it came back, and {net} did not go back: {order}"
    kept_by = [payment.kept_minor for payment in order.payments]
    if sum(kept_by) - order.cash_instead_minor != net or any(amount < 0 for amount in kept_by):
        yield f"by payment {order.payments}, in all {net}"
    if any((payment.method is Method.ONLINE) != bool(payment.authorization_id) for payment in order.payments):
        yield f"authorized and not online, or the other way round: {order.payments}"
    facts = [fact for command, fact in model.money_moved if command.order_id == order.id]
    taken = sum(fact.amount_minor for fact in facts if fact.kind is PaymentKind.TENDER)
    given_back = sum(fact.amount_minor for fact in facts if fact.kind is PaymentKind.REFUND)
    if (taken, given_back) != (order.paid_minor, order.refunded_minor):
        yield f"payments {taken} and {given_back}, order {order.paid_minor} and {order.refunded_minor}"
    if order.payment_status is PaymentStatus.REFUNDED and net > 0:
        yield f"refunded, but {net} is left"
    entries = [fact for command, fact in model.entries if command.order_id == order.id]
    revenue, deposits, rounding = (
        sum(amount for fact in entries for account, amount, *_ in fact.postings if account == named)
        for named in ("revenue", "deposits", "rounding")
    )
    if revenue + deposits + rounding != given_back - taken or -deposits != order.deposits_minor:
        yield f"revenue {revenue}, deposits {deposits}, rounding {rounding}, payments {taken} and {given_back}"
    if -rounding != order.rounding_minor:
        yield f"rounding {order.rounding_minor}, booked {rounding}"
    sales = sum(fact.kind is EntryKind.SALE for fact in entries)
    # A sale that moved no money says nothing.
    if sales > order.is_paid or (order.is_paid and order.kept_minor and not sales):
        yield f"one sale entry if it is paid, none otherwise: {entries}"
