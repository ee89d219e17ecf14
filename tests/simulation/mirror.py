"""The same shop in memory: what was committed is decided once more by the core, one command at a time, in the order of
the commits, and must come to the same. What a batch read too early, wrote too late or took twice shows here."""

import json
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.core.levels import Level
from inventory.core.levels import Location as Place
from inventory.models import Location, Product, StockLevel
from orders.commands.core.order import Command, Order
from orders.journal.core.batch import Decided
from tests.properties.model import Model
from tests.properties.reading import Reading, read_database, read_model
from tests.simulation.server import Server

_LATE = "SELECT order_id, number FROM orders_invoicenumber WHERE order_id = ANY(%s)"
_LATE_NOTES = "SELECT credit_note_id, number FROM orders_invoicenumber WHERE credit_note_id = ANY(%s)"
_ORDERS = "SELECT id FROM orders_order WHERE store_id = %s"
_OF_DRAWERS = "SELECT id FROM orders_command WHERE store_id = %s AND drawer_id IS NOT NULL"
_MADE = re.compile(r'"(payment_)?id": "[0-9a-f-]+"')
"""Ids of payments, which each of the two makes for itself."""
STOPPED_MAX = 30
POSTED = {"posted": "assigned"}
NOT_COMPARED = {"numbers"}
"""Which numbers are free is accounting's and the laws' business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A batch, as it was given to `save`."""

    decided: Sequence[Decided]
    numbers: dict[UUID, str]
    authorizations: Any
    now: datetime


@dataclass(slots=True)
class Mirror:
    """`drafts`: orders that tills opened, whether or not that was committed. `stopped`: orders with a command that is
    parked, or awaits its provider; now, and before."""

    server: Server
    model: Model
    drafts: dict[UUID, Order] = field(default_factory=dict)
    stopped: list[frozenset[UUID]] = field(default_factory=lambda: [frozenset()])

    def commit(self, saved: Saved) -> list[str]:
        self._number_late()
        model, broken = self.model, list[str]()
        for one in saved.decided:
            command = one.command
            if command.store_id != model.store_id:
                continue
            model.authorizations[command.id] = saved.authorizations.get(command.id, ()) or _as_found(command)
            if command.order_id and command.order_id not in model.orders:
                model.orders[command.order_id] = self.drafts[command.order_id]
            number = saved.numbers.get(command.id)
            model.numbers = [number] if number else []
            decided = self._decide(one, now=saved.now)
            model.keep(decided)
            if not _agree(decided, one):
                broken.append(f"{command.kind} {command.id} came to {one.outcome}, in its turn it is {decided}")
        return broken

    def stop(self, stopped: frozenset[UUID]) -> None:
        if stopped != self.stopped[-1]:
            self.stopped = [*self.stopped[len(self.stopped) + 1 - STOPPED_MAX :], stopped]

    def _decide(self, one: Decided, *, now: datetime) -> list[Decided]:
        """What was stopped as the batch looked may be freed before it commits: that batch came before."""
        for stopped in reversed(self.stopped):
            decided = self.model.decide([one.command], now=now, kept=stopped)
            if _agree(decided, one):
                return decided
        return self.model.decide([one.command], now=now, kept=self.stopped[-1])

    def differences(self) -> list[str]:
        """What the database has otherwise."""
        self._number_late()
        model = self.model
        there = {id_ for (id_,) in self.server.execute(_ORDERS, (model.store_id,))}
        for id_ in there - model.orders.keys():
            model.orders[id_] = self.drafts[id_]
        read = read_database(model.store_id)
        # The core knows nothing of accounting, and of drawers only what is sold.
        read.rows["entries"] = [row for row in read.rows["entries"] if row[1] is not None]
        for (id_,) in self.server.execute(_OF_DRAWERS, (model.store_id,)):
            read.verdicts.pop(id_, None)
        read.rows["credit_notes"] = [tuple(POSTED.get(x, x) for x in row) for row in read.rows["credit_notes"]]
        database, mirror = _sorted(read), _sorted(read_model(model))
        return [
            f"{name}: the database has {_only(rows, mirror[name])}, the core {_only(mirror[name], rows)}"
            for name, rows in database.items()
            if rows != mirror[name] and name not in NOT_COMPARED
        ]

    def _number_late(self) -> None:
        model = self.model
        waiting = [order.id for order in model.orders.values() if order.invoice_pending]
        for id_, number in self.server.execute(_LATE, (waiting,)) if waiting else ():
            model.numbers = [number]
            model.number_late(id_, number)
        notes = [id_ for id_, note in model.credit_notes.items() if note.number is None]
        for id_, number in self.server.execute(_LATE_NOTES, (notes,)) if notes else ():
            model.numbers = [number]
            model.number_credit_note_late(id_, number)


def _as_found(command: Command) -> list[Any]:
    """What gives way to a count finds its order as it is, lapsed or not, and so does what a provider was asked for."""
    return [command] if getattr(command.payload, "gives_way_to", None) else []


def _agree(decided: Sequence[Decided], one: Decided) -> bool:
    """The core would release nothing first, and comes to the same."""
    return len(decided) == 1 and type(decided[0].outcome) is type(one.outcome)


def _sorted(reading: Reading) -> dict[str, list[str]]:
    """Rows of different orders are numbered as they were written, not as they were committed."""
    rows = {name: sorted(map(_text, of_name)) for name, of_name in reading.rows.items()}
    return {**rows, "answers": sorted(_text([id_, *astuple(verdict)]) for id_, verdict in reading.verdicts.items())}


def _text(row: Any) -> str:
    return _MADE.sub("", json.dumps(row, sort_keys=True, default=str))


def _only(rows: list[str], others: list[str]) -> list[str]:
    return [row for row in rows if row not in others][:3]


def mirror_of(server: Server, store_id: int, *, insists: bool) -> Mirror:
    """As the shop is before anything was sold."""
    rows = StockLevel.objects.filter(store_id=store_id)
    levels = [Level((row.product_id, row.location_id), row.on_hand, row.reserved) for row in rows]
    places = Location.objects.filter(store_id=store_id).order_by("priority")
    products = Product.objects.filter(store_id=store_id).values_list("sku", "id", "tracks_stock")
    model = Model(
        store_id=store_id,
        locations=[Place(id=row.id, code=row.code, priority=row.priority) for row in places],
        products={sku: (id_, tracks_stock) for sku, id_, tracks_stock in products},
        levels={level.key: level for level in levels},
        numbers=[],
        insists=insists,
    )
    return Mirror(server, model)
