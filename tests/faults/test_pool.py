"""A pool of connections whose database is away for longer than a moment."""

import pytest
from django.db import connection
from psycopg_pool.base import AttemptWithBackoff

from base.sql.faults import DATABASE_ERRORS
from base.sql.renewal import leave
from project.stack.embedded.child import wait_until
from tests.support.database import connected_to
from tests.support.network.proxy import proxied

MINUTES_S = 600
TRIES = 12
PATIENCE_S = 60


def ask() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT true")
        (answer,) = cursor.fetchone()
    return bool(answer)


def answers() -> bool:
    """A slow machine's pool may have none to lend within its ten seconds."""
    try:
        return ask()
    except DATABASE_ERRORS as error:
        leave(error)
        return False


def test_however_long_it_was_away_the_next_attempt_is_soon(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool's pauses double: after minutes without a database they are minutes, as here the first one. Nobody has
    to ask for it."""
    monkeypatch.setattr(AttemptWithBackoff, "INITIAL_DELAY", MINUTES_S)
    monkeypatch.setattr("project.database.POOL_TRIES_FOR_S", 0.5)
    with proxied(own_database) as proxy, connected_to(proxy.url, pool_connections_max=4):
        assert ask()
        proxy.go_away()
        with pytest.raises(DATABASE_ERRORS) as fault:
            ask()
        leave(fault.value)
        assert wait_until(lambda: proxy.turned_away >= TRIES, seconds=PATIENCE_S)
        proxy.come_back()
        assert wait_until(answers, seconds=PATIENCE_S)
