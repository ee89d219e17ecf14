"""What the feed looks like from outside: each change with its thing, as it is when it is read."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field

from base.http.shown import OrderId, PlaceOut, SkuOut
from inventory.api.locations import LocationOut
from inventory.api.products import ProductOut
from inventory.api.taxes import TaxOut
from orders.sales.api.shapes import OrderOut
from orders.stock.api.shapes import MovementOut
from orders.terminals.api.store import StoreOut


class _ChangeOut(BaseModel):
    at: Annotated[datetime, Field(description="When it changed.")]


class OrderChangeOut(_ChangeOut):
    kind: Literal["order"]
    id: OrderId
    value: OrderOut


class MovementChangeOut(_ChangeOut):
    kind: Literal["movement"]
    id: Annotated[int, Field(examples=[4171])]
    value: MovementOut


class ProductChangeOut(_ChangeOut):
    kind: Literal["product"]
    id: SkuOut
    value: ProductOut


class TaxChangeOut(_ChangeOut):
    kind: Literal["tax"]
    id: Annotated[str, Field(examples=["standard"])]
    value: TaxOut


class LocationChangeOut(_ChangeOut):
    kind: Literal["location"]
    id: PlaceOut
    value: LocationOut


class StoreChangeOut(_ChangeOut):
    kind: Literal["store"]
    id: None
    value: StoreOut


AnyChangeOut: TypeAlias = Annotated[
    OrderChangeOut | MovementChangeOut | ProductChangeOut | TaxChangeOut | LocationChangeOut | StoreChangeOut,
    Field(discriminator="kind"),
]


class ChangesOut(BaseModel):
    items: list[AnyChangeOut]
    next_cursor: Annotated[str, Field(description="What to ask `after` next; always there.", examples=["WyIwMWEx"])]
