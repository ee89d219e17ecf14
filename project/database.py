"""A database URL as Django's configuration of one connection."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.db.backends.postgresql.base import DatabaseWrapper

IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
TRANSACTION_TIMEOUT_MS = 30_000
TRANSACTION_TIMEOUT_SINCE = 170_000


def configuration(
    url: str,
    *,
    pool_connections_max: int = 0,
    lock_timeout_ms: int = 2_000,
    statement_timeout_ms: int = 10_000,
) -> dict[str, Any]:
    """Without a URL: a database that refuses every query, for commands that need none."""
    if not url:
        return {"ENGINE": "django.db.backends.dummy"}
    parts = urlsplit(url)
    limits = {
        "lock_timeout": lock_timeout_ms,  # a row lock that is never freed
        "statement_timeout": statement_timeout_ms,  # a statement that never ends
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,  # a stopped process with locks
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
    options: dict[str, Any] = {
        **dict(parse_qsl(parts.query)),
        "options": " ".join(f"-c {name}={value}" for name, value in {**limits, **plans}.items()),
        # Hot statements on raw cursors are planned once a connection.
        "prepare_threshold": 5,
        "connect_timeout": 5,
    }
    if pool_connections_max:
        options["pool"] = {
            "min_size": min(2, pool_connections_max),
            "max_size": pool_connections_max,
            "timeout": 10,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # A pool keeps connections itself; without one each process keeps its own for good.
        "CONN_MAX_AGE": 0 if pool_connections_max else None,
        # The API finds out by itself (orders.db.reads_terminals), which saves a question for each call.
        "CONN_HEALTH_CHECKS": not pool_connections_max,
        "OPTIONS": options,
    }


def limit_transactions(*, connection: DatabaseWrapper, **_: object) -> None:
    """End a transaction of many short statements, too. Older servers refuse the setting, hence not with the others."""
    if connection.pg_version >= TRANSACTION_TIMEOUT_SINCE:
        with connection.cursor() as cursor:
            cursor.execute(f"SET transaction_timeout = {TRANSACTION_TIMEOUT_MS}")
