"""The faults of a real server, made to happen, and what the workers make of each."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from base.sql.faults import DATABASE_ERRORS, passes, sqlstate
from base.sql.quoted import quote_nothing
from base.sql.sets import cursor
from project.stack.embedded.child import wait_until
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.shop import open_shop

LEVEL = "SELECT FROM inventory_stocklevel WHERE id = (SELECT min(id) FROM inventory_stocklevel) FOR UPDATE"
OTHER_LEVEL = LEVEL.replace("min", "max")


def lock_timeout(somebody: psycopg.Connection) -> None:
    somebody.execute(LEVEL.encode())
    with transaction.atomic():
        cursor().execute("SET LOCAL lock_timeout = '50ms'")
        cursor().execute(LEVEL.encode())


def deadlock(somebody: psycopg.Connection) -> None:
    somebody.execute(LEVEL.encode())
    somebody.execute("SET deadlock_timeout = '1min'")
    with transaction.atomic():
        cursor().execute(OTHER_LEVEL.encode())
        other = begin(lambda: somebody.execute(OTHER_LEVEL.encode()))
        until_done_or_waiting(other)
        cursor().execute(LEVEL.encode())


def serialization_failure(somebody: psycopg.Connection) -> None:
    with transaction.atomic():
        cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor().execute("SELECT FROM inventory_stocklevel")
        somebody.execute("UPDATE inventory_stocklevel SET on_hand = on_hand + 1")
        somebody.commit()
        cursor().execute(LEVEL.encode())


def statement_timeout(_: psycopg.Connection) -> None:
    with transaction.atomic():
        cursor().execute("SET LOCAL statement_timeout = '50ms'")
        cursor().execute("SELECT pg_sleep(5)")


def cancelled_by_an_operator(somebody: psycopg.Connection) -> None:
    own = cursor().execute("SELECT pg_backend_pid()").fetchone()
    with transaction.atomic():
        waiting = begin(lambda: cancel_when_active(somebody, own))
        cursor().execute("SELECT pg_sleep(5)")
        waiting.result(PATIENCE_S)


def cancel_when_active(somebody: psycopg.Connection, backend: tuple[int, ...] | None) -> None:
    sql = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
    somebody.autocommit = True
    assert wait_until(lambda: somebody.execute(sql, backend).fetchone() is not None, seconds=PATIENCE_S)


def idle_in_transaction(somebody: psycopg.Connection) -> None:
    ended_by_its_own_limit(somebody, "idle_in_transaction_session_timeout")


def transaction_timeout(somebody: psycopg.Connection) -> None:
    ended_by_its_own_limit(somebody, "transaction_timeout")


def ended_by_its_own_limit(somebody: psycopg.Connection, limit: str) -> None:
    """The limit is set first: PostgreSQL does not begin again to count a transaction's time that has one already."""
    cursor().execute(f"SET {limit} = '50ms'".encode())
    with transaction.atomic():
        cursor().execute("SELECT 1")
        wait_gone(somebody, cursor().connection.info.backend_pid)
        cursor().execute("SELECT 1")


def terminated(somebody: psycopg.Connection) -> None:
    with transaction.atomic():
        backend = cursor().connection.info.backend_pid
        somebody.execute("SELECT pg_terminate_backend(%s)", (backend,))
        wait_gone(somebody, backend)
        cursor().execute("SELECT 1")


def wait_gone(somebody: psycopg.Connection, backend: int) -> None:
    somebody.commit()
    somebody.autocommit = True
    sql = "SELECT FROM pg_stat_activity WHERE pid = %s"
    assert wait_until(lambda: somebody.execute(sql, (backend,)).fetchone() is None, seconds=PATIENCE_S)


def on_a_former_leader(_: psycopg.Connection) -> None:
    with transaction.atomic():
        cursor().execute("SET TRANSACTION READ ONLY")
        cursor().execute("UPDATE inventory_stocklevel SET on_hand = on_hand")


def broken_connection(_: psycopg.Connection) -> None:
    """The network is gone: the server said nothing."""
    cursor().connection.pgconn.finish()
    with transaction.atomic():
        cursor().execute("SELECT 1")


def unique_violation(_: psycopg.Connection) -> None:
    cursor().execute(
        "INSERT INTO inventory_stocklevel (store_id, product_id, location_id, on_hand, reserved) "
        "SELECT store_id, product_id, location_id, 0, 0 FROM inventory_stocklevel LIMIT 1"
    )


def check_violation(_: psycopg.Connection) -> None:
    cursor().execute("UPDATE inventory_stocklevel SET reserved = -1")


def a_bug_in_sql(_: psycopg.Connection) -> None:
    cursor().execute("SELECT nothing")


def division_by_zero(_: psycopg.Connection) -> None:
    cursor().execute("SELECT 1 / 0")


Making = Callable[[psycopg.Connection], None]

FAULTS: list[tuple[Making, str | None, bool]] = [
    (lock_timeout, "55P03", True),
    (deadlock, "40P01", True),
    (serialization_failure, "40001", True),
    (statement_timeout, "57014", True),
    (cancelled_by_an_operator, "57014", True),
    (idle_in_transaction, "25P03", True),
    (terminated, "57P01", True),
    (on_a_former_leader, "25006", True),
    (broken_connection, None, True),
    (unique_violation, "23505", True),
    (check_violation, "23514", False),
    (a_bug_in_sql, "42703", False),
    (division_by_zero, "22012", False),
]


@pytest.fixture
def somebody(own_database: str) -> Iterator[psycopg.Connection]:
    """Somebody else's connection, who has a shop to work on."""
    open_shop()
    with ExitStack() as stack:
        somebody = stack.enter_context(psycopg.connect(own_database))
        yield somebody
        somebody.rollback()


def fault_of(making: Making, somebody: psycopg.Connection) -> BaseException:
    with pytest.raises(DATABASE_ERRORS) as raised:
        making(somebody)
    connection.close()
    return raised.value


@pytest.mark.parametrize(("making", "state", "passing"), FAULTS, ids=[making.__name__ for making, *_ in FAULTS])
def test_a_fault_is_known_by_its_sqlstate(
    making: Making, state: str | None, passing: bool, somebody: psycopg.Connection
) -> None:
    fault = fault_of(making, somebody)
    assert (sqlstate(fault), passes(fault)) == (state, passing)


def test_transaction_timeout_where_the_server_knows_it(somebody: psycopg.Connection) -> None:
    """PostgreSQL 17 and later; older servers refuse the setting, which is no passing fault."""
    fault = fault_of(transaction_timeout, somebody)
    known = somebody.info.server_version >= 170_000
    assert (sqlstate(fault), passes(fault)) == (("25P04", True) if known else ("42704", False))


def test_too_many_connections(somebody: psycopg.Connection, own_database: str) -> None:
    """libpq does not tell the SQLSTATE of a connection that could not be made."""
    role = f"ringup_limited_{time.monotonic_ns()}"
    somebody.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'limited' CONNECTION LIMIT 0".encode())
    somebody.commit()
    try:
        with pytest.raises(psycopg.OperationalError, match="too many connections") as refused:
            psycopg.connect(own_database, user=role, password="limited")
    finally:
        somebody.execute(f"DROP ROLE {role}".encode())
        somebody.commit()
    assert passes(refused.value)


@pytest.mark.parametrize("making", [lock_timeout, terminated, idle_in_transaction])
def test_a_fault_that_django_wrapped_is_the_same(making: Making, somebody: psycopg.Connection) -> None:
    """Django makes an OperationalError of some, and an InternalError of others."""
    raw = fault_of(making, somebody)
    with pytest.raises(DatabaseError) as wrapped, connection.wrap_database_errors:
        raise raw
    assert (sqlstate(wrapped.value), passes(wrapped.value)) == (sqlstate(raw), True)


@pytest.mark.django_db
def test_an_error_quotes_nothing_of_the_row_that_was_refused() -> None:
    cursor().execute("CREATE TEMPORARY TABLE paid (token text CHECK (token = ''))")
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        cursor().execute("INSERT INTO paid VALUES ('tok_secret')")
    assert "tok_secret" in str(refused.value), "the server quotes it"
    quote_nothing(refused.value)
    assert "tok_secret" not in str(refused.value)
    assert "violates check constraint" in str(refused.value)
