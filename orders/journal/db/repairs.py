"""What operators did about parked commands."""

from typing import Any
from uuid import UUID

from base.sql.sets import dicts

_REPAIRS = """
    SELECT at, act, by, nullif(reason, '') AS reason FROM orders_repair WHERE command_id = %s ORDER BY id
"""


def repairs(command_id: UUID) -> list[dict[str, Any]]:
    """Oldest first, whole."""
    return dicts(_REPAIRS, (command_id,))
