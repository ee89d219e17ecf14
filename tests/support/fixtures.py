"""Fixtures that several rooms of the tests share; their conftest files name them."""

from collections.abc import Iterator

import pytest
import pytest_django

from tests.support.database import connected_to


@pytest.fixture
def own_database(fresh_database: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """`fresh_database`, as Django's connections in every thread see it."""
    with django_db_blocker.unblock(), connected_to(fresh_database):
        yield fresh_database
