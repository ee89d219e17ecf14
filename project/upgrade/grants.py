"""What the processes may do in the database, where they are not its owner: read and write rows, and take none away that
a guard keeps.

The owner makes the tables, and could drop or empty them, or switch a guard off. The processes come as another role
(DATABASE_URL beside OWNER_DATABASE_URL), which `manage migrate` grants what they need of each table as it is then: who
breaks into a process cannot change the rules of the books. UPDATE stays where the name of a person may have to be
forgotten, and where the feed holds writers up for a moment: PostgreSQL asks for it. What it may change there the guards
say, and the role cannot end them.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import LockNotAvailable

from base.causes import why
from base.sql.silence import SILENCE

LOOKED_AT_ONLY = ("django_migrations", "django_content_type", "auth_permission")
"""Written by migrations alone."""
NEVER_CHANGED = ("orders_closing",)
COUNTED_ON = ("orders_order_number_seq",)
"""After a restore its numbers go on at a distance."""

CONNECTS_WITHIN_S = 5
WAITS_MAX_MS = 10_000
"""For somebody else's change of a table that is not committed, or for another one that grants."""
HELD = "OWNER_DATABASE_URL: {role} cannot be granted what it needs: somebody else has been changing a table for {s} s"
WHAT_NEXT = "; pg_stat_activity says who. Then run ./ringup manage migrate again"

_LIMIT = "SELECT set_config('lock_timeout', %s, true)"
# One at a time: two that grant the same would be in each other's way.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('ringup_grants'))"

# Deleting is left to who may: a table with a guard before each DELETE has none. 11 is BEFORE DELETE ... FOR EACH ROW.
_DIFFERENCE = """
    WITH wanted AS (
        SELECT id.oid, relacl, relkind, privilege
        FROM pg_class AS id, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
            AND (privilege = 'SELECT' OR relname <> ALL(%(looked_at_only)s))
            AND (privilege <> 'UPDATE' OR relname <> ALL(%(never_changed)s))
            AND (privilege <> 'DELETE' OR NOT EXISTS (
                SELECT FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
                WHERE tgrelid = id.oid AND tgtype & 11 = 11 AND starts_with(proname, 'ringup_refuse_')
            ))
        UNION ALL
        SELECT id.oid, relacl, relkind, privilege
        FROM pg_class AS id, unnest(ARRAY['SELECT', 'USAGE', 'UPDATE']) AS privilege
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'
            AND (privilege <> 'UPDATE' OR relname = ANY(%(counted_on)s))
    ), had AS (
        SELECT pg_class.oid, relkind, privilege_type AS privilege
        FROM pg_class, aclexplode(relacl) AS given
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'S')
            AND grantee = %(role)s::regrole
    )
    SELECT CASE WHEN had.oid IS NULL THEN 'GRANT' ELSE 'REVOKE' END, privilege,
        CASE WHEN relkind = 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, oid::regclass::text
    FROM wanted FULL JOIN had USING (oid, privilege, relkind)
    WHERE wanted.oid IS NULL OR had.oid IS NULL
    ORDER BY 4, 2
"""


class CannotGrant(RuntimeError):
    """Its text is one line."""


@contextmanager
def granting(owner_url: str, *, to: str) -> Iterator[None]:
    """After what migrates, also where it ends by a fault: what it had made by then is there for good. Raises that
    fault, else CannotGrant."""
    try:
        yield
    except BaseException:
        with suppress(CannotGrant):
            grant(owner_url, to=to)
        raise
    grant(owner_url, to=to)


def grant(owner_url: str, *, to: str) -> None:
    """The role of the URL `to` may do what the processes need, and nothing else any more. Nothing is done where it is
    the owner itself, nor what is so already. Locks an advisory lock of its own, and tables' rows in pg_class; waits for
    none for longer than WAITS_MAX_MS. Raises CannotGrant."""
    role, owner = (conninfo_to_dict(url).get("user") for url in (to, owner_url))
    if role == owner:
        return
    if not role:
        raise CannotGrant("DATABASE_URL: must name its user where OWNER_DATABASE_URL is set")
    given = {
        "role": sql.Identifier(str(role)).as_string(),
        "looked_at_only": [*LOOKED_AT_ONLY],
        "never_changed": [*NEVER_CHANGED],
        "counted_on": [*COUNTED_ON],
    }
    parameters: dict[str, Any] = {"connect_timeout": CONNECTS_WITHIN_S, **SILENCE, **conninfo_to_dict(owner_url)}
    try:
        with psycopg.connect(**parameters) as connection:
            connection.execute(_LIMIT, [str(WAITS_MAX_MS)])
            connection.execute(_LOCK)
            for verb, privilege, kind, of in connection.execute(_DIFFERENCE, given).fetchall():
                way = "TO" if verb == "GRANT" else "FROM"
                connection.execute(f"{verb} {privilege} ON {kind} {of} {way} {given['role']}".encode())
    except LockNotAvailable:
        raise CannotGrant(HELD.format(role=role, s=WAITS_MAX_MS // 1_000) + WHAT_NEXT) from None
    except psycopg.Error as error:
        raise CannotGrant(f"OWNER_DATABASE_URL: {role} cannot be granted what it needs: {why(error)}") from None
