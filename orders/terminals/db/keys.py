"""Terminals come with a key, change it as often as they like, and go by revoking it."""

import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from base.sql import clock
from base.sql.retry_transient import again
from base.sql.sets import cursor, first
from orders.commands.core.roles import Role
from orders.terminals.core import PREFIX, key_hint
from orders.terminals.db.reads import LISTED, key_hash
from orders.terminals.models import Terminal

OLD_KEY_LASTS = timedelta(minutes=10)
"""Long enough to ask again for a new key whose answer was lost."""

_LOCK = "SELECT FROM orders_terminal WHERE id = %(terminal_id)s AND revoked_at IS NULL FOR NO KEY UPDATE"

# Null: this key is not valid any more. False: the terminal has begun to use a newer one.
_MAY_ROTATE = """
    SELECT NOT EXISTS (
        SELECT FROM orders_terminalkey AS newest
        WHERE newest.terminal_id = own.terminal_id AND newest.id <> own.id
            AND newest.valid_until IS NULL AND newest.used_at IS NOT NULL
    )
    FROM orders_terminalkey AS own
    WHERE terminal_id = %(terminal_id)s AND key_hash = %(own_hash)s
        AND (valid_until IS NULL OR valid_until > %(now)s)
"""

_END_OTHERS = """
    DELETE FROM orders_terminalkey
    WHERE terminal_id = %(terminal_id)s AND key_hash IS DISTINCT FROM (
        SELECT key_hash FROM orders_terminalkey
        WHERE terminal_id = %(terminal_id)s AND (
            key_hash = %(own_hash)s OR (%(own_hash)s::bytea IS NULL AND valid_until IS NULL)
        )
    )
"""

_END_ALL = "DELETE FROM orders_terminalkey WHERE terminal_id = %(terminal_id)s"

_END_SOON = "UPDATE orders_terminalkey SET valid_until = %(until)s WHERE terminal_id = %(terminal_id)s"

_ADD = """
    INSERT INTO orders_terminalkey (terminal_id, key_hash, hint, created_at)
    VALUES (%(terminal_id)s, %(key_hash)s, %(hint)s, %(now)s)
"""


# Of one that was revoked before, since when stays.
_REVOKE = f"""
    UPDATE orders_terminal SET revoked_at = coalesce(revoked_at, now())
    WHERE id = %(terminal_id)s AND store_id = %(store_id)s RETURNING {LISTED}
"""


class Rotated(NamedTuple):
    key: str
    old_key_valid_until: datetime


class Superseded(Exception):
    """The terminal has used a newer key: whoever still has this one may not make another."""


def create_terminal(*, store_id: int, name: str, role: Role) -> str:
    """Make a terminal and return its key, which nobody can read again."""
    with transaction.atomic():
        terminal = Terminal.objects.create(store_id=store_id, name=name, role=role)
        return _add_key(terminal.pk, now=clock.now())


@again
def rotate_key(terminal_id: int, *, own_key: str | None, old_key_lasts: timedelta = OLD_KEY_LASTS) -> Rotated | None:
    """Give the terminal a new key; None where it is revoked, or the key is not valid any more. Locks the terminal.

    `own_key`: the key that asks for it, which stays valid for a while; None for an operator, who leaves that to the
    newest. All others end at once. Errors: Superseded.
    """
    now = clock.now()
    own_hash = None if own_key is None else key_hash(own_key)
    until = now + old_key_lasts
    params = {"terminal_id": terminal_id, "own_hash": own_hash, "now": now, "until": until}
    with transaction.atomic():
        if cursor().execute(_LOCK, params).fetchone() is None:
            return None
        if own_hash is not None:
            may_rotate = cursor().execute(_MAY_ROTATE, params).fetchone()
            if may_rotate is None:
                return None
            if not may_rotate[0]:
                raise Superseded
        cursor().execute(_END_OTHERS if old_key_lasts else _END_ALL, params)
        cursor().execute(_END_SOON, params)
        return Rotated(_add_key(terminal_id, now=now), until)


def replace_keys(terminal_id: int, *, now: datetime) -> str:
    """A new key for a terminal whose row is locked. Every other one ends."""
    cursor().execute(_END_ALL, {"terminal_id": terminal_id})
    return _add_key(terminal_id, now=now)


def revoke_terminal(*, store_id: int, name: str) -> bool:
    """From the next request on its keys are refused; False if there is no such terminal, or it was revoked before."""
    terminals = Terminal.objects.filter(store_id=store_id, name=name, revoked_at=None)
    return bool(terminals.update(revoked_at=clock.now()))


def revoke(terminal_id: int, *, store_id: int) -> dict[str, Any] | None:
    """As `revoke_terminal`, by its id; what it is now, None if the store has no such terminal."""
    return first(_REVOKE, {"terminal_id": terminal_id, "store_id": store_id})


def _add_key(terminal_id: int, *, now: datetime) -> str:
    key = PREFIX + secrets.token_urlsafe(32)
    params = {"terminal_id": terminal_id, "key_hash": key_hash(key), "hint": key_hint(key), "now": now}
    cursor().execute(_ADD, params)
    return key
