"""What a new command is refused for before it is accepted: it names what the store does not have, or its role does not
reach as far as this order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from base.http.fields import AMOUNT_MINOR_MAX, Body
from base.http.problems import Problem, at
from inventory.db.reads.names import location_codes, products_by_sku
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, Status
from orders.commands.core.roles import Action, cancel_needs, may
from orders.journal.core.shares import lane_of
from orders.journal.db.accept import Submission
from orders.journal.db.backlog import has_room
from orders.payments.registry import provider_names
from orders.sales.api.bodies import CancelIn, PayIn, PayShortage, RefundToIn, ReturnIn, TenderIn
from orders.sales.db.orders import KnownOrder, described
from orders.stock.api.bodies import AdjustIn, CommitHoldIn, CountIn, HoldIn, ReceiveIn, ReleaseHoldIn, TransferIn
from orders.terminals.api.auth import require


def check_room(store_id: int, new: Collection[Submission]) -> None:
    """Refuse new commands while too many wait to be carried out."""
    if not has_room(store_id, [lane_of(one.order_id, one.drawer_id) for one in new]):
        detail = "Too many commands wait to be carried out; come back in 1 s. Nothing was stored."
        raise Problem(503, "commands_waiting", detail, headers={"Retry-After": "1"})


Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Where a body names what. `defaults`: where it could have named a location, and the store's first one is meant.
    `counted`: SKU and location of each item of a count, which says of one level one thing. `sums`: of the amounts in
    one place."""

    skus: Sequence[tuple[Path, str]] = ()
    locations: Sequence[tuple[Path, str]] = ()
    defaults: Sequence[Path] = ()
    providers: Sequence[tuple[Path, str]] = ()
    counted: Sequence[tuple[str, str | None]] = ()
    sums: Sequence[tuple[Path, int]] = ()


def named(body: Body) -> Named:
    match body:
        case PayIn():
            tenders = enumerate(body.tenders)
            return Named(
                providers=[(("tenders", at_, "provider"), one.provider) for at_, one in tenders if one.provider],
                sums=_sums("tenders", body.tenders),
            )
        case CancelIn():
            return Named(sums=_sums("refund_to", body.refund_to))
        case ReturnIn():
            skus = [(("lines", at_, "sku"), line.sku) for at_, line in enumerate(body.lines) if line.sku is not None]
            locations = [(("location",), body.location)] if body.location is not None else []
            return Named(skus, locations, sums=_sums("refund_to", body.refund_to))
        case ReceiveIn() | AdjustIn() | CountIn() | TransferIn() | HoldIn() | ReleaseHoldIn() | CommitHoldIn():
            items: Sequence[Body] = body.items
            places = [one for field in _LOCATIONS for one in _fields(items, field)]
            counted = [(item.sku, item.location) for item in body.items] if isinstance(body, CountIn) else []
            return Named(list(_fields(items, "sku")), places, list(_left_open(items)), counted=counted)
        case _:
            return Named()


_LOCATIONS = ("location", "from_location", "to_location")


def _sums(field: str, rows: Sequence[TenderIn] | Sequence[RefundToIn] | None) -> list[tuple[Path, int]]:
    return [((field,), sum(row.amount_minor for row in rows or ()))]


def _fields(items: Sequence[Body], field: str) -> Iterator[tuple[Path, str]]:
    for index, item in enumerate(items):
        if (value := getattr(item, field, None)) is not None:
            yield ("items", index, field), value


def _left_open(items: Sequence[Body]) -> Iterator[Path]:
    for index, item in enumerate(items):
        if getattr(item, "location", "") is None:
            yield "items", index, "location"


def check_references(store_id: int, body: Body) -> None:
    """Refuse a body that names what the store does not have."""
    names = named(body)
    products = products_by_sku(store_id, {sku for _, sku in names.skus}) if names.skus else {}
    locations = location_codes(store_id) if names.locations or names.defaults else []
    if problem := unknown(names, products=products, locations=locations):
        raise problem


def unknown(names: Named, *, products: Collection[str], locations: Sequence[str]) -> Problem | None:
    """`locations`: by priority."""
    if errors := list(_errors(names, products, locations)):
        return Problem(422, errors[0]["code"], "The store does not have all that is named.", errors=errors)
    if errors := list(_repeated(names.counted, locations)):
        return Problem(422, "sku_repeated", "One count says different things of one level.", errors=errors)
    if errors := list(_too_large(names.sums)):
        return Problem(422, "amount_too_large", "A sum is more than an amount may be.", errors=errors)
    return None


def _too_large(sums: Sequence[tuple[Path, int]]) -> Iterator[dict[str, Any]]:
    for path, minor in sums:
        if minor > AMOUNT_MINOR_MAX:
            yield at(path, "They come to more than an amount may be.", "amount_too_large")


def _repeated(counted: Sequence[tuple[str, str | None]], locations: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A location that is left out is the first."""
    seen: set[tuple[str, str]] = set()
    for index, (sku, location) in enumerate(counted):
        level = (sku, location or locations[0])
        if level in seen:
            yield at(["items", index, "sku"], f"An earlier item is of {sku} at {level[1]} already.", "sku_repeated")
        seen.add(level)


def _errors(names: Named, products: Collection[str], locations: Collection[str]) -> Iterator[dict[str, Any]]:
    for path, sku in names.skus:
        if sku not in products:
            yield at(path, f"The store has no product {sku}.", "product_not_found")
    for path, name in names.providers:
        if name not in provider_names():
            yield at(path, f"The shop has no payment provider {name}.", "provider_not_found")
    for path, code in names.locations:
        if code not in locations:
            yield at(path, f"The store has no location {code}.", "location_not_found")
    if not locations:
        for path in names.defaults:
            yield at(path, "The store has no location yet.", "location_not_found")


def check_cancel(caller: Caller, submission: Submission) -> None:
    """Refuse a cancel that goes beyond the role."""
    if submission.kind is not Kind.CANCEL or may(caller.role, Action.SUPERVISE) or submission.order_id is None:
        return
    order = described(submission.order_id)
    if order and order.store_id == caller.store_id:
        check_reach(caller, order)


def check_recordable(caller: Caller, submission: Submission, body: Body) -> None:
    """Refuse to record as handed over what is to be shipped."""
    if not _records(body) or submission.order_id is None:
        return
    order = described(submission.order_id)
    if order and order.store_id == caller.store_id:
        check_immediate(body, order.fulfilment)


def check_immediate(body: Body, fulfilment: str) -> None:
    if _records(body) and fulfilment != Fulfilment.IMMEDIATE:
        detail = "Only what an immediate sale has handed over already can be recorded; a shipment may be backordered."
        raise Problem(422, "shortage_not_recordable", detail, errors=[at(["shortage"], detail)])


def _records(body: Body) -> bool:
    return isinstance(body, PayIn) and body.shortage is PayShortage.RECORD


def check_reach(caller: Caller, order: KnownOrder) -> None:
    """Refuse a cancel of this order if it goes beyond the role."""
    # What has lapsed is a draft, though no task may have been by yet.
    has_lapsed = order.has_lapsed and order.status == Status.PROCESSING
    needed = cancel_needs(
        status=Status.DRAFT if has_lapsed else Status(order.status),
        payment_status=PaymentStatus(order.payment_status),
        own=order.terminal_id == caller.terminal_id,
    )
    require(caller.role, needed)
