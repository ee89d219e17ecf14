"""Which database Django's connections lead to, in this thread and in those that begin now; and databases' addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from project import env as environment
from project.addresses import changed
from project.database import configuration

PATIENT = "-c idle_in_transaction_session_timeout=0 -c lock_timeout=30s -c statement_timeout=120s"
"""A test computes within its transaction for as long as it takes on a slow machine, and who waits for its rows waits as
long."""
CONNECTS_WITHIN_S = 60


def configured(url: str, *, pool_connections_max: int = 0, options: str = PATIENT) -> dict[str, Any]:
    """As a shop's processes have it, and with the options; a test's own limit on locks and the URL's options go before
    them."""
    shop, given = environment.current(), conninfo_to_dict(url)
    own = "" if shop.lock_timeout_ms == settings.LOCK_TIMEOUT_MS else f"-c lock_timeout={settings.LOCK_TIMEOUT_MS}"
    words = " ".join(filter(None, (options, own, str(given.get("options") or ""))))
    return configuration(
        changed(url, options=words, connect_timeout=given.get("connect_timeout") or CONNECTS_WITHIN_S),
        pool_connections_max=pool_connections_max,
        lock_timeout_ms=settings.LOCK_TIMEOUT_MS,
        statement_timeout_ms=shop.statement_timeout_ms,
    )


@contextmanager
def connected_to(url: str, *, pool_connections_max: int = 0, options: str = PATIENT) -> Iterator[None]:
    """Threads close their own connections (tests.support.network.threads)."""
    settings_before, connection_before = connections.settings, connections["default"]
    database = configured(url, pool_connections_max=pool_connections_max, options=options)
    connections.settings = connections.configure_settings({"default": database})
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"].close_pool()  # type: ignore[attr-defined]
        connections.settings = settings_before
        connections["default"] = connection_before


def name_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


def broker_database(url: str, number: int) -> str:
    return urlsplit(url)._replace(path=f"/{number}").geturl()
