"""Fixtures of this room. Its tests run in one process (tests/conftest.py), so that the database is made once."""

from collections.abc import Iterator

import pytest
import pytest_django
from django.db import transaction

from base.sql.sets import cursor
from benchmarks.grown.database import grown
from project.stack.servers import Servers, passing_database
from tests.support.database import connected_to, name_of
from tests.support.grown.orders import ORDERS

# Guards look at each row, and nothing of this is kept.
UNGUARDED = "SET LOCAL session_replication_role = replica"
UNLIMITED = "SET LOCAL statement_timeout = 0"


@pytest.fixture(scope="session")
def grown_url(servers: Servers, template_database: str) -> Iterator[str]:
    """A database with all its sales. Whoever changes it rolls back, or takes a copy."""
    with grown(servers.database_url, template=template_database, orders=ORDERS) as url:
        yield url


@pytest.fixture
def grown_database(grown_url: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """As Django's connections in every thread see it."""
    with django_db_blocker.unblock(), connected_to(grown_url):
        yield grown_url


@pytest.fixture
def grown_copy(servers: Servers, grown_url: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """One of this test's own, to be changed for good."""
    copied = f"{name_of(grown_url)} STRATEGY FILE_COPY"
    with (
        passing_database(servers.database_url, template=copied) as url,
        django_db_blocker.unblock(),
        connected_to(url),
    ):
        yield url


@pytest.fixture
def backlog(grown_database: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Made, and undone: also what is left of rows that were, which others would read past."""
    with transaction.atomic():
        for sql in (UNLIMITED, UNGUARDED, request.param):
            cursor().execute(sql.encode())
        yield
        transaction.set_rollback(True)
    _clean_up()


@pytest.fixture
def undone(grown_database: str) -> Iterator[None]:
    """What the test changes, as a shop would: with guards, and within its limits."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    _clean_up()


def _clean_up() -> None:
    cursor().execute("SET statement_timeout = 0")
    cursor().execute("VACUUM (INDEX_CLEANUP on)")  # else it leaves few dead rows where they are
    cursor().execute("RESET statement_timeout")
