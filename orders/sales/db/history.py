"""What happened to an order."""

from typing import Any
from uuid import UUID

from base.sql.sets import dicts

_HISTORY = """
    SELECT at, from_status, to_status, command_id, kind, terminal, nullif(reason, '') AS reason
    FROM orders_statuschange WHERE order_id = %s ORDER BY id
"""


def history(order_id: UUID) -> list[dict[str, Any]]:
    """Oldest first, whole."""
    return dicts(_HISTORY, (order_id,))
