"""What a store decides for all its sales, and what becomes of it when somebody names some of its fields."""

from collections.abc import Mapping
from datetime import time
from typing import Any, NamedTuple


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


DEFAULTS: Mapping[str, Any] = {
    "time_zone": "UTC",
    "locale": "en",
    "day_starts_at": time(),
    "prices_include_tax": True,
    "cash_rounding_minor": 1,
    "require_drawer": False,
}


def edited_store(named: Mapping[str, Any], before: Settings) -> Settings:
    """What is absent stays; null is the default, or nothing."""
    values: dict[str, Any] = {field: DEFAULTS.get(field) if value is None else value for field, value in named.items()}
    return before._replace(**values)
