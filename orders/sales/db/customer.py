"""Who buys: given with the order, with its lines, or alone."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, Literal, TypeAlias
from uuid import UUID

from pydantic_core import to_json

from base.sql.retry_transient import again
from base.sql.sets import cursor

Customer: TypeAlias = Mapping[str, str | None]
"""`name`, `tax_id`, `address`, `email`; None where it is not known."""


class _Stays(Enum):
    UNCHANGED = 0


UNCHANGED: Final = _Stays.UNCHANGED
Unchanged: TypeAlias = Literal[_Stays.UNCHANGED]

_PUT = """
    UPDATE orders_order SET customer = %(customer)s::jsonb
    WHERE id = %(order_id)s AND store_id = %(store_id)s AND status <> 'cancelled'
"""


def as_jsonb(customer: Customer | Unchanged | None) -> str | None:
    return None if customer is None or customer is UNCHANGED else to_json(customer).decode()


@again
def put_customer(store_id: int, order_id: UUID, customer: Customer | None) -> bool:
    """Say who buys, or with None that nobody knows; False, and nothing changed, where the store has no such order or it
    is cancelled. Locks the order."""
    given = {"store_id": store_id, "order_id": order_id, "customer": as_jsonb(customer)}
    return cursor().execute(_PUT, given).rowcount == 1
