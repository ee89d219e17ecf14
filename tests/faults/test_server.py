"""A whole server ends under its connections: quickly, by a crash of one of its processes, or at once."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from base.sql.faults import passes, sqlstate
from project.stack.embedded.child import wait_until
from project.stack.embedded.postgres import EmbeddedPostgres

PATIENCE_S = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """One of this test's own: it may be killed."""
    with EmbeddedPostgres(tmp_path / "database") as server:
        yield server


@pytest.fixture
def connect(server: EmbeddedPostgres) -> Iterator[Callable[[], psycopg.Connection]]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(psycopg.connect(server.url)))


def fault_of(connection: psycopg.Connection) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as fault:
        connection.execute("SELECT 1")
    return fault.value


def refused(server: EmbeddedPostgres) -> psycopg.Error:
    with pytest.raises(psycopg.OperationalError) as fault:
        psycopg.connect(server.url)
    return fault.value


def test_a_fast_shutdown(server: EmbeddedPostgres, connect: Callable[[], psycopg.Connection]) -> None:
    connection = connect()
    connection.execute("SELECT 1")
    server.stop()
    fault = fault_of(connection)
    assert (sqlstate(fault), passes(fault)) == ("57P01", True)
    assert passes(refused(server))


def test_a_crash_of_another_connections_process(
    server: EmbeddedPostgres, connect: Callable[[], psycopg.Connection]
) -> None:
    """The server ends all others as well, since shared memory may be spoilt, and recovers by itself."""
    crashing, other = connect(), connect()
    os.kill(crashing.info.backend_pid, signal.SIGKILL)
    fault = None
    while fault is None:
        try:
            other.execute("SELECT pg_sleep(0.05)")
        except psycopg.Error as error:
            fault = error
    # The server says 57P02 in a warning; what the client raises is a connection that broke off.
    assert (sqlstate(fault), passes(fault)) == (None, True)
    assert wait_until(lambda: answers(server), seconds=PATIENCE_S)


def answers(server: EmbeddedPostgres) -> bool:
    """While it recovers it says that it is starting up, which passes."""
    try:
        psycopg.connect(server.url).close()
    except psycopg.Error as error:
        if not passes(error):
            raise
        return False
    return True


def test_a_server_that_is_killed(server: EmbeddedPostgres, connect: Callable[[], psycopg.Connection]) -> None:
    connection = connect()
    server.kill()
    assert passes(refused(server))
    server.start()
    fault = fault_of(connection)
    assert passes(fault)
    assert answers(server)
