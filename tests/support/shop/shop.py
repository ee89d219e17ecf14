"""A shop to sell from: its rows as the API would make them, its commands as a till would submit them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from base.sql.sets import cursor
from inventory.db.reads.price_list import price_list
from inventory.models import Location, Product, StockLevel, StockMovement, Store
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command, fingerprint_of_order
from orders.commands.core.roles import Role
from orders.journal.db.accept import Submission, accept
from orders.models import Order, Terminal
from orders.sales.core.draft import OF_PRODUCT, Draft, Terms, draft
from orders.sales.db.create import NewOrder, create

PRICE_MINOR = 250
SHELF = {"TEA-80": 10, "MUG-RED": 10, "SCARF-BLUE": 10}
"""What a shop has at its first location, unless a test says otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    sku: str
    quantity: int
    unit_price_minor: int | None = None
    discount_minor: int | None = None
    discount_percent: str | None = None
    tax_code: str | None = OF_PRODUCT


def drafted(store_id: int, *wanted: Wanted) -> Draft:
    prices = price_list(store_id, {line.sku for line in wanted})
    found = draft(wanted, prices, currency="GBP", terms=Terms(timezone.now()))
    assert isinstance(found, Draft), found
    return found


@dataclass(frozen=True, slots=True)
class Shop:
    caller: Caller

    @property
    def store_id(self) -> int:
        return self.caller.store_id

    def order(self, *wanted: tuple[str, int], fulfilment: str = "immediate", payment_terms: str = "prepaid") -> UUID:
        """A new draft; one line for each (SKU, quantity)."""
        new = drafted(self.store_id, *(Wanted(sku, quantity) for sku, quantity in wanted))
        order = NewOrder(
            id=uuid7(),
            fulfilment=fulfilment,
            payment_terms=payment_terms,
            currency="GBP",
            reference="",
            sold_at=None,
            fingerprint=fingerprint_of_order(repr(wanted).encode()),
            draft=new,
            line_ids=[uuid7() for _ in new.lines],
        )
        create(self.caller, [order])
        return order.id

    def submit(
        self, kind: Kind, order_id: UUID | None = None, *, key: str = "", drawer_id: int | None = None, **payload: Any
    ) -> UUID:
        """Have a command accepted; its id."""
        content = json.dumps(payload).encode()
        submission = Submission(
            id=uuid7(),
            key=key or str(uuid7()),
            kind=kind,
            order_id=order_id,
            payload=content,
            fingerprint=fingerprint_of_command(kind, order_id, content),
            drawer_id=drawer_id,
        )
        assert accept(self.caller, submission), "not accepted"
        return submission.id

    def pay(self, order_id: UUID, *, key: str = "") -> UUID:
        total = Order.objects.values_list("total_minor", flat=True).get(id=order_id)
        return self.submit(Kind.PAY, order_id, key=key, tenders=[{"method": "card", "amount_minor": total}])

    def sale(self, *wanted: tuple[str, int]) -> tuple[UUID, UUID]:
        """A new order and the command that pays it: (order id, command id)."""
        order_id = self.order(*(wanted or (("TEA-80", 1),)))
        return order_id, self.pay(order_id)

    def receive(self, sku: str, quantity: int, *, location: str = "shop") -> UUID:
        items = [{"sku": sku, "quantity": quantity, "location": location}]
        return self.submit(Kind.RECEIVE, items=items)

    def set(self, **fields: Any) -> None:
        """Change the store's settings."""
        Store.objects.filter(id=self.store_id).update(**fields)

    def level(self, sku: str, location: str = "shop") -> tuple[int, int]:
        """(on hand, reserved)"""
        level = StockLevel.objects.get(product__sku=sku, product__store_id=self.store_id, location__code=location)
        return level.on_hand, level.reserved

    def add_numbers(self, count: int) -> list[str]:
        """Put new invoice numbers into the pool."""
        return [number for (number,) in cursor().execute(_ADD_NUMBERS, {"store_id": self.store_id, "count": count})]


_ADD_NUMBERS = """
WITH there AS (SELECT count(*) FROM orders_invoicenumber WHERE store_id = %(store_id)s)
INSERT INTO orders_invoicenumber (store_id, number, state, fetched_at, void_reason)
SELECT %(store_id)s, format('INV-%%s-%%s', %(store_id)s, lpad((there.count + n)::text, 4, '0')), 'free', now(), ''
FROM there, generate_series(1, %(count)s) AS n ORDER BY n
RETURNING number
"""
"""Most tests open two shops: rows of a pool one by one would be most of what the tests cost."""


def open_shop(
    code: str = "corner",
    *,
    shelf: Mapping[str, int] = SHELF,
    stockroom: Mapping[str, int] | None = None,
    numbers: int = 200,
) -> Shop:
    """Two locations, stock as named, one service that is not counted (POSTAGE), and a pool of invoice numbers."""
    store = Store.objects.create(code=code, name=code.title(), currency="GBP")
    locations = {
        name: Location.objects.create(store=store, code=name, name=name, priority=priority)
        for priority, name in enumerate(("shop", "stockroom"))
    }
    _fill(store, locations, {"shop": shelf, "stockroom": stockroom or {}})
    terminal = Terminal.objects.create(store=store, name=f"till of {code}", role=Role.SUPERVISOR)
    caller = Caller(
        terminal_id=terminal.id, store_id=store.id, name=terminal.name, role=Role.SUPERVISOR, currency="GBP"
    )
    shop = Shop(caller)
    shop.add_numbers(numbers)
    return shop


def _fill(store: Store, locations: Mapping[str, Location], stock: Mapping[str, Mapping[str, int]]) -> None:
    """Products, and opening stock with the movements that the audit asks for."""
    counted = dict.fromkeys(sku for quantities in stock.values() for sku in quantities)
    same = {"store": store, "price_minor": PRICE_MINOR, "currency": "GBP"}
    products = {sku: Product(sku=sku, name=sku.title(), **same) for sku in counted}
    Product.objects.bulk_create(
        [*products.values(), Product(sku="POSTAGE", name="Postage", tracks_stock=False, **same)]
    )
    levels = StockLevel.objects.bulk_create(
        StockLevel(store=store, product=products[sku], location=locations[name], on_hand=quantity)
        for name, quantities in stock.items()
        for sku, quantity in quantities.items()
    )
    StockMovement.objects.bulk_create(
        StockMovement(
            store=store,
            level=level,
            location=level.location,
            kind="inbound",
            quantity_change=level.on_hand,
            reserved_change=0,
            quantity_after=level.on_hand,
            reserved_after=0,
            created_by="opening stock",
            created_at=timezone.now(),
        )
        for level in levels
        if level.on_hand
    )


def states(command_ids: Sequence[UUID]) -> list[str]:
    """Each command's outcome code, or its state while it has none."""
    sql = "SELECT id, coalesce(outcome_code, state) FROM orders_command WHERE id = ANY(%s)"
    found: dict[UUID, str] = dict(cursor().execute(sql, (list(command_ids),)).fetchall())
    return [found[id_] for id_ in command_ids]


def state(command_id: UUID) -> str:
    return states([command_id])[0]
