"""Fixtures of this room."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from project.addresses import changed
from project.stack.servers import Servers, passing_database
from project.upgrade.grants import grant
from tests.support.fixtures import own_database
from tests.support.upgrade.rights import ROLE

__all__ = ["own_database"]


@pytest.fixture(scope="module")
def owner_url(servers: Servers, template_database: str) -> Iterator[str]:
    with passing_database(servers.database_url, template=template_database) as url:
        yield url


@pytest.fixture(scope="module")
def application(owner_url: str) -> Iterator[str]:
    """The same database as a role that was granted what the processes need."""
    role = sql.Identifier(ROLE)
    with psycopg.connect(owner_url, autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'till'").format(role))
        url = changed(owner_url, user=ROLE, password="till")
        grant(owner_url, to=url)
        yield url
        superuser.execute(sql.SQL("DROP OWNED BY {0}").format(role))
        superuser.execute(sql.SQL("DROP ROLE {0}").format(role))
