"""Rows as the core's values."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from orders.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.core.order import Command, Hold, Line, Order
from orders.core.roles import Role
from orders.core.tenders import Method, PaymentKind

Rows = Iterable[tuple[Any, ...]]


def command_of(row: Sequence[Any]) -> Command:
    # Django leaves JSON to its fields: on its connection it arrives as text.
    id_, kind, store_id, order_id, issued_by, payload, _, role = row
    return Command(
        id=id_,
        kind=Kind(kind),
        store_id=store_id,
        order_id=order_id,
        issued_by=issued_by,
        role=role and Role(role),
        payload=json.loads(payload),
    )


def order_of(
    row: Sequence[Any], *, lines: tuple[Line, ...], holds: tuple[Hold, ...], money: tuple[tuple[Method, int], ...]
) -> Order:
    (
        id_, store_id, created_by, status, payment_status, fulfilment, payment_terms,
        currency, total, paid, refunded, invoice_pending, hold_expired_at, hold_extended_at, backordered_at, paid_at,
    ) = row  # fmt: skip
    return Order(
        id=id_,
        store_id=store_id,
        created_by=created_by,
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
    )


def lines_of(rows: Rows) -> dict[UUID, list[Line]]:
    lines: dict[UUID, list[Line]] = {}
    for order_id, id_, product_id, sku, tracks_stock, quantity, price, shipped, returned, backordered in rows:
        lines.setdefault(order_id, []).append(
            Line(
                id=id_,
                product_id=product_id,
                sku=sku,
                tracks_stock=tracks_stock,
                quantity=quantity,
                unit_price_minor=price,
                shipped=shipped,
                returned=returned,
                backordered=backordered,
            )
        )
    return lines


def holds_of(rows: Rows) -> dict[UUID, list[Hold]]:
    holds: dict[UUID, list[Hold]] = {}
    for order_id, id_, product_id, location_id, line_id, quantity, expires_at in rows:
        hold = Hold(id=id_, key=(product_id, location_id), line_id=line_id, quantity=quantity, expires_at=expires_at)
        holds.setdefault(order_id, []).append(hold)
    return holds


def money_of(rows: Rows) -> dict[UUID, dict[Method, int]]:
    """What each method has taken and not given back, in the order in which it was tendered."""
    money: dict[UUID, dict[Method, int]] = {}
    for order_id, kind, method, amount in rows:
        by_method = money.setdefault(order_id, {})
        sign = 1 if kind == PaymentKind.TENDER else -1
        by_method[Method(method)] = by_method.get(Method(method), 0) + sign * amount
    return money
