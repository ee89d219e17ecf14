"""Terminals by their key, and what a terminal is told about itself."""

from hashlib import sha256
from typing import Any

from base.sql.sets import cursor, dicts, first_row
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Role

_BY_KEY = """
SELECT terminal.id, store_id, terminal.name, role, store.currency,
    last_used_at IS NULL OR last_used_at < now() - interval '1 minute', used_at IS NULL, leaving_at IS NOT NULL
FROM orders_terminalkey AS key
JOIN orders_terminal AS terminal ON terminal.id = key.terminal_id
JOIN inventory_store AS store ON store.id = terminal.store_id
WHERE key_hash = %s AND revoked_at IS NULL AND (valid_until IS NULL OR valid_until > now())
"""

STILL_SO = """EXISTS (
    SELECT FROM orders_terminalkey AS key
    JOIN orders_terminal AS terminal ON terminal.id = key.terminal_id
    JOIN inventory_store AS store ON store.id = terminal.store_id
    WHERE key_hash = %(key_hash)s AND revoked_at IS NULL AND (valid_until IS NULL OR valid_until > now())
        AND terminal.id = %(terminal_id)s AND store.id = %(store_id)s AND terminal.name = %(terminal_name)s
        AND role = %(role)s AND store.currency = %(currency)s AND store.leaving_at IS NULL
)"""
"""Whether a caller who is known is still who holds the key; a part of another statement, with `as_known`."""

# Once a minute at most, whichever of several web workers sees the terminal.
_USED = """
UPDATE orders_terminal SET last_used_at = now()
WHERE id = %s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
"""

# From then on the keys before it cannot be changed for another one.
_KEY_USED = "UPDATE orders_terminalkey SET used_at = now() WHERE key_hash = %s AND used_at IS NULL"

_ME = """
SELECT terminal.id, terminal.name, terminal.role, store.code AS store, store.name AS store_name, store.currency
FROM orders_terminal AS terminal JOIN inventory_store AS store ON store.id = terminal.store_id
WHERE terminal.id = %s
"""


LISTED = """
    id, name, role, last_used_at, revoked_at, EXISTS (
        SELECT FROM orders_drawer WHERE terminal_id = orders_terminal.id AND opened_at IS NOT NULL
    ) AS drawer_open
"""
"""What the back office is told of a terminal."""

_OF_THE_STORE = f"""
SELECT {LISTED} FROM orders_terminal
WHERE store_id = %(store_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807)
ORDER BY id DESC LIMIT %(limit)s
"""

_OF_STORE = "SELECT FROM orders_terminal WHERE id = %s AND store_id = %s"


def key_hash(key: str) -> bytes:
    """As it is stored. A key is 256 random bits: no salt and no slow hash would add anything."""
    return sha256(key.encode()).digest()


def caller_by_key(key_hash: bytes) -> Caller | None:
    """The terminal that holds the key, unless it is unknown or revoked. The first statement of a call."""
    row = first_row(_BY_KEY, (key_hash,))
    if row is None:
        return None
    terminal_id, store_id, name, role, currency, unseen, is_new, leaves = row
    caller = Caller(
        terminal_id=terminal_id, store_id=store_id, name=name, role=Role(role), currency=currency, leaves=leaves
    )
    if leaves:
        return caller
    if unseen:
        cursor().execute(_USED, (terminal_id,))
    if is_new:
        cursor().execute(_KEY_USED, (key_hash,))
    return caller


def as_known(caller: Caller, key_hash: bytes) -> dict[str, Any]:
    """What STILL_SO asks about."""
    return {
        "key_hash": key_hash,
        "terminal_id": caller.terminal_id,
        "store_id": caller.store_id,
        "terminal_name": caller.name,
        "role": caller.role,
        "currency": caller.currency,
    }


def terminals_page(store_id: int, *, limit: int, before: int | None) -> list[dict[str, Any]]:
    """The store's, revoked ones too; the newest first, from the one after `before`."""
    return dicts(_OF_THE_STORE, {"store_id": store_id, "before": before, "limit": limit})


def is_of_store(terminal_id: int, store_id: int) -> bool:
    """Whether the store has, or had, the terminal."""
    return cursor().execute(_OF_STORE, (terminal_id, store_id)).fetchone() is not None


def me(caller: Caller) -> dict[str, Any]:
    return dicts(_ME, (caller.terminal_id,))[0]
