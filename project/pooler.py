"""What a pooler's connections have to have, since no client can set it for them (docs/pgbouncer.md).

A direct connection bears the same in its startup options, which PgBouncer does not pass on.
"""

from django.conf import settings
from django.db import connection

from project.database import TRANSACTION_TIMEOUT_MS

LACK = "the pooler's connections lack {names}: see ./ringup manage connect_query"

# Older servers, which do not know it, have no such row.
_SINCE_17 = "SELECT set_config(name, ''{value}'', false) FROM pg_settings WHERE name = ''transaction_timeout''"

_LACKING = """
    SELECT string_agg(name, ', ' ORDER BY name)
    FROM unnest(%s::text[], %s::text[]) AS wanted (name, value) JOIN pg_settings USING (name)
    WHERE setting <> value AND pg_backend_pid() <> %s
"""


def wanted() -> dict[str, str]:
    """Up to PostgreSQL 16 without the last, which it does not know."""
    return {**settings.DATABASE_SESSION, "transaction_timeout": str(TRANSACTION_TIMEOUT_MS)}


def connect_query() -> str:
    """As it stands in a line of PgBouncer's [databases]: its quotes are doubled there."""
    sets = "".join(f"SET {name} = {value}; " for name, value in settings.DATABASE_SESSION.items())
    return f"connect_query='{sets}{_SINCE_17.format(value=TRANSACTION_TIMEOUT_MS)}'"


def lack() -> str | None:
    """A sentence, where there is a pooler and the connection that it lends just now is not as it has to be. By one
    statement. Errors: what the database says."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, [[*wanted()], [*wanted().values()], connection.connection.info.backend_pid])
        (names,) = cursor.fetchone()
    return LACK.format(names=names) if names else None
