"""Rows as the core's values. Rows that came as JSON name ids and instants by text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from inventory.core.levels import Location
from orders.commands.core.amounts import Tax
from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.days import Calendar
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Command, Hold, Line, Order, Payment, Reference
from orders.commands.core.payloads import OfStock
from orders.commands.core.roles import Role
from orders.commands.core.tenders import Method, PaymentKind
from orders.journal.core.batch import Subject, subject_of
from orders.journal.db.payloads import payload_of

Rows = Iterable[Sequence[Any]]
CASH_INSTEAD = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Pending:
    """`row`: what its command is made of, if it is run: one whose payload is at fault fails nobody else's batch."""

    order_id: UUID | None
    store_id: int
    attempts: int
    kind: str
    terminal_id: int | None
    seq: int
    row: Sequence[Any]

    @property
    def subject(self) -> Subject:
        return subject_of(self.order_id, self.store_id)

    def command(self) -> Command:
        id_, kind, _, _, issued_by, terminal_id, payload, _, role, accepted_at, _ = self.row
        return Command(
            id=UUID(id_),
            kind=Kind(kind),
            store_id=self.store_id,
            order_id=self.order_id,
            issued_by=issued_by,
            terminal_id=terminal_id,
            role=Role(role) if role else None,
            payload=payload_of(Kind(kind), payload),
            accepted_at=datetime.fromisoformat(accepted_at),
        )


def pending_of(row: Sequence[Any]) -> Pending:
    _, kind, store_id, order_id, _, terminal_id, _, attempts, _, _, seq = row
    return Pending(UUID(order_id) if order_id else None, store_id, attempts, kind, terminal_id, seq, row)


def locations_of(rows: Rows) -> dict[int, list[Location]]:
    """Store id -> its locations by priority."""
    locations: dict[int, list[Location]] = {}
    for store_id, id_, code, priority in rows:
        locations.setdefault(store_id, []).append(Location(id=id_, code=code, priority=priority))
    return locations


@cache
def calendar_of(zone: str, starts_at: str) -> Calendar:
    """`zone`: its name in the IANA database."""
    return Calendar(ZoneInfo(zone), time.fromisoformat(starts_at))


def order_of(
    row: Sequence[Any],
    *,
    lines: tuple[Line, ...],
    holds: tuple[Hold, ...],
    payments: Sequence[Payment],
) -> Order:
    (
        id_, store_id, terminal_id, status, payment_status, fulfilment, payment_terms,
        currency, total, paid, refunded, rounding, refund_rounding, invoice_pending, hold_expired_at,
        hold_extended_at, backordered_at, awaits_until, paid_at, sold_at, business_day,
    ) = row  # fmt: skip
    return Order(
        id=id_,
        store_id=store_id,
        terminal_id=terminal_id,
        status=Status(status),
        payment_status=PaymentStatus(payment_status),
        fulfilment=Fulfilment(fulfilment),
        payment_terms=PaymentTerms(payment_terms),
        currency=currency,
        total_minor=total,
        paid_minor=paid,
        refunded_minor=refunded,
        rounding_minor=rounding,
        refund_rounding_minor=refund_rounding,
        invoice_pending=invoice_pending,
        hold_expired_at=hold_expired_at,
        hold_extended_at=hold_extended_at,
        backordered_at=backordered_at,
        awaits_until=awaits_until,
        paid_at=paid_at,
        sold_at=sold_at,
        business_day=business_day,
        lines=lines,
        holds=holds,
        payments=tuple(payment for payment in payments if payment.id != CASH_INSTEAD),
        cash_instead_minor=sum(payment.given_back_minor for payment in payments if payment.id == CASH_INSTEAD),
    )


def lines_of(rows: Rows) -> dict[str, list[Line]]:
    """Order id -> its lines."""
    lines: dict[str, list[Line]] = {}
    for order_id, id_, product_id, sku, tracks_stock, quantity, total, shipped, returned, *rest in rows:
        backordered, cancelled, skipped, tax, code, rate = rest
        lines.setdefault(order_id, []).append(
            Line(
                id=UUID(id_),
                product_id=product_id,
                sku=sku,
                tracks_stock=tracks_stock,
                quantity=quantity,
                total_minor=total,
                shipped=shipped,
                returned=returned,
                backordered=backordered,
                cancelled=cancelled,
                skipped=skipped,
                tax_minor=tax,
                tax=Tax(code, rate) if code is not None else None,
            )
        )
    return lines


def holds_of(rows: Rows) -> dict[str, list[Hold]]:
    """Order id -> its holds."""
    holds: dict[str, list[Hold]] = {}
    for order_id, id_, product_id, location_id, line_id, quantity, expires_at in rows:
        hold = Hold(
            id=UUID(id_),
            key=(product_id, location_id),
            line_id=UUID(line_id),
            quantity=quantity,
            expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        )
        holds.setdefault(order_id, []).append(hold)
    return holds


def payments_of(rows: Rows) -> dict[str, list[Payment]]:
    """Order id -> its payments in the order in which they were taken, each with what was given back of it.

    Cash in place of other payments is under CASH_INSTEAD.
    """
    payments: dict[str, dict[UUID, Payment]] = {}
    # Ids are made by the clocks of several machines: a refund may sort before what it gives back.
    taken_first = sorted(rows, key=lambda row: row[2] == PaymentKind.REFUND)
    for order_id, id_, kind, method, amount, reference, provider, authorization_id, reverses in taken_first:
        known = payments.setdefault(order_id, {})
        if kind == PaymentKind.TENDER:
            known[UUID(id_)] = Payment(
                id=UUID(id_),
                method=Method(method),
                taken_minor=amount,
                reference=reference,
                provider=provider,
                authorization_id=UUID(authorization_id) if authorization_id else None,
            )
        else:
            reversed_id = UUID(reverses) if reverses else CASH_INSTEAD
            before = known.get(reversed_id) or Payment(id=CASH_INSTEAD, method=Method.CASH, taken_minor=0)
            known[reversed_id] = replace(before, given_back_minor=before.given_back_minor + amount)
    return {order_id: list(known.values()) for order_id, known in payments.items()}


def authorizations_of(rows: Rows) -> dict[UUID, list[Authorization]]:
    """Command id -> its authorizations, in the order of its tenders."""
    authorizations: dict[UUID, list[Authorization]] = {}
    for command_id, id_, position, state, amount, detail in rows:
        authorizations.setdefault(UUID(command_id), []).append(
            Authorization(
                id=UUID(id_),
                position=position,
                state=AuthorizationState(state),
                amount_minor=amount,
                detail=detail,
            )
        )
    return authorizations


def named_skus(commands: Iterable[Command]) -> list[tuple[int, str]]:
    """(store id, SKU) of each product that a stock command names."""
    return [
        (command.store_id, item.sku)
        for command in commands
        if isinstance(command.payload, OfStock)
        for item in command.payload.items
    ]


def concerned(
    orders: Iterable[Order],
    named: Mapping[int, Mapping[str, tuple[int, bool]]],
    references: Mapping[int, Mapping[str, Reference]],
) -> set[int]:
    """The products whose levels may be moved."""
    in_orders = {line.product_id for order in orders for line in order.lines if line.tracks_stock}
    in_items = {id_ for skus in named.values() for id_, tracks_stock in skus.values() if tracks_stock}
    held = {hold.key[0] for of_store in references.values() for one in of_store.values() for hold in one.holds}
    return in_orders | in_items | held
