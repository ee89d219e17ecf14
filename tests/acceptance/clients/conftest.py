"""A till's program is another process on another machine: these tests go through the real web server and worker."""

import secrets
from collections.abc import Iterator

import pytest
import pytest_django

from tests.support.database import connected_to
from tests.support.network.http_faults import FaultyProxy, faulty_proxy
from tests.support.network.web import WebClient
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain, open_chain


@pytest.fixture
def chain(served: Served, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Chain]:
    """A chain of its own in the server's database, which the test reads too."""
    code = f"shop-{secrets.token_hex(6)}"
    with django_db_blocker.unblock(), connected_to(served.database_url):
        yield open_chain(shop_code=code, other_code=f"{code}-2", client=WebClient(served.url))


@pytest.fixture
def network(served: Served) -> Iterator[FaultyProxy]:
    """Between the till and the shop."""
    with faulty_proxy(served.url) as proxy:
        yield proxy
