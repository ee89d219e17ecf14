"""Every connection has its limits, and the database knows them."""

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from project.database import limit_transactions


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "limit"),
    [("lock_timeout", "2s"), ("statement_timeout", "10s"), ("idle_in_transaction_session_timeout", "15s")],
)
def test_a_connection_knows_its_limits(name: str, limit: str) -> None:
    assert shown(name) == limit


@pytest.mark.django_db
def test_a_workers_connection_limits_its_transactions_as_well() -> None:
    default = connections["default"]
    assert isinstance(default, DatabaseWrapper)
    limit_transactions(connection=default)
    expected = "30s" if default.pg_version >= 170_000 else None
    assert shown("transaction_timeout") == expected


def shown(name: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        value: str | None = cursor.fetchone()[0]
    return value
