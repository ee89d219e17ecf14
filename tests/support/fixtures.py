"""Fixtures that several rooms of the tests share; their conftest files name them."""

from collections.abc import Iterator

import pytest
import pytest_django
from django.conf import settings
from django.db import connections

from project import env as environment
from project.database import configuration


@pytest.fixture
def own_database(fresh_database: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """`fresh_database`, as Django's connections in every thread see it. Threads close their own."""
    settings_before, connection_before = connections.settings, connections["default"]
    database = configuration(
        fresh_database,
        lock_timeout_ms=settings.LOCK_TIMEOUT_MS,
        statement_timeout_ms=environment.current().statement_timeout_ms,
    )
    connections.settings = connections.configure_settings({"default": database})
    del connections["default"]
    with django_db_blocker.unblock():
        yield fresh_database
        connections["default"].close()
    connections.settings = settings_before
    connections["default"] = connection_before
