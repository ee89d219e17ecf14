"""Fixtures that several rooms of the tests share; their conftest files name them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from pytest_django.fixtures import Settings

from project.stack.servers import Servers, passing_database
from tests.support.database import connected_to
from tests.support.payments.paper_bank import PaperBank, banking
from tests.support.payments.stripe_account import StripeAccount, localstripe, stripe_account
from tests.support.processes.nodes import Node, StartNode, start


@pytest.fixture
def full_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed outside is due again as late as it may be, and not by chance while others of its run are tried."""
    monkeypatch.setattr("random.uniform", lambda _, latest: latest)


@pytest.fixture
def own_database(fresh_database: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """`fresh_database`, as Django's connections in every thread see it."""
    with django_db_blocker.unblock(), connected_to(fresh_database):
        yield fresh_database


@pytest.fixture(scope="module")
def module_database(
    servers: Servers, template_database: str, copies: str, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[str]:
    """As `own_database`, for all tests of a file: each leaves it as it was."""
    with (
        passing_database(servers.database_url, template=f"{template_database} {copies}") as url,
        django_db_blocker.unblock(),
        connected_to(url),
    ):
        yield url


@pytest.fixture(scope="session")
def localstripe_url() -> Iterator[str]:
    """One Stripe for all tests of the session; each begins with an empty account on it."""
    with localstripe() as url:
        yield url


@pytest.fixture
def account(localstripe_url: str) -> Iterator[StripeAccount]:
    """The shop's account at Stripe, its only payment provider."""
    with stripe_account(localstripe_url) as account:
        yield account


@pytest.fixture
def node(own_database: str, stack_env: dict[str, str], settings: Settings) -> Iterator[StartNode]:
    """Starts worker nodes on this test's own servers, and waits until they are ready. The test rings there, too."""
    assert own_database == stack_env["DATABASE_URL"]
    settings.BROKER_URL = stack_env["BROKER_URL"]
    home = Path(stack_env["RINGUP_HOME"])
    home.mkdir(parents=True)
    nodes: list[Node] = []

    def start_node(role: str = "worker", **more: Any) -> Node:
        nodes.append(Node(start(role, environ=stack_env, folder=home, **more)))
        nodes[-1].wait_ready()
        return nodes[-1]

    yield start_node
    for one in nodes:
        one.teardown()


@pytest.fixture
def bank() -> Iterator[PaperBank]:
    with banking() as bank:
        yield bank
