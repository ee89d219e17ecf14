"""A store with one of each thing that a call can name, under names that nothing else has."""

from dataclasses import dataclass
from typing import Any

from base.sql.sets import cursor
from inventory.models import LowStock, Shortfall, StockLevel
from orders.commands.core.machine import DRAWER_KINDS
from orders.models import Command
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.till import Answer, Till


@dataclass(frozen=True, slots=True)
class Store:
    till: Till
    store_id: int
    things: dict[str, Any]
    """What it has, by kind."""


def settle(answer: Answer, store_id: int) -> None:
    assert answer.status == 202, answer
    command = Command.objects.get(id=answer.body["id"])
    if command.kind in DRAWER_KINDS:
        run_drawer(command.drawer_id or 0)
    else:
        execute([command.order_id or store_id], helps=False)


def furnished(till: Till, store_id: int, mark: str) -> Store:
    """One of each thing, of names that nothing else has."""
    sku, location, tax, key = f"TEA-{mark}", f"yard-{mark}", f"tax-{mark}", f"sale-{mark}"

    def submit(path: str, body: Any, key: str) -> Answer:
        answer = till.post(path, body, key=key)
        settle(answer, store_id)
        return answer

    assert till.put(f"/taxes/{tax}", {"name": "VAT", "rate": "20"}).status in (200, 201)
    assert till.put(f"/locations/{location}", {"name": "Yard", "priority": 9}).status in (200, 201)
    product = {"name": f"Tea {mark}", "price_minor": 250, "currency": "GBP", "tax_code": tax}
    assert till.put(f"/products/{sku}", product).status in (200, 201)
    submit("/inventory/receive", {"items": [{"sku": sku, "quantity": 50, "location": "shop"}]}, f"goods-{mark}")
    submit("/inventory/receive", {"items": [{"sku": sku, "quantity": 50, "location": location}]}, f"yard-{mark}")
    held = {"reference": f"web-{mark}", "items": [{"sku": sku, "quantity": 2}]}
    submit("/inventory/items/reserve", held, f"hold-{mark}")
    submit("/drawer/open", {"float_minor": 100}, f"open-{mark}")
    order = {
        "currency": "GBP",
        "fulfilment": "immediate",
        "lines": [{"sku": sku, "quantity": 2}],
        "reference": f"ref-{mark}",
    }
    made = till.post("/orders", order).body
    tenders = [{"method": "card", "amount_minor": made["total_minor"]}]
    paid = submit(f"/orders/{made['id']}/pay", {"tenders": tenders}, key)
    shipped = till.post("/orders", {**order, "fulfilment": "shipment", "reference": ""}).body
    submit(f"/orders/{shipped['id']}/pay", {"tenders": tenders}, f"ship-{mark}")
    draft = till.post("/orders", {**order, "reference": ""}).body
    submit("/drawer/close", {"counted": [{"method": "cash", "amount_minor": 100}]}, f"close-{mark}")
    sold = till.get(f"/orders/{made['id']}").body
    level = StockLevel.objects.get(store_id=store_id, product__sku=sku, location__code="shop")
    at = made["created_at"]
    low = LowStock.objects.create(store_id=store_id, level=level, available=1, reorder_point=2, reported_at=at)
    short = Shortfall.objects.create(
        store_id=store_id, level=level, quantity=1, order_id=made["id"], command_id=paid.body["id"], reported_at=at
    )
    (number,) = cursor().execute(
        "SELECT max(number) FROM orders_invoicenumber WHERE store_id = %s AND state = 'free'", (store_id,)
    ).fetchone() or ("",)
    things = {
        "order": made["id"],
        "draft": draft["id"],
        "order to ship": shipped["id"],
        "line to ship": shipped["lines"][0]["id"],
        "line": sold["lines"][0]["id"],
        "command": paid.body["id"],
        "payment": sold["payments"][0]["id"],
        "sku": sku,
        "location": location,
        "tax": tax,
        "terminal": till.get("/terminals/me").body["id"],
        "closing": till.get("/closings").body["items"][0]["id"],
        "low stock": low.pk,
        "shortfall": short.pk,
        "invoice": sold["invoice_number"],
        "key": key,
        "order reference": f"ref-{mark}",
        "hold": f"web-{mark}",
        "free number": number,
    }
    assert all(things.values()), things
    return Store(till, store_id, things)


def rows_of(store_id: int) -> list[Any]:
    """Each table's rows of the store, as one number."""
    tables = cursor().execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'store_id' AND table_schema = 'public'"
    )
    asked = " UNION ALL ".join(
        f"SELECT '{table}', sum(hashtextextended(one::text, 0)) FROM {table} AS one WHERE store_id = {store_id}"
        for (table,) in tables.fetchall()
        if table != "orders_terminal"  # when it was last seen
    )
    return cursor().execute(asked.encode()).fetchall()
