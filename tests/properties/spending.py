"""A drawn day, as it is spent at the tills of a shop of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.utils import timezone
from uuid_utils.compat import uuid7

from inventory.models import Store
from orders.commands.core.amounts import in_coins
from orders.commands.core.roles import Role
from orders.models import InvoiceNumber
from orders.terminals.db.keys import create_terminal
from tests.properties.days import TILLS, Back, Closed, Day, Moved, Sold
from tests.support.samples.whole_day import settle, tender
from tests.support.shop.baskets import line
from tests.support.shop.till import Till

FLOAT_COINS = 1_000_000
"""So that a drawer can always give back what is asked of it."""
GOODS: dict[str, dict[str, Any]] = {
    "TEA": {"tax_code": "std"},
    "LOAF": {"tax_code": "red"},
    "STAMP": {},
    "CHEESE": {"tax_code": "std", "unit": "kg", "quantity_decimals": 3},
}
RATES = {"std": "20", "red": "5.5"}


@dataclass(slots=True)
class Spent:
    """`orders`: what was paid of, wholly or in part; `notes`: (order, command, kind) of each credit note."""

    store_id: int
    day: Day
    backoffice: Till
    tills: list[Till]
    orders: list[str] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    _paid: list[str] = field(default_factory=list)
    _keys: Iterator[int] = field(default_factory=count)

    def sell(self, sold: Sold) -> None:
        lines = [
            line(sku, quantity, unit_price_minor=price, discount_percent=str(off))
            for sku, quantity, price, off in sold.lines
        ]
        body = {
            "currency": self.currency,
            "fulfilment": "shipment" if sold.deposit or sold.sent_back else "immediate",
            "payment_terms": "on_account" if sold.sent_back else "prepaid",
            "lines": lines,
            "discount_percent": str(sold.percent_off),
            "tax_exempt": sold.exempt,
        }
        order = self.tills[sold.till].post("/orders", body).body
        if sold.sent_back:
            order = self._sent_back(sold.till, order, sold.sent_back)
        if order["status"] == "returned":
            return
        due = order["due_minor"]
        if sold.deposit and not sold.sent_back and 0 < (ahead := due * sold.deposit[0] // 100) < due:
            self.ask(sold.till, order["id"], "reserve")
            self.ask(sold.till, order["id"], "pay", tenders=[tender("transfer", ahead)], partial=True)
            due -= ahead
        self.orders.append(order["id"])
        if sold.sent_back or not sold.deposit or sold.deposit[1]:
            self.ask(sold.till, order["id"], "pay", tenders=list(self._tenders(sold, due)))
            self._paid.append(order["id"])

    def _sent_back(self, till: int, order: Any, quantity: int) -> Any:
        """The order, of whose first line so many came back before it was paid."""
        first = order["lines"][0]
        row = {"line_id": first["id"], "quantity": min(quantity, first["quantity"]), "condition": "damaged"}
        for kind, body in (("reserve", {}), ("fulfill", {}), ("return", {"lines": [row]})):
            self.ask(till, order["id"], kind, **body)
        return self.backoffice.get(f"/orders/{order['id']}").body

    def _tenders(self, sold: Sold, due: int) -> Iterator[dict[str, Any]]:
        for method, percent in (("voucher", sold.by_voucher), ("card", sold.by_card)):
            if amount := due * percent // 100:
                yield tender(method, amount)
                due -= amount
        if due:
            yield tender("cash", in_coins(due, self.day.coin_minor) + sold.coins_over * self.day.coin_minor)

    def take_back(self, back: Back) -> None:
        """What is left of it; nothing where nothing is."""
        if not self._paid:
            return
        order = self.backoffice.get(f"/orders/{self._paid[back.sale % len(self._paid)]}").body
        one = order["lines"][back.line % len(order["lines"])]
        handed_over = one["shipped_quantity"] - one["returned_quantity"]
        if back.quantity is None:
            came_back = any(one["returned_quantity"] for one in order["lines"])
            if order["status"] in ("paid", "processing") and not came_back:
                self._note(back.till, order["id"], "cancel")
        elif handed_over and order["status"] in ("paid", "shipped"):
            row = {"line_id": one["id"], "quantity": min(back.quantity, handed_over), "condition": "sellable"}
            self._note(back.till, order["id"], "return", lines=[row])

    def _note(self, till: int, order_id: str, kind: str, **body: Any) -> None:
        self.notes.append((order_id, self.ask(till, order_id, kind, **body)["id"], kind))

    def ask(self, till: int, order_id: str, kind: str, **body: Any) -> Any:
        return self._settled(till, f"/orders/{order_id}/{kind}", body)

    def open(self, till: int) -> None:
        self._settled(till, "/drawer/open", {"float_minor": FLOAT_COINS * self.day.coin_minor})

    def move(self, moved: Moved) -> None:
        amount = moved.coins * self.day.coin_minor
        self._settled(moved.till, "/drawer/movement", {"amount_minor": amount, "reason": "to the bank"})

    def close(self, closed: Closed) -> None:
        methods = self.tills[closed.till].get("/drawer").body["methods"]
        (expected,) = (one["expected_minor"] for one in methods if one["method"] == "cash")
        counted = expected + closed.coins_off * self.day.coin_minor
        self._settled(closed.till, "/drawer/close", {"counted": [tender("cash", counted)]})

    def _settled(self, till: int, path: str, body: Any) -> Any:
        at = self.tills[till]
        settled = settle(at.post(path, body, key=f"{next(self._keys)}"), at)
        assert settled["outcome"]["code"] == "applied", settled
        return settled

    @property
    def currency(self) -> str:
        return Store.objects.get(id=self.store_id).currency


def spend(day: Day, *, currency: str) -> Spent:
    """One drawer is opened in the morning, the other when there was something taken; in the evening all are closed."""
    spent = _open_shop(day, currency)
    is_open = [False] * TILLS
    spent.open(0)
    is_open[0] = True
    for event in (*day.events, *(Closed(till=till, coins_off=0) for till in range(TILLS))):
        if isinstance(event, Moved | Closed) and not is_open[event.till]:
            spent.open(event.till)
            is_open[event.till] = True
        match event:
            case Sold():
                spent.sell(event)
            case Back():
                spent.take_back(event)
            case Moved():
                spent.move(event)
            case Closed():
                spent.close(event)
                is_open[event.till] = False
    return spent


def _open_shop(day: Day, currency: str) -> Spent:
    store = Store.objects.create(code=uuid7().hex, name="Kiosk", currency=currency)
    keys = [create_terminal(store_id=store.id, name=f"till {n}", role=Role.SUPERVISOR) for n in range(TILLS)]
    backoffice = Till(create_terminal(store_id=store.id, name="office", role=Role.BACKOFFICE))
    backoffice.put("/store", {"cash_rounding_minor": day.coin_minor, "prices_include_tax": day.prices_include_tax})
    for code, rate in RATES.items():
        backoffice.put(f"/taxes/{code}", {"name": code, "rate": rate})
    for sku, more in GOODS.items():
        body = {"name": sku, "price_minor": 100, "currency": currency, "tracks_stock": False, **more}
        assert backoffice.put(f"/products/{sku}", body).status == 201
    InvoiceNumber.objects.bulk_create(
        InvoiceNumber(store_id=store.id, number=f"{store.id}-{n:03d}", fetched_at=timezone.now()) for n in range(60)
    )
    return Spent(store.id, day, backoffice, [Till(key) for key in keys])
