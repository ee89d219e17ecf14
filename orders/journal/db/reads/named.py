"""What the database knows about who sends a bulk request and everything that it names, in one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic_core import from_json

from base.sql.sets import first_row
from inventory.core.price_list import PriceList
from inventory.db.reads.price_list import PARTS, price_list_of
from orders.commands.core.caller import Caller
from orders.journal.db.reads.commands import Known
from orders.sales.db.orders import HAS_LAPSED, KnownOrder
from orders.terminals.db.reads import STILL_SO, as_known

# Rows as JSON, so that different kinds of them fit into one answer.
_FACTS = f"""
SELECT {PARTS}, (
    SELECT json_agg(code ORDER BY priority, id) FROM inventory_location WHERE store_id = %(store_id)s
)::text, (
    SELECT json_agg(json_build_array(key, id, kind, order_id, encode(fingerprint, 'hex')))
    FROM orders_command WHERE terminal_id = %(terminal_id)s AND key = ANY(%(keys)b) AND key_freed_at IS NULL
)::text, (
    SELECT json_agg(json_build_array(id, store_id, status, payment_status, terminal_id, encode(fingerprint, 'hex'),
        {HAS_LAPSED}, fulfilment))
    FROM orders_order WHERE id = ANY(%(order_ids)b)
)::text, {STILL_SO}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Codes by priority, by key of this terminal, by id of any store. `caller_is_so`: whether the caller is still as he
    is known."""

    prices: PriceList
    locations: Sequence[str]
    commands: Mapping[str, Known]
    orders: Mapping[UUID, KnownOrder]
    caller_is_so: bool


def read_facts(
    caller: Caller, key_hash: bytes, *, skus: Collection[str], keys: Collection[str], order_ids: Collection[UUID]
) -> Facts:
    """May be the first statement of a call."""
    asked = {
        **as_known(caller, key_hash),
        "skus": list(skus),
        "keys": list(keys),
        "order_ids": list(order_ids),
    }
    row = first_row(_FACTS, asked)
    assert row is not None
    products, taxes, store, *others, caller_is_so = row
    locations, commands, orders = ([] if part is None else from_json(part) for part in others)
    return Facts(
        prices=price_list_of(products, taxes, store),
        locations=locations,
        commands={command[0]: _command(*command[1:]) for command in commands},
        orders={UUID(id_): _order(*order) for id_, *order in orders},
        caller_is_so=caller_is_so,
    )


def _order(
    store_id: int, status: str, paid: str, terminal_id: int | None, fingerprint: str, lapsed: bool, fulfilment: str
) -> KnownOrder:
    return KnownOrder(store_id, status, paid, terminal_id, bytes.fromhex(fingerprint), lapsed, fulfilment)


def _command(id_: str, kind: str, order_id: str | None, fingerprint: str) -> Known:
    return Known(UUID(id_), kind, UUID(order_id) if order_id else None, bytes.fromhex(fingerprint))
