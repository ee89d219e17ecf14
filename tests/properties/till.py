"""A shop with a till, in the database and in memory: whatever is submitted is noted for both."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from base.sql.sets import cursor
from inventory.core.levels import Level, Location
from inventory.core.price_list import ListedProduct, PriceList
from inventory.models import Location as LocationRow
from inventory.models import Product, StockLevel, Store
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Command, Line, Order, fingerprint_of_command
from orders.journal.db.accept import Submission, accept
from orders.journal.db.payloads import payload_of
from orders.models import Command as CommandRow
from orders.models import InvoiceNumber
from orders.sales.core.draft import Draft, Terms, draft
from orders.sales.db.create import NewOrder, create
from tests.properties.model import COIN_MINOR, Model
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import Name
from tests.support.shop.shop import Shop, Wanted, open_shop

_EMPTY = "TRUNCATE inventory_store, inventory_stockmovement, orders_order CASCADE"


class Clock:
    """Stands still unless it is moved; starts at the present, as the database's own clock goes on."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Till:
    """`journal`: all that was accepted, in order; `pending` and `parked`: which of it has no outcome; `given_up`: which
    an operator dismissed. `submissions`: what the till itself sent."""

    shop: Shop
    model: Model
    journal: dict[UUID, Command] = field(default_factory=dict)
    pending: set[UUID] = field(default_factory=set)
    parked: set[UUID] = field(default_factory=set)
    given_up: set[UUID] = field(default_factory=set)
    submissions: list[Submission] = field(default_factory=list)

    def open_order(
        self, wanted: Sequence[tuple[str, int, int]], *, fulfilment: Fulfilment, payment_terms: PaymentTerms
    ) -> None:
        products = self.model.products
        listed = {
            sku: ListedProduct(id_, sku, sku.title(), 0, "GBP", tracked) for sku, (id_, tracked) in products.items()
        }
        lines = [Wanted(*line) for line in wanted]
        drafted = draft(lines, PriceList(products=listed), currency="GBP", terms=Terms(timezone.now()))
        assert isinstance(drafted, Draft)
        new = NewOrder(
            id=uuid7(),
            fulfilment=fulfilment,
            payment_terms=payment_terms,
            currency="GBP",
            reference="",
            sold_at=None,
            fingerprint=b"",
            draft=drafted,
            line_ids=[uuid7() for _ in lines],
        )
        create(self.shop.caller, [new])
        self.model.orders[new.id] = as_order(new, self.shop)

    def submit(self, kind: Kind, order_id: UUID | None, payload: dict[str, Any]) -> None:
        content = json.dumps(payload).encode()
        submission = Submission(
            id=uuid7(),
            key=str(uuid7()),
            kind=kind,
            order_id=order_id,
            payload=content,
            fingerprint=fingerprint_of_command(kind, order_id, content),
        )
        assert accept(self.shop.caller, submission)
        self.submissions.append(submission)
        caller = self.shop.caller
        self.note(submission.id, kind, order_id, json.loads(content), issued_by=caller.name, role=caller.role)

    def note(self, id_: UUID, kind: Kind, order_id: UUID | None, payload: Any, *, issued_by: str, role: Any) -> None:
        """What the journal has accepted."""
        self.pending.add(id_)
        self.journal[id_] = Command(
            id=id_,
            kind=kind,
            store_id=self.shop.store_id,
            order_id=order_id,
            issued_by=issued_by,
            terminal_id=self.shop.caller.terminal_id if role else None,
            role=role,
            payload=payload_of(kind, payload),
        )

    def note_of_tasks(self) -> list[Command]:
        """What tasks have submitted since."""
        rows = CommandRow.objects.filter(store_id=self.shop.store_id).exclude(id__in=self.journal).order_by("seq")
        for row in rows:
            kind = Kind(row.kind)
            self.note(row.id, kind, row.order_id, row.payload, issued_by=row.issued_by, role=None)
        return [self.journal[row.id] for row in rows]

    def ready(self, *subjects: Name) -> list[Command]:
        """What a worker may settle now, in the journal's order: nothing behind a parked command. Default: of all."""
        stopped = {self.journal[id_].order_id for id_ in self.parked}
        waiting = [command for command in self.journal.values() if command.id in self.pending]
        free = [command for command in waiting if command.order_id not in stopped]
        return [command for command in free if not subjects or self.subject(command) in subjects]

    def settle(self, command_id: UUID, *, now: datetime) -> None:
        self.pending.remove(command_id)
        self.model.settle([self.journal[command_id]], now=now, kept=self.stopped)

    @property
    def stopped(self) -> frozenset[UUID]:
        """The orders that an operator has to look at."""
        return frozenset(order_id for id_ in self.parked if (order_id := self.journal[id_].order_id))

    def subject(self, command: Command) -> Name:
        return command.order_id or self.shop.store_id

    def subjects(self) -> list[Name]:
        """Whom there is something to ring for, each once."""
        return list(dict.fromkeys(self.subject(one) for one in self.journal.values() if one.id in self.pending))

    def states(self) -> list[tuple[UUID, str]]:
        """Commands that are not settled, in the journal's order."""
        states = dict.fromkeys(self.pending, "pending") | dict.fromkeys(self.parked, "parked")
        return [(id_, states[id_]) for id_ in self.journal if id_ in states]


def open_till(*, numbers: int, insists: bool) -> Till:
    """An empty database but for one shop: of saucers there is no level, postage is not counted."""
    with unguarded():
        cursor().execute(_EMPTY)
    shop = open_shop(shelf={"TEA": 6}, stockroom={"TEA": 4, "CUP": 3}, numbers=numbers)
    Store.objects.update(cash_rounding_minor=COIN_MINOR)
    Product.objects.create(
        store_id=shop.store_id, sku="SAUCER", name="Saucer", price_minor=250, currency="GBP", tracks_stock=True
    )
    rows = StockLevel.objects.filter(store_id=shop.store_id)
    levels = [Level((row.product_id, row.location_id), row.on_hand, row.reserved) for row in rows]
    locations = LocationRow.objects.filter(store_id=shop.store_id).order_by("priority")
    products = Product.objects.filter(store_id=shop.store_id).values_list("sku", "id", "tracks_stock")
    free = InvoiceNumber.objects.filter(store_id=shop.store_id).order_by("id")
    model = Model(
        store_id=shop.store_id,
        locations=[Location(id=row.id, code=row.code, priority=row.priority) for row in locations],
        products={sku: (id_, tracks_stock) for sku, id_, tracks_stock in products},
        levels={level.key: level for level in levels},
        numbers=list(free.values_list("number", flat=True)),
        insists=insists,
        new_id=uuid7,
    )
    return Till(shop, model)


def as_order(new: NewOrder, shop: Shop) -> Order:
    return Order(
        id=new.id,
        store_id=shop.store_id,
        terminal_id=shop.caller.terminal_id,
        status=Status.DRAFT,
        payment_status=PaymentStatus.UNPAID,
        fulfilment=Fulfilment(new.fulfilment),
        payment_terms=PaymentTerms(new.payment_terms),
        currency=new.currency,
        total_minor=new.draft.total_minor,
        paid_minor=0,
        refunded_minor=0,
        invoice_pending=False,
        hold_expired_at=None,
        paid_at=None,
        lines=tuple(
            Line(
                id=line_id,
                product_id=line.product.id,
                sku=line.product.sku,
                tracks_stock=line.product.tracks_stock,
                quantity=line.item.quantity,
                total_minor=line.amounts.total_minor,
                shipped=0,
                returned=0,
            )
            for line_id, line in zip(new.line_ids, new.draft.lines, strict=True)
        ),
        holds=(),
    )
