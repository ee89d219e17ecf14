"""Uploads go through the real web server: how it hands over a body is half of what is tried here."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pytest_django

from tests.support.database import connected_to
from tests.support.network.web import WebClient
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.till import Answer, Till


@pytest.fixture
def chain(served: Served, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Chain]:
    """A chain of its own in the server's database, which the test reads too."""
    code = f"shop-{secrets.token_hex(6)}"
    with django_db_blocker.unblock(), connected_to(served.database_url):
        yield open_chain(shop_code=code, other_code=f"{code}-2", client=WebClient(served.url))


@pytest.fixture
def settle(served: Served) -> Callable[[Answer, Till], Any]:
    """Let the worker settle what an answer accepted; the command as its terminal then reads it."""

    def settled(accepted: Answer, till: Till) -> Any:
        assert accepted.status == 202, accepted
        path = f"/commands/{accepted.body['id']}"
        return served.settled(lambda: till.get(path, Prefer="wait=10")).body

    return settled
