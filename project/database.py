"""A database URL as Django's configuration of one connection."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.conninfo import conninfo_to_dict

from base.sql import standby
from base.sql.silence import SHORT_SILENCE, SILENCE

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

IDLE_IN_TRANSACTION_TIMEOUT_MS = 7_000
"""Between two statements a batch decides, which is ended by itself after five seconds (workers.execute)."""
TRANSACTION_TIMEOUT_MS = 30_000
TRANSACTION_TIMEOUT_SINCE = 170_000
# As `base.sql.silence`, for the server, of whoever is connected to it: else a host that is gone keeps its connections,
# and with them whatever a session holds, for two hours.
SILENCE_OF_CLIENTS = {"tcp_keepalives_idle": 4, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 3}
POOL_LENDS_WITHIN_S = 10
STANDBY_LENDS_WITHIN_S = 0.2
"""Whoever finds none reads the leader."""
POOL_TRIES_FOR_S = 3
"""To connect. Its pauses would grow to minutes, as long as the database was away: so it gives up, and begins anew."""
POOL_ASKED_S = 2.0
"""Long enough that a process which has to wait for its turn still asks: a pool refuses at once whose time is over."""
OF_DJANGO = {"dbname", "user", "password", "host", "port", "options"}
"""What Django's configuration has names of its own for, or is put together here."""


def databases(url: str, read_url: str, **how: Any) -> dict[str, dict[str, Any]]:
    """A shop's by alias: the leader, and a standby to read from where it has one. `how`: as `configuration` has it."""
    found = {"default": configuration(url, **how)}
    if read_url:
        found[standby.ALIAS] = configuration(read_url, is_standby=True, **how)
    return found


def configuration(
    url: str,
    *,
    pool_connections_max: int = 0,
    lock_timeout_ms: int = 2_000,
    statement_timeout_ms: int = 10_000,
    is_standby: bool = False,
) -> dict[str, Any]:
    """Whatever libpq understands goes to it. Without a URL: a database that refuses every query."""
    if not url:
        return {"ENGINE": "django.db.backends.dummy"}
    given = conninfo_to_dict(url)
    limits = session_settings(lock_timeout_ms=lock_timeout_ms, statement_timeout_ms=statement_timeout_ms)
    settings = {**limits, **SILENCE_OF_CLIENTS}
    ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
    options: dict[str, Any] = {
        # Of several hosts each is tried in its turn, and the one that is gone may be the first.
        "connect_timeout": 2 if is_standby or "," in str(given.get("host") or "") else 5,
        **(SHORT_SILENCE if is_standby else SILENCE),
        **{name: value for name, value in given.items() if name not in OF_DJANGO},
        # The server takes the last word for a setting, which is the shop's.
        "options": f"{ours} {given.get('options') or ''}".strip(),
        # Hot statements on raw cursors are planned once a connection.
        "prepare_threshold": 5,
    }
    if pool_connections_max:
        options["pool"] = {
            "min_size": min(2, pool_connections_max),
            "max_size": pool_connections_max,
            "timeout": STANDBY_LENDS_WITHIN_S if is_standby else POOL_LENDS_WITHIN_S,
            "reconnect_timeout": POOL_TRIES_FOR_S,
            "reconnect_failed": try_anew,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        # A service names its database by itself.
        "NAME": given.get("dbname") or ("" if "service" in given else "postgres"),
        "USER": given.get("user") or "",
        "PASSWORD": given.get("password") or "",
        "HOST": given.get("host") or "",
        "PORT": str(given.get("port") or ""),
        # A pool keeps connections itself; without one each process keeps its own for good.
        "CONN_MAX_AGE": 0 if pool_connections_max else None,
        # The API finds out by itself (orders.terminals.db.reads), which saves a question for each call.
        "CONN_HEALTH_CHECKS": not pool_connections_max,
        # They would outlive their transaction, and with it what a pooler has lent (docs/pgbouncer.md).
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }


def try_anew(pool: "ConnectionPool[Any]") -> None:
    """A pool tries for whoever asks, and who asked before it gave up would wait until somebody else does."""
    with suppress(psycopg.OperationalError):
        pool.putconn(pool.getconn(timeout=POOL_ASKED_S))


def session_settings(*, lock_timeout_ms: int, statement_timeout_ms: int) -> dict[str, str]:
    """PostgreSQL's settings by name, in its own units."""
    limits = {
        "lock_timeout": str(lock_timeout_ms),  # a row lock that is never freed
        "statement_timeout": str(statement_timeout_ms),  # a statement that never ends
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),  # a stopped process with locks
    }
    # A batch finds every row by its key. Right after a table grew, and before it is analysed, the planner would rather
    # read all of it or join it by hashing (20 times slower, measured); what really reads all of a table says so itself.
    # Up to PostgreSQL 17 a plan that is discouraged counts as dear, and dear plans are compiled: never worth it here.
    # Such a plan is the same for all values: made once a connection and not weighed anew each time, which takes longer
    # than the statement itself.
    plans = {
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "jit": "off",
        "plan_cache_mode": "force_generic_plan",
    }
    return {**limits, **plans}


_LIMITED = f"""
    SELECT CASE WHEN pg_backend_pid() = %s THEN set_config('transaction_timeout', '{TRANSACTION_TIMEOUT_MS}', false) END
        IS NULL
"""
_POOLED = "SELECT pg_backend_pid() <> %s"
_begun = WeakSet[Any]()


def begin_session(*, connection: DatabaseWrapper, **_: object) -> None:
    """End a transaction of many short statements, too. Older servers refuse the setting, hence not with the others.
    Behind a pooler nothing is set, it would be somebody else's (project.pooler).

    For the web, the workers and beat; an operator's command, such as a migration, takes as long as it takes. By one
    statement, which also looks for a pooler.
    """
    _begin(connection, _LIMITED if connection.pg_version >= TRANSACTION_TIMEOUT_SINCE else _POOLED)


def look_for_pooler(*, connection: DatabaseWrapper, **_: object) -> None:
    """Behind one no statement is prepared: the next transaction may be on a connection where it was not."""
    _begin(connection, _POOLED)


def _begin(connection: DatabaseWrapper, asked: str) -> None:
    """Once for each connection of the server: Django tells of one that comes from its pool as often as it is lent."""
    ours = connection.connection
    if ours in _begun:
        return
    with connection.cursor() as cursor:
        cursor.execute(asked, [ours.info.backend_pid])
        (is_pooled,) = cursor.fetchone()
    if is_pooled:
        ours.prepare_threshold = None
    _begun.add(ours)
