"""The whole story of a command or of an order, in the order of time: who sent what, who was asked, what it did, and
what accounting said."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from base.admin.column import amount_of, instant_of, quantity_of
from base.admin.tables import tables
from base.admin.window import link, link_to
from inventory.models import StockMovement
from orders.accounting.core import EntryState
from orders.accounting.models import JournalEntry
from orders.commands.core.outcomes import CommandState
from orders.commands.models import Repair
from orders.invoicing.models import InvoiceNumber
from orders.journal.admin.found import of_order
from orders.journal.models import Command
from orders.payments.models import Authorization, Payment
from orders.sales.models import Order, StatusChange

ROWS_MAX = 100
"""Of each kind: an order may have thousands of lines."""
KEPT_AS = "_story"


class Event(NamedTuple):
    """`page`: a link to the row that it is about, or a dash."""

    at: datetime
    what: str
    page: str


class About(NamedTuple):
    """What is told about: one command, or an order and so all of its commands. `row`: in whose store's words."""

    row: Command | Order
    commands: list[Command]
    order_id: UUID | None
    command_id: UUID | None


def story_of_command(command: Command) -> str:
    return _once(command, lambda: _told(About(command, [command], command.order_id, command.id)))


def story_of_order(order: Order) -> str:
    return _once(order, lambda: _of_order(order))


def _once(row: Command | Order, tell: Callable[[], str]) -> str:
    """A page's template asks for a field's value half a dozen times."""
    kept = vars(row)
    if KEPT_AS not in kept:
        kept[KEPT_AS] = tell()
    told: str = kept[KEPT_AS]
    return told


def _of_order(order: Order) -> str:
    commands = list(Command.objects.filter(of_order(order.id)).order_by("seq")[:ROWS_MAX])
    made = Event(order.created_at, f"{order.created_by} made it: {amount_of(order, order.total_minor)}", "-")
    return _told(About(order, commands, order.id, None), made)


def _told(about: About, *first: Event) -> str:
    events = sorted([*first, *(event for tell in TELLERS for event in tell(about))], key=lambda event: event.at)
    rows = [[instant_of(about.row, event.at), event.what, event.page] for event in events]
    return tables(("", ["when", "what", "where"], rows))


def _accepted(about: About) -> Iterator[Event]:
    for command in about.commands:
        # A ring has its command's id, unless it is one for many.
        task = link_to(f"/flower/task/{command.id}", "task in Flower")
        page = task if about.command_id else link("orders_command", command.id, command.kind)
        yield Event(
            command.accepted_at, f"{command.issued_by} sent {command.kind}; stored, and a worker rung for", page
        )


def _settled(about: About) -> Iterator[Event]:
    for command in about.commands:
        if command.settled_at:
            took = (command.settled_at - command.accepted_at).total_seconds()
            alone = f", begun alone {command.attempts} times before" if command.attempts else ""
            by = f" by {command.dismissed_by}" if command.dismissed_by else ""
            code = f": {command.outcome_code}" if command.state == CommandState.REJECTED else ""
            waited = f", having waited {command.waited_ms / 1_000:.3f} s for rows" if command.waited_ms else ""
            worker = f", by the worker {command.worker}{waited}" if command.worker and not by else ""
            what = f"{command.kind} {command.state}{by}{code}, {took:.3f} s after it came{alone}{worker}"
            yield Event(command.settled_at, what, "-")


def _changes(about: About) -> Iterator[Event]:
    for one in _rows(StatusChange.objects, about):
        page = link("orders_order", one.order_id, "order") if about.command_id else "-"
        yield Event(one.at, f"the order went from {one.from_status} to {one.to_status}", page)


def _movements(about: About) -> Iterator[Event]:
    of: dict[str, Any] = {} if about.command_id is None else {"command_id": about.command_id}
    of |= {"order_id": about.order_id} if about.order_id else {"order_id__isnull": True}
    found: QuerySet[Any] = StockMovement.objects.filter(**of)
    for one in found.select_related("level__product", "location", "store").order_by("id")[:ROWS_MAX]:
        held = f", held {quantity_of(one, one.reserved_change)}" if one.reserved_change else ""
        what = (
            f"{one.kind}: {one.level.product.sku} {quantity_of(one, one.quantity_change)}{held} at {one.location.code}"
        )
        yield Event(one.created_at, what, link("inventory_stockmovement", one.id, "movement"))


def _payments(about: About) -> Iterator[Event]:
    for one in _rows(Payment.objects, about):
        what = f"{one.kind} of {amount_of(about.row, one.amount_minor)} by {one.method}"
        yield Event(one.created_at, what, link("orders_payment", one.id, "payment"))


def _authorizations(about: About) -> Iterator[Event]:
    for one in _rows(Authorization.objects, about):
        page = link("orders_authorization", one.id, "authorization")
        yield Event(one.requested_at, f"{one.provider} is to authorize {amount_of(about.row, one.amount_minor)}", page)
        if one.answered_at:
            yield Event(one.answered_at, f"{one.provider}: {one.state} {one.detail}".strip(), page)


def _numbers(about: About) -> Iterator[Event]:
    for one in _rows(InvoiceNumber.objects, about):
        if one.assigned_at:
            yield Event(one.assigned_at, f"its number is {one.number}", link("orders_invoicenumber", one.id, "number"))


def _entries(about: About) -> Iterator[Event]:
    for one in _rows(JournalEntry.objects, about):
        page = link("orders_journalentry", one.id, "entry")
        wrong = f", parked: {one.last_error}" if one.state == EntryState.PARKED else ""
        yield Event(one.created_at, f"an entry for accounting, {one.kind}{wrong}", page)
        if one.posted_at:
            yield Event(one.posted_at, f"accounting booked it as {one.accounting_reference}", page)


def _repairs(about: About) -> Iterator[Event]:
    for one in Repair.objects.filter(command__in=[command.id for command in about.commands]):
        yield Event(one.at, f"{one.by}: {one.act}{f' ({one.reason})' if one.reason else ''}", "-")


def _rows(rows: Any, about: About) -> Any:
    """By the index of the order: rows have none of their command."""
    if about.order_id is None:
        return ()
    found = rows.filter(order=about.order_id)
    return (found.filter(command_id=about.command_id) if about.command_id else found)[:ROWS_MAX]


TELLERS = (_accepted, _authorizations, _changes, _movements, _payments, _numbers, _entries, _settled, _repairs)
