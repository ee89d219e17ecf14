"""For whose row a transaction waited in vain: PostgreSQL tells the row's table and its place, which are looked up."""

import contextlib
import re

import psycopg
from django.db import connection

from base.contention import Wait, timed_out
from base.sql.faults import DATABASE_ERRORS
from base.sql.sets import cursor

_PLACE = re.compile(r"\(\d+,\d+\)")
_WHOSE = {
    "orders_order": ("order", "SELECT id FROM orders_order WHERE ctid = %s::tid"),
    "inventory_store": ("store", "SELECT id FROM inventory_store WHERE ctid = %s::tid"),
    "inventory_stocklevel": ("product", "SELECT product_id FROM inventory_stocklevel WHERE ctid = %s::tid"),
}
OTHER = "other"


def waited_in_vain(error: psycopg.Error, *, seconds: float) -> Wait | None:
    """After the transaction has ended. None where nobody can tell: who had the row may have changed it by now.

    The context of a lock timeout is a sentence in the server's language with both names in it: `while locking tuple
    (0,7) in relation "orders_order"`.
    """
    context = error.diag.context or ""
    place = _PLACE.search(context)
    of, whose = next((found for table, found in _WHOSE.items() if table in context), (OTHER, ""))
    timed_out.labels(of).inc()
    if place is None or not whose or connection.in_atomic_block:
        return None
    # The connection may be broken as well, which whoever tries again finds out.
    with contextlib.suppress(*DATABASE_ERRORS):
        row = cursor().execute(whose.encode(), (place[0],)).fetchone()
        return Wait(of, str(row[0]), seconds) if row else None
    return None
