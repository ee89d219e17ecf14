"""One item of a bulk request: a key, a kind, an order or the id of one, and that kind's own body."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError, create_model, model_validator

from base.http.fields import BIGINT_MAX, WHOLE, Body
from base.http.problems import Problem
from base.http.shown import OrderId
from base.http.validation import Unjudged, invalid_body
from orders.commands.core.machine import ORDER_KINDS, Kind
from orders.drawers.api.bodies import DrawerCloseIn, DrawerMovementIn, DrawerOpenIn
from orders.journal.api.bulk.items import ITEMS_MAX
from orders.journal.api.submit import KEY_LENGTH_MAX, KEY_PATTERN, is_key, submission_of
from orders.journal.db.accept import Submission
from orders.sales.api.bodies import (
    CancelIn,
    DeliverIn,
    ExtendIn,
    FulfillIn,
    OrderIn,
    PayIn,
    ReleaseIn,
    ReserveIn,
    ReturnIn,
)
from orders.sales.api.drafts import order_fingerprint
from orders.sales.api.known_first import id_of
from orders.stock.api.bodies import (
    AdjustIn,
    CommitHoldIn,
    CountIn,
    HoldIn,
    ImportIn,
    ReceiveIn,
    ReleaseHoldIn,
    TransferIn,
    WriteOffIn,
)

Key: TypeAlias = Annotated[str, Field(max_length=KEY_LENGTH_MAX, pattern=KEY_PATTERN, examples=["till-3-000417"])]
_KINDS = frozenset(Kind)

BODIES: dict[Kind, type[Body]] = {
    Kind.PAY: PayIn,
    Kind.RESERVE: ReserveIn,
    Kind.RELEASE: ReleaseIn,
    Kind.FULFILL: FulfillIn,
    Kind.DELIVER: DeliverIn,
    Kind.CANCEL: CancelIn,
    Kind.RETURN: ReturnIn,
    Kind.EXTEND: ExtendIn,
    Kind.RECEIVE: ReceiveIn,
    Kind.ADJUST: AdjustIn,
    Kind.COUNT: CountIn,
    Kind.WRITE_OFF: WriteOffIn,
    Kind.TRANSFER: TransferIn,
    Kind.IMPORT: ImportIn,
    Kind.HOLD: HoldIn,
    Kind.RELEASE_HOLD: ReleaseHoldIn,
    Kind.COMMIT_HOLD: CommitHoldIn,
    Kind.DRAWER_OPEN: DrawerOpenIn,
    Kind.DRAWER_MOVEMENT: DrawerMovementIn,
    Kind.DRAWER_CLOSE: DrawerCloseIn,
}


NEW_ORDER: dict[str, Any] = {
    "id": "01a1fe16-acae-721c-a53e-11d390f4e92e",
    "currency": "GBP",
    "fulfilment": "immediate",
    "lines": [{"sku": "TEA-EARL-GREY", "quantity": 2, "unit_price_minor": 499}],
}


class ItemIn(Body):
    key: Key
    kind: Kind
    body: Body
    sequence: Annotated[
        Annotated[int, Field(strict=True, ge=1, le=BIGINT_MAX), WHOLE] | None,
        Field(description="The terminal's own count, from 1; see its gaps."),
    ] = None

    @property
    def for_order(self) -> OrderIn | UUID | None:
        """The order that comes with it, or the id of one; None for a stock command."""
        return None


class OrderItemIn(ItemIn):
    order_id: OrderId | None = None
    order: Annotated[OrderIn | None, Field(description="Created first if it is new.", examples=[NEW_ORDER])] = None

    @model_validator(mode="after")
    def names_one(self) -> Self:
        if (self.order_id is None) == (self.order is None):
            raise ValueError("name either order_id or order")
        return self

    @property
    def for_order(self) -> OrderIn | UUID | None:
        return self.order or self.order_id


@dataclass(frozen=True, slots=True)
class UnjudgedItem:
    """An item that is refused today, and why, unless it was taken before."""

    given: Mapping[str, Any]
    problem: Problem

    @property
    def key(self) -> str:
        return str(self.given["key"])

    def submission(self) -> Submission:
        """As it would have been stored; or it never was, and the problem stands."""
        body, order, order_id = (self.given.get(name) for name in ("body", "order", "order_id"))
        kind = str(self.given.get("kind"))
        if kind not in _KINDS or self.given.keys() - OrderItemIn.model_fields or (order and order_id):
            raise self.problem
        brought = Unjudged(OrderIn, order, self.problem) if order else None
        return submission_of(
            Kind(kind),
            id_of(order) if order else id_of({"id": order_id}),
            Unjudged(BODIES[Kind(kind)], {} if body is None else body, self.problem),
            key=self.key,
            order_fingerprint=order_fingerprint(brought) if brought else None,
            nameless_order=brought is not None and id_of(order) is None,
        )


def _item_model(kind: Kind) -> type[ItemIn]:
    body = BODIES[kind]
    needs_body = any(field.is_required() for field in body.model_fields.values())
    fields: dict[str, Any] = {"kind": (Literal[kind], ...), "body": (body, ... if needs_body else body())}
    name = "".join(word.capitalize() for word in kind.split("_"))
    return create_model(f"{name}CommandIn", __base__=OrderItemIn if kind in ORDER_KINDS else ItemIn, **fields)


_ANY_ITEM: Any = Annotated[reduce(or_, map(_item_model, BODIES)), Field(discriminator="kind")]
_ITEM: TypeAdapter[ItemIn] = TypeAdapter(_ANY_ITEM)


def items_schema() -> dict[str, Any]:
    """Made where the document is asked for: a web server's start need not wait for it."""
    items: Any = Annotated[list[_ANY_ITEM], Field(min_length=1, max_length=ITEMS_MAX)]
    return TypeAdapter(items).json_schema(ref_template="#/components/schemas/{model}")


def parse_item(index: int, given: Any) -> ItemIn | UnjudgedItem | Problem:
    """`given`: a problem already, if it was a line that is no JSON."""
    if isinstance(given, Problem):
        return given
    try:
        return _ITEM.validate_python(given)
    except ValidationError as error:
        errors = [{**one, "loc": _untagged(one["loc"])} for one in error.errors(include_input=False)]
        problem = invalid_body(errors).under(index)
        has_key = isinstance(given, dict) and is_key(given.get("key"))
        return UnjudgedItem(given, problem) if has_key else problem


def _untagged(place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Pydantic puts the union's tag, which is the kind, in front of the place. No field is called like a kind."""
    return place[1:] if place and place[0] in _KINDS else place
