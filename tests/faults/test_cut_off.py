"""Somebody promotes a standby by hand: one that was waited for, and one that was cut off and lacks the last sales."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django

from orders.feed.db.horizon import horizon
from orders.invoicing.db.restored import is_unnoticed
from project.stack.embedded.child import wait_until
from project.stack.embedded.postgres import EmbeddedPostgres
from tests.support.database import connected_to
from tests.support.processes.standby import NAME, Standby, ask, set_for_all, standby_of
from workers.watch.lineage import RENEWED_EVERY, look_at_lineage

PATIENCE_S = 60
SYNCHRONOUS = "synchronous_standby_names"
IS_WAITED_FOR = "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
IS_CUT_OFF = "SELECT count(*) = 0 FROM pg_stat_replication"


@pytest.fixture
def standby(leader: EmbeddedPostgres, tmp_path: Path) -> Iterator[Standby]:
    """It is waited for."""
    with standby_of(leader, tmp_path / "standby") as standby:
        set_for_all(leader, SYNCHRONOUS, NAME)
        assert wait_until(lambda: ask(leader, IS_WAITED_FOR), seconds=PATIENCE_S)
        yield standby
        set_for_all(leader, SYNCHRONOUS, "")


@pytest.fixture(autouse=True)
def _database(django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def look_on(server: EmbeddedPostgres, *, times: int = RENEWED_EVERY) -> str:
    """As the worker for upkeep does, all the while; the feed's epoch."""
    with connected_to(server.url):
        for _ in range(times):
            look_at_lineage()
        return str(horizon().epoch)


def test_one_that_was_waited_for_has_all(leader: EmbeddedPostgres, standby: Standby) -> None:
    epoch = look_on(leader)
    standby.promote()
    assert look_on(standby) == epoch
    with connected_to(standby.url):
        assert not is_unnoticed()


def test_one_that_was_cut_off_counts_as_restored(leader: EmbeddedPostgres, standby: Standby) -> None:
    epoch = look_on(leader)
    set_for_all(standby, "primary_conninfo", "")
    assert wait_until(lambda: ask(leader, IS_CUT_OFF), seconds=PATIENCE_S)
    set_for_all(leader, SYNCHRONOUS, "")
    assert look_on(leader, times=1) == epoch
    standby.promote()
    assert look_on(standby, times=1) != epoch
    with connected_to(standby.url):
        assert is_unnoticed()
