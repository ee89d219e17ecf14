"""What stock looks like from outside."""

from typing import Annotated

from pydantic import BaseModel, Field

from base.http.shown import GtinOut, NameOut, PlaceOut, SkuOut, UnitsOut


class LevelOut(BaseModel):
    location: PlaceOut
    on_hand: Annotated[int, Field(examples=[12])]
    reserved: Annotated[int, Field(examples=[2])]
    available: Annotated[int, Field(examples=[10])]
    reorder_point: int | None
    needs_reorder: bool


class ItemOut(BaseModel):
    sku: SkuOut
    name: NameOut
    gtin: GtinOut | None
    tracks_stock: Annotated[bool, Field(examples=[True])]
    on_hand: Annotated[int, Field(examples=[12])]
    reserved: Annotated[int, Field(examples=[2])]
    available: Annotated[int, Field(examples=[10])]
    needs_reorder: bool
    levels: list[LevelOut]


class CheckedOut(BaseModel):
    """`available` is null for a product that does not track stock: it never runs out."""

    sku: SkuOut
    requested: UnitsOut
    available: Annotated[int | None, Field(examples=[10])]
    sufficient: Annotated[bool, Field(examples=[True])]


class AvailabilityOut(BaseModel):
    available: Annotated[bool, Field(examples=[True])]
    items: list[CheckedOut]
