"""One order as the core says it goes on: what a command may make of it, and whether it reads as it was read.

The rules are the shop's own (orders.journal.core.fold), carried out one at a time. What one order does not know is
open: whether there was enough stock. So each command is decided twice, where there is plenty and where there is nothing
but what the order holds; either is right. When a hold lapses is open too, but for its not being too early.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from benchmarks.chaos.history.exchange import Json
from inventory.core.levels import Level, LevelKey, Location
from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.holds import expiry, lapses_at
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Command, Line, Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Pay
from orders.commands.core.roles import Role
from orders.commands.core.rule import Applied
from orders.commands.core.tenders import Method
from orders.journal.core.batch import Batch
from orders.journal.core.fold import fold
from orders.journal.db.payloads import payload_of
from orders.journal.db.told import result_of

STORE_ID = 1
LOCATIONS = (Location(id=1, code="shop", priority=0), Location(id=2, code="stockroom", priority=1))
PLENTY = 10**9
THEN = datetime(2000, 1, 1, tzinfo=UTC)
MUCH_LATER = datetime(2001, 1, 1, tzinfo=UTC)
COMPARED = ("order_status", "payment_status", "change_minor", "due_minor", "refunded_minor", "rounding_minor", "lines")
"""Of a result: what does not depend on numbers, ids and instants."""
OF_ORDER = ("status", "payment_status", "paid_minor", "refunded_minor", "due_minor", "rounding_minor")
OF_LINE = ("shipped_quantity", "returned_quantity", "cancelled_quantity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """`seen`: the command as it was when it was settled; None where nobody knows."""

    id: UUID
    kind: str
    who: str
    role: str
    body: Json
    seen: Json | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody read the order."""

    view: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """The system releases what has lapsed."""


def draft_of(view: Json, *, maker: str | None) -> Order:
    """As it was made: what of it never changes is as it was read."""
    skus = sorted({line["sku"] for line in view["lines"]})
    lines = tuple(
        Line(
            id=UUID(line["id"]),
            product_id=skus.index(line["sku"]) + 1,
            sku=line["sku"],
            tracks_stock=line["tracks_stock"],
            quantity=line["quantity"],
            total_minor=line["line_total_minor"],
            shipped=0,
            returned=0,
        )
        for line in view["lines"]
    )
    return Order(
        id=UUID(view["id"]),
        store_id=STORE_ID,
        terminal_id=_number_of(maker),
        status=Status.DRAFT,
        payment_status=PaymentStatus.UNPAID,
        fulfilment=Fulfilment(view["fulfilment"]),
        payment_terms=PaymentTerms(view["payment_terms"]),
        currency=view["currency"],
        total_minor=view["total_minor"],
        paid_minor=0,
        refunded_minor=0,
        invoice_pending=False,
        hold_expired_at=None,
        paid_at=None,
        lines=lines,
        holds=(),
    )


def step(order: Order, what: Ask | Look | Lapse) -> Iterator[Order]:
    """The orders that there may be after it; none where it cannot have happened to this one."""
    match what:
        case Look():
            if reads_as(order, what.view):
                yield order
        case Lapse():
            if order.status is Status.PROCESSING and lapses_at(order) is not None:
                ids = ids_of(order.id, 1 + len(order.holds))
                outcome = decided(order, expiry(order, new_id=lambda: next(ids)), is_plenty=True, now=MUCH_LATER)
                if isinstance(outcome, Applied) and outcome.order:
                    yield outcome.order
        case Ask():
            after = [_after(order, what, is_plenty=is_plenty) for is_plenty in (True, False)]
            yield from dict.fromkeys(one for one in after if one)


def _after(order: Order, ask: Ask, *, is_plenty: bool) -> Order | None:
    if ask.seen and ask.seen["state"] == "dismissed":
        return order
    command = command_of(order, ask)
    outcome = decided(order, command, is_plenty=is_plenty, is_declined=_code_of(ask) == Code.PAYMENT_DECLINED)
    if ask.seen and not agrees(outcome, ask.seen):
        return None
    return outcome.order if isinstance(outcome, Applied) else order


def _code_of(ask: Ask) -> str | None:
    code: str | None = ask.seen["outcome"]["code"] if ask.seen else None
    return code


def command_of(order: Order, ask: Ask) -> Command:
    kind = Kind(ask.kind)
    return Command(
        id=ask.id,
        kind=kind,
        store_id=STORE_ID,
        order_id=order.id,
        issued_by=ask.who,
        terminal_id=_number_of(ask.who),
        role=Role(ask.role),
        payload=payload_of(kind, completed(kind, ask.body)),
    )


def completed(kind: Kind, body: Json) -> dict[str, Any]:
    """With what a caller may leave out and the journal has."""
    lines = body.get("lines")
    if lines is None:
        return dict(body)
    given: Mapping[str, Any] = {"quantity": None} if kind is Kind.FULFILL else {"condition": "sellable"}
    return {**body, "lines": [{**given, **line} for line in lines]}


def decided(
    order: Order, command: Command, *, is_plenty: bool, is_declined: bool = False, now: datetime = THEN
) -> Applied | Rejection:
    """By a batch of this one command."""
    products = {line.sku: (line.product_id, line.tracks_stock) for line in order.lines}
    ids = ids_of(command.id, 0)
    folded = fold(
        Batch(
            commands=[command],
            orders={order.id: order},
            levels=_levels(order, is_plenty=is_plenty),
            locations={STORE_ID: LOCATIONS},
            products={STORE_ID: products},
            authorizations=_answers(command, is_declined=is_declined),
            handed_over={order.id: _handed_over(order)},
        ),
        now=now,
        new_id=lambda: next(ids),
    )
    return next(one.outcome for one in folded.decided if one.command is command)


def _levels(order: Order, *, is_plenty: bool) -> dict[int, list[Level]]:
    """All of one location: where goods are held is not an order's business."""
    held: dict[int, int] = {line.product_id: 0 for line in order.lines if line.tracks_stock}
    for hold in order.holds:
        held[hold.key[0]] += hold.quantity
    more = PLENTY if is_plenty else 0
    return {product: [Level((product, 1), reserved + more, reserved)] for product, reserved in held.items()}


def _handed_over(order: Order) -> dict[LevelKey, int]:
    left: dict[LevelKey, int] = {}
    for line in order.lines:
        if line.tracks_stock:
            key = (line.product_id, 1)
            left[key] = left.get(key, 0) + line.shipped - line.returned
    return left


def _answers(command: Command, *, is_declined: bool) -> dict[UUID, list[Authorization]]:
    """Of the payment provider that was asked for what is paid online."""
    payload = command.payload
    online = [
        (position, tender)
        for position, tender in enumerate(payload.tenders if isinstance(payload, Pay) else ())
        if tender.method is Method.ONLINE
    ]
    state = AuthorizationState.DECLINED if is_declined else AuthorizationState.AUTHORIZED
    answers = [
        Authorization(
            id=uuid5(command.id, f"asked {position}"),
            position=position,
            state=state,
            amount_minor=tender.amount_minor,
            detail="",
        )
        for position, tender in online
    ]
    return {command.id: answers} if answers else {}


def agrees(outcome: Applied | Rejection, seen: Json) -> bool:
    code = seen["outcome"]["code"]
    if isinstance(outcome, Rejection):
        return bool(code == outcome.code)
    told = result_of(outcome, number=None, is_pending=False)
    result = seen["result"] or {}
    return bool(code == Code.APPLIED) and all(result.get(name) == told.get(name) for name in COMPARED)


def reads_as(order: Order, view: Json) -> bool:
    of_order = {name: getattr(order, name) for name in OF_ORDER}
    lines = {str(line.id): (line.shipped, line.returned, line.cancelled) for line in order.lines}
    read = {line["id"]: tuple(line[name] for name in OF_LINE) for line in view["lines"]}
    return of_order == {name: view[name] for name in OF_ORDER} and lines == read


def _number_of(who: str | None) -> int | None:
    """Terminals are told apart, and no more."""
    return None if who is None else int.from_bytes(who.encode()[-6:])


def ids_of(base: UUID, first: int) -> Iterator[UUID]:
    """The same for the same command, so that states that are alike are equal."""
    return (uuid5(base, str(number)) for number in count(first))
