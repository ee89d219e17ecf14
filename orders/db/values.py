"""Rows as the core's values. Rows that came as JSON name ids and instants by text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.core.levels import Location
from orders.core.authorization import Authorization, AuthorizationState
from orders.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.core.order import Command, Hold, Line, Order
from orders.core.roles import Role
from orders.core.tenders import Method, PaymentKind
from orders.db.claim import Subject

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Pending:
    command: Command
    attempts: int

    @property
    def subject(self) -> Subject:
        return self.command.order_id or self.command.store_id


def pending_of(row: Sequence[Any]) -> Pending:
    id_, kind, store_id, order_id, issued_by, terminal_id, payload, attempts, role = row
    command = Command(
        id=UUID(id_),
        kind=Kind(kind),
        store_id=store_id,
        order_id=UUID(order_id) if order_id else None,
        issued_by=issued_by,
        terminal_id=terminal_id,
        role=Role(role) if role else None,
        payload=payload,
    )
    return Pending(command, attempts)


def locations_of(rows: Rows) -> dict[int, list[Location]]:
    """Store id -> its locations by priority."""
    locations: dict[int, list[Location]] = {}
    for store_id, id_, code, priority in rows:
        locations.setdefault(store_id, []).append(Location(id=id_, code=code, priority=priority))
    return locations


def order_of(
    row: Sequence[Any],
    *,
    lines: tuple[Line, ...],
    holds: tuple[Hold, ...],
    money: tuple[tuple[Method, int], ...],
    online: tuple[tuple[UUID, int], ...],
) -> Order:
    (
        id_, store_id, terminal_id, status, payment_status, fulfilment, payment_terms,
        currency, total, paid, refunded, invoice_pending, hold_expired_at, hold_extended_at, backordered_at, paid_at,
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
        invoice_pending=invoice_pending,
        hold_expired_at=hold_expired_at,
        hold_extended_at=hold_extended_at,
        backordered_at=backordered_at,
        paid_at=paid_at,
        lines=lines,
        holds=holds,
        money=money,
        online=online,
    )


def lines_of(rows: Rows) -> dict[str, list[Line]]:
    """Order id -> its lines."""
    lines: dict[str, list[Line]] = {}
    for order_id, id_, product_id, sku, tracks_stock, quantity, price, shipped, returned, *rest in rows:
        backordered, cancelled, skipped = rest
        lines.setdefault(order_id, []).append(
            Line(
                id=UUID(id_),
                product_id=product_id,
                sku=sku,
                tracks_stock=tracks_stock,
                quantity=quantity,
                unit_price_minor=price,
                shipped=shipped,
                returned=returned,
                backordered=backordered,
                cancelled=cancelled,
                skipped=skipped,
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


def money_of(rows: Rows) -> dict[str, dict[Method, int]]:
    """Order id -> what each method has taken and not given back, in the order in which it was tendered."""
    money: dict[str, dict[Method, int]] = {}
    for order_id, kind, method, amount, _ in rows:
        by_method = money.setdefault(order_id, {})
        sign = 1 if kind == PaymentKind.TENDER else -1
        by_method[Method(method)] = by_method.get(Method(method), 0) + sign * amount
    return money


def online_of(rows: Rows) -> dict[str, dict[UUID, int]]:
    """Order id -> what each authorization has taken and not given back, in the order in which it was tendered."""
    online: dict[str, dict[UUID, int]] = {}
    for order_id, kind, _, amount, authorization_id in rows:
        if authorization_id:
            taken = online.setdefault(order_id, {})
            sign = 1 if kind == PaymentKind.TENDER else -1
            taken[UUID(authorization_id)] = taken.get(UUID(authorization_id), 0) + sign * amount
    return online


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
