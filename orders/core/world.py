"""What a decision may look at besides its order and its command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inventory.core.levels import Location, Stock


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`locations`: the store's, by priority. `products`: sku -> (id, tracks stock), of the SKUs that commands name."""

    now: datetime
    new_id: Callable[[], UUID]
    stock: Stock
    locations: Sequence[Location]
    products: Mapping[str, tuple[int, bool]]

    def location_id(self, code: str | None) -> int:
        """The named location, or the store's first by priority."""
        if code is None:
            return self.locations[0].id
        return next(location.id for location in self.locations if location.code == code)
