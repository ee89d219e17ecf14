"""What stock looks like from outside."""

from typing import Annotated

from pydantic import BaseModel, Field


class LevelOut(BaseModel):
    location: str
    on_hand: int
    reserved: int
    available: int
    reorder_point: int | None
    needs_reorder: bool


class ItemOut(BaseModel):
    sku: str
    name: str
    gtin: str | None
    tracks_stock: bool
    on_hand: int
    reserved: int
    available: int
    needs_reorder: bool
    levels: list[LevelOut]


class CheckedOut(BaseModel):
    """`available` is null for a product that does not track stock: it never runs out."""

    sku: str
    requested: int
    available: int | None
    sufficient: bool


class AvailabilityOut(BaseModel):
    available: Annotated[bool, Field(examples=[True])]
    items: list[CheckedOut]
