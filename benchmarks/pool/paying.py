"""Connections that pay at once, each sale a transaction of its own; the number is all that they could wait for."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.models import Count
from django.utils import timezone
from uuid_utils.compat import uuid7

from inventory.db.reads.price_list import price_list
from inventory.models import Location, Product, Store
from orders.audit.round import audit
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_order
from orders.commands.core.roles import Role
from orders.commands.core.tenders import Method
from orders.journal.api.submit import submission_of
from orders.journal.core.batch import OrderSubject
from orders.journal.db.accept import accept_many
from orders.models import InvoiceNumber, Order
from orders.sales.api.bodies import PayIn, TenderIn
from orders.sales.core.draft import OF_PRODUCT, Draft, Terms, draft
from orders.sales.db.create import NewOrder
from orders.terminals.db.keys import create_terminal
from orders.terminals.db.reads import caller_by_key, key_hash
from workers.execute import execute

SKU, PRICE_MINOR, CURRENCY = "POSTAGE", 395, "GBP"
NUMBERS_TO_SPARE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    sku: str
    quantity: int
    unit_price_minor: int | None = None
    discount_minor: int | None = None
    discount_percent: str | None = None
    tax_code: str | None = OF_PRODUCT


@dataclass(frozen=True, slots=True)
class Paid:
    sales: int
    elapsed_s: float

    @property
    def sales_per_s(self) -> float:
        return self.sales / self.elapsed_s


def pay_at_once(generator: str, *, name: str, sales: int, clients: int, seconds: float) -> Paid:
    """A shop of its own sells until the time is over or all is sold. Raises AssertionError if its books are wrong."""
    caller = open_shop(name, numbers=sales + NUMBERS_TO_SPARE)
    waiting: SimpleQueue[UUID] = SimpleQueue()
    for order_id in accepted(caller, sales):
        waiting.put(order_id)
    settings.INVOICE_NUMBER_GENERATOR = generator
    began_at = time.perf_counter()
    until = began_at + seconds
    threads = [threading.Thread(target=work, args=[waiting, until]) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paid = Paid(check(caller.store_id), time.perf_counter() - began_at)
    assert paid.sales, "not one sale in all the time"
    return paid


def work(waiting: "SimpleQueue[UUID]", until: float) -> None:
    try:
        while time.perf_counter() < until:
            execute([OrderSubject(waiting.get_nowait())], helps=False)
    except Empty:
        return
    finally:
        connections.close_all()


def open_shop(name: str, *, numbers: int) -> Caller:
    store = Store.objects.create(code=name, name=name, currency=CURRENCY)
    Location.objects.create(store=store, code="shop", name="Shop floor")
    Product.objects.create(
        store=store, sku=SKU, name="Postage", price_minor=PRICE_MINOR, currency=CURRENCY, tracks_stock=False
    )
    now = timezone.now()
    InvoiceNumber.objects.bulk_create(
        InvoiceNumber(store=store, number=f"{name}-{n:06}", fetched_at=now) for n in range(numbers)
    )
    caller = caller_by_key(key_hash(create_terminal(store_id=store.pk, name=name, role=Role.POS)))
    assert caller, "the terminal was made just now"
    return caller


def accepted(caller: Caller, sales: int) -> Iterator[UUID]:
    """The ids of orders whose payment waits for a worker."""
    prices, terms = price_list(caller.store_id, {SKU}), Terms(timezone.now())
    lines = [Wanted(sku=SKU, quantity=1)]
    body = PayIn(tenders=[TenderIn(method=Method.CASH, amount_minor=PRICE_MINOR)])
    orders = [new_order(draft(lines, prices, currency=CURRENCY, terms=terms)) for _ in range(sales)]
    payments = [submission_of(Kind.PAY, order.id, body, key=str(order.id)) for order in orders]
    accept_many(caller, payments, orders=orders)
    return (order.id for order in orders)


def new_order(drafted: object) -> NewOrder:
    assert isinstance(drafted, Draft), drafted
    id_ = uuid7()
    return NewOrder(
        id=id_,
        fulfilment="immediate",
        payment_terms="prepaid",
        currency=CURRENCY,
        reference="",
        sold_at=None,
        fingerprint=fingerprint_of_order(id_.bytes),
        draft=drafted,
        line_ids=[uuid7() for _ in drafted.lines],
    )


def check(store_id: int) -> int:
    """How many sales there were; each has a number, and no number two sales."""
    paid = Order.objects.filter(store_id=store_id, paid_at__isnull=False).count()
    given = InvoiceNumber.objects.filter(store_id=store_id, order__isnull=False)
    told = given.aggregate(numbers=Count("number", distinct=True), orders=Count("order", distinct=True))
    assert told == {"numbers": paid, "orders": paid}, f"{paid} sales, but {told}"
    assert audit() == []
    return paid
