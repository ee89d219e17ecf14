"""What a store decides for all its sales, and what becomes of it when somebody names some of its fields."""

from datetime import time
from typing import NamedTuple, TypedDict


class Settings(NamedTuple):
    """As the outside sees them. `pos_discount_limit_percent`: how much of the catalogue's value a till may give away;
    None is all of it. `cash_rounding_minor`: the smallest coin."""

    name: str
    address: str | None
    tax_id: str | None
    currency: str
    time_zone: str
    locale: str
    day_starts_at: time
    prices_include_tax: bool
    cash_rounding_minor: int
    require_drawer: bool
    pos_discount_limit_percent: str | None
    receipt_footer: str | None


OF_DRAWERS = ("time_zone", "day_starts_at", "prices_include_tax")


class StoreFields(TypedDict, total=False):
    """What is to change of a store: what is absent stays as it is, null is the default, or nothing."""

    name: str
    address: str | None
    tax_id: str | None
    currency: str
    time_zone: str | None
    locale: str | None
    day_starts_at: time | None
    prices_include_tax: bool | None
    cash_rounding_minor: int | None
    require_drawer: bool | None
    pos_discount_limit_percent: str | None
    receipt_footer: str | None


def edited_store(named: StoreFields, before: Settings) -> Settings:
    prices_include_tax = named.get("prices_include_tax", before.prices_include_tax)
    return Settings(
        name=named.get("name", before.name),
        address=named.get("address", before.address),
        tax_id=named.get("tax_id", before.tax_id),
        currency=named.get("currency", before.currency),
        time_zone=named.get("time_zone", before.time_zone) or "UTC",
        locale=named.get("locale", before.locale) or "en",
        day_starts_at=named.get("day_starts_at", before.day_starts_at) or time(),
        prices_include_tax=True if prices_include_tax is None else prices_include_tax,
        cash_rounding_minor=named.get("cash_rounding_minor", before.cash_rounding_minor) or 1,
        require_drawer=named.get("require_drawer", before.require_drawer) or False,
        pos_discount_limit_percent=named.get("pos_discount_limit_percent", before.pos_discount_limit_percent),
        receipt_footer=named.get("receipt_footer", before.receipt_footer),
    )


def needs_closed_drawers(before: Settings, after: Settings) -> list[str]:
    """What differs that an open drawer is counted by."""
    return [name for name in OF_DRAWERS if getattr(before, name) != getattr(after, name)]
