"""Fixtures of this room."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from project.stack.embedded.postgres import EmbeddedPostgres
from project.stack.servers import Servers
from tests.support.fixtures import account, localstripe_url, own_database
from tests.support.processes.dying import Mortals
from tests.support.processes.migrated import migrate
from tests.support.processes.standby import leading

__all__ = ["account", "localstripe_url", "own_database"]


@pytest.fixture(scope="module")
def leader(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One that may have standbys, for all tests of a file."""
    with leading(tmp_path_factory.mktemp("leader")) as leader:
        migrate(leader.url, broker_url=servers.broker_url)
        yield leader


@pytest.fixture
def mortals(own_database: str, stack_env: dict[str, str], settings: Settings) -> Iterator[Mortals]:
    """They help nobody along, and neither does the test: each command meets its own death."""
    assert own_database == stack_env["DATABASE_URL"]
    settings.BROKER_URL = stack_env["BROKER_URL"]
    settings.COMMAND_BATCH_MAX = 1
    mortals = Mortals({**stack_env, "COMMAND_BATCH_MAX": "1"})
    yield mortals
    mortals.end()
