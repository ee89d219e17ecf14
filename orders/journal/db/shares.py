"""Which commands are a queue's share, as a condition; and which queue a command is rung for on.

Without a mapping there is no condition, so that plans stay as they are, and nothing is looked up. A queue is found by
whose the command is each time that it is rung for or looked for, and kept nowhere: another mapping holds for what waits
already.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings

from base.sql.sets import cursor, first_row
from orders.journal.core.batch import DrawerSubject, OrderSubject, Rung, StoreSubject, order_ids
from orders.journal.core.shares import COMMANDS, Lane, Share, queue_of, queues, share_of

_PART = """(store_id = ANY(ARRAY(
        SELECT id FROM inventory_store WHERE code = ANY(%({lane}_stores)s)
    ))) <> %({lane}_others)s"""
_OF = f""" AND CASE WHEN order_id IS NULL AND drawer_id IS NULL
    THEN {_PART.format(lane=Lane.STOCK)} ELSE {_PART.format(lane=Lane.SALES)} END"""

_CODE = "SELECT code FROM inventory_store WHERE id = %s"

_STORES_OF_ORDERS = "SELECT id, store_id FROM orders_order WHERE id = ANY(%s)"


def all_queues() -> tuple[str, ...]:
    return queues(settings.COMMAND_QUEUES)


def share(queue: str) -> Share:
    return share_of(settings.COMMAND_QUEUES, queue)


def of(share: Share) -> str:
    """A condition on commands, to add to others."""
    return "" if share is None else _OF


def named(share: Share) -> dict[str, Any]:
    """What the statement is given."""
    given: dict[str, Any] = {}
    for lane, part in (share or {}).items():
        given |= {f"{lane}_stores": list(part.stores), f"{lane}_others": part.others}
    return given


def queue_for(store_id: int, lane: Lane) -> str:
    routes = settings.COMMAND_QUEUES
    return queue_of(routes, code_of(store_id), lane) if routes else COMMANDS


def by_queue(rung: Sequence[Rung]) -> Mapping[str, Sequence[Rung]]:
    """Each on the queue that its store has for it."""
    if not settings.COMMAND_QUEUES:
        return {COMMANDS: rung}
    found: defaultdict[str, list[Rung]] = defaultdict(list)
    stores = _stores_of(order_ids(one.subject for one in rung if one.store_id is None))
    for one in rung:
        match one.subject:
            case StoreSubject(store_id):
                queue = queue_for(store_id, Lane.STOCK)
            case OrderSubject(order_id):
                queue = queue_for(one.store_id or stores[order_id], Lane.SALES)
            case DrawerSubject():
                assert one.store_id, one
                queue = queue_for(one.store_id, Lane.SALES)
        found[queue].append(one)
    return found


@cache
def code_of(store_id: int) -> str:
    """A store has it for good."""
    (code,) = first_row(_CODE, (store_id,)) or ("",)
    return str(code)


def _stores_of(orders: list[UUID]) -> dict[UUID, int]:
    return dict(cursor().execute(_STORES_OF_ORDERS, (orders,)).fetchall()) if orders else {}
