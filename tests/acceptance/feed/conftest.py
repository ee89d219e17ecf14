"""What changes is seen once its transaction has ended: these tests go through the real web server and a real worker."""

import secrets
from collections.abc import Iterator

import pytest
import pytest_django

from tests.support.database import connected_to
from tests.support.fixtures import bank, module_database
from tests.support.network.web import WebClient
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain, open_chain

__all__ = ["bank", "module_database"]


@pytest.fixture
def chain(served: Served, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Chain]:
    """A chain of its own in the server's database, which the test reads too."""
    code = f"shop-{secrets.token_hex(6)}"
    with django_db_blocker.unblock(), connected_to(served.database_url):
        yield open_chain(shop_code=code, other_code=f"{code}-2", client=WebClient(served.url))
