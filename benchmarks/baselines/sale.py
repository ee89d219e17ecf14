"""A sale as a Django application usually has it: one transaction, select_for_update, the ORM.

It has the effects of the product's `pay` of an immediate order, on the same tables. It is written as well as the ORM
allows without leaving the usual way: rows of a kind go together, and nothing is read or written that is not needed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from inventory.models import Product, StockLevel, StockMovement
from orders.models import Command, InvoiceNumber, JournalEntry, Order, OrderLine, Payment, StatusChange, Terminal


class Refused(Exception):
    """The sale cannot be made; its text tells a cashier why."""


def sell(terminal: Terminal, sale: dict[str, Any]) -> dict[str, Any]:
    """Sell once: the same key again gives the stored result. `sale`: as an item of the product's bulk request."""
    try:
        with transaction.atomic():
            return _sell(terminal, sale, command_id=uuid7(), now=timezone.now())
    except IntegrityError:
        known = Command.objects.filter(terminal=terminal, key=sale["key"]).first()
        if known is None:
            raise
        result: dict[str, Any] = known.result or {}
        return result


def _sell(terminal: Terminal, sale: dict[str, Any], *, command_id: UUID, now: datetime) -> dict[str, Any]:
    tenders = sale["body"]["tenders"]
    order, lines = create_order(terminal, sale["order"], now=now)
    debit_stock(order, lines, command_id=command_id, now=now)
    take_money(order, tenders, command_id=command_id, now=now)
    number = take_number(order, command_id=command_id, now=now)
    order.status, order.payment_status, order.paid_minor, order.paid_at = "paid", "paid", order.total_minor, now
    order.business_day = now.date()
    order.save(update_fields=["status", "payment_status", "paid_minor", "paid_at", "business_day"])
    StatusChange.objects.create(
        store_id=order.store_id,
        order=order,
        command_id=command_id,
        kind="pay",
        from_status="draft",
        to_status="paid",
        terminal=terminal.name,
        at=now,
    )
    result = {"order_id": str(order.id), "invoice_number": number}
    remember(terminal, sale, order, result, command_id=command_id, now=now)
    return result


def create_order(terminal: Terminal, wanted: Mapping[str, Any], *, now: datetime) -> tuple[Order, list[OrderLine]]:
    """The lines are handed over at once: nothing has to be written to them again."""
    skus = [line["sku"] for line in wanted["lines"]]
    products = {product.sku: product for product in Product.objects.filter(store_id=terminal.store_id, sku__in=skus)}
    order = Order.objects.create(
        id=wanted["id"],
        store_id=terminal.store_id,
        created_by=terminal.name,
        fulfilment=wanted["fulfilment"],
        currency=wanted["currency"],
        total_minor=sum(products[line["sku"]].price_minor * line["quantity"] for line in wanted["lines"]),
        fingerprint=b"",
        created_at=now,
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            id=uuid7(),
            order=order,
            store_id=order.store_id,
            product=products[line["sku"]],
            position=position,
            sku=line["sku"],
            name=products[line["sku"]].name,
            tracks_stock=True,
            quantity=line["quantity"],
            list_price_minor=products[line["sku"]].price_minor,
            unit_price_minor=products[line["sku"]].price_minor,
            net_minor=line["quantity"] * products[line["sku"]].price_minor,
            shipped_quantity=line["quantity"],
        )
        for position, line in enumerate(wanted["lines"])
    )
    return order, lines


def debit_stock(order: Order, lines: Sequence[OrderLine], *, command_id: UUID, now: datetime) -> None:
    """Locks the levels in id order, so that two sales never wait for each other in a circle."""
    sold = {line.product_id: line.quantity for line in lines}
    levels = list(StockLevel.objects.select_for_update().filter(product_id__in=sold).order_by("id"))
    for level in levels:
        level.on_hand -= sold[level.product_id]
        if level.on_hand < level.reserved:
            raise Refused(f"Not enough stock of product {level.product_id}.")
    StockLevel.objects.bulk_update(levels, ["on_hand"])
    StockMovement.objects.bulk_create(
        StockMovement(
            store_id=order.store_id,
            level=level,
            location_id=level.location_id,
            kind="outbound",
            quantity_change=-sold[level.product_id],
            reserved_change=0,
            quantity_after=level.on_hand,
            reserved_after=level.reserved,
            order_id=order.id,
            command_id=command_id,
            created_by=order.created_by,
            created_at=now,
        )
        for level in levels
    )


def take_money(order: Order, tenders: Sequence[Mapping[str, Any]], *, command_id: UUID, now: datetime) -> None:
    tendered = sum(tender["amount_minor"] for tender in tenders)
    if tendered != order.total_minor:
        raise Refused(f"{order.total_minor} is due, but {tendered} was tendered.")
    Payment.objects.bulk_create(
        Payment(
            id=uuid7(),
            store_id=order.store_id,
            order=order,
            command_id=command_id,
            kind="tender",
            method=tender["method"],
            amount_minor=tender["amount_minor"],
            tendered_minor=tender["amount_minor"],
            created_at=now,
        )
        for tender in tenders
    )
    debits = [[tender["method"], tender["amount_minor"]] for tender in tenders]
    JournalEntry.objects.create(
        id=uuid7(),
        store_id=order.store_id,
        order=order,
        command_id=command_id,
        kind="sale",
        currency=order.currency,
        day=now.date(),
        postings=[*debits, ["revenue", -order.total_minor]],
        created_at=now,
    )


def take_number(order: Order, *, command_id: UUID, now: datetime) -> str:
    free = InvoiceNumber.objects.select_for_update(skip_locked=True).filter(store_id=order.store_id, state="free")
    number = free.order_by("id").first()
    if number is None:
        raise Refused("No invoice number is left.")
    number.state, number.order, number.command_id, number.assigned_at = "assigned", order, command_id, now
    number.save(update_fields=["state", "order", "command_id", "assigned_at"])
    return number.number


def remember(
    terminal: Terminal,
    sale: Mapping[str, Any],
    order: Order,
    result: dict[str, Any],
    *,
    command_id: UUID,
    now: datetime,
) -> None:
    """The key and the result: a repeat is refused by the unique index, whenever it comes."""
    Command.objects.create(
        id=command_id,
        store_id=order.store_id,
        terminal=terminal,
        issued_by=terminal.name,
        key=sale["key"],
        fingerprint=b"",
        kind="pay",
        order=order,
        payload=sale["body"],
        state="succeeded",
        outcome_code="applied",
        outcome={"detail": "", "lines": []},
        result=result,
        ring_at=now,
        accepted_at=now,
        settled_at=now,
    )
