"""A terminal gets its key by a code, so that nobody carries a key from one machine to another."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from base.sql import clock
from base.sql.retry_transient import again
from base.sql.sets import cursor, first
from orders.commands.core.roles import Role
from orders.terminals.core import ALPHABET, LENGTH, code_hash
from orders.terminals.db.keys import replace_keys
from orders.terminals.db.reads import LISTED

CODE_LASTS = timedelta(minutes=15)

_ADD = f"""
    INSERT INTO orders_terminal (store_id, name, role, created_at, code_hash, code_valid_until)
    VALUES (%(store_id)s, %(name)s, %(role)s, %(now)s, %(code_hash)s, %(until)s)
    ON CONFLICT (store_id, name) DO NOTHING RETURNING {LISTED}
"""

# A code that was given before ends.
_GIVE = f"""
    UPDATE orders_terminal SET code_hash = %(code_hash)s, code_valid_until = %(until)s
    WHERE id = %(terminal_id)s AND store_id = %(store_id)s AND revoked_at IS NULL RETURNING {LISTED}
"""

# Of two who have the same code, one comes second and finds none. The row stays locked until the key is there.
_USE = """
    UPDATE orders_terminal AS terminal SET code_hash = NULL, code_valid_until = NULL
    FROM inventory_store AS store
    WHERE code_hash = %(code_hash)s AND code_valid_until > %(now)s AND revoked_at IS NULL
        AND store.id = terminal.store_id AND leaving_at IS NULL
    RETURNING terminal.id, terminal.name, role, store.code
"""


class Coded(NamedTuple):
    terminal: Mapping[str, Any]
    code: str
    expires_at: datetime


class Enrolled(NamedTuple):
    key: str
    name: str
    role: str
    store: str


def add_terminal(*, store_id: int, name: str, role: Role) -> Coded | None:
    """Make a terminal that has no key yet, and its code; None where the store has one of that name."""
    return _coded(_ADD, store_id=store_id, name=name, role=role)


def give_code(terminal_id: int, *, store_id: int) -> Coded | None:
    """A code for a terminal that there is; its key works until the code is used. None where it is revoked."""
    return _coded(_GIVE, terminal_id=terminal_id, store_id=store_id)


@again
def enrol(code: str) -> Enrolled | None:
    """A key for the terminal whose code this is, and the end of its others; None where no code is so, or not any more.
    Locks the terminal."""
    now = clock.now()
    with transaction.atomic():
        used = cursor().execute(_USE, {"code_hash": _hash(code), "now": now}).fetchone()
        if used is None:
            return None
        terminal_id, name, role, store = used
        return Enrolled(replace_keys(terminal_id, now=now), name, role, store)


def _coded(statement: str, **of: Any) -> Coded | None:
    code, now = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)), clock.now()
    params = {**of, "code_hash": _hash(code), "now": now, "until": now + CODE_LASTS}
    terminal = first(statement, params)
    return Coded(terminal, code, now + CODE_LASTS) if terminal else None


def _hash(code: str) -> bytes:
    return code_hash(code, secret=settings.SECRET_KEY)
