"""Stores that are on their way to another stack (orders.moving): upkeep begins nothing in them any more."""

STAYS = "(SELECT leaving_at FROM inventory_store WHERE id = {store_id}) IS NULL"
"""Whether the store of a row goes on here. One look by its key for each row that is found."""
