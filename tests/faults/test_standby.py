"""A standby takes over, or a server is restored: which of them goes on, and which has lost something.

One real server for all, which waits for its standby or does not. That it lives on while another one leads makes no
difference to that one.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from base.sql.lineage import AS_IT_IS, AWAITS_STANDBY, FOLLOWS, GOES_ON, IS_PAST, MADE_NOW
from project.stack.embedded.child import wait_until
from project.stack.embedded.postgres import EmbeddedPostgres
from tests.support.processes.standby import NAME, Standby, ask, backup_of, go_back, leading, set_for_all, standby_of

PATIENCE_S = 60
SYNCHRONOUS = "synchronous_standby_names"
IS_SYNCHRONOUS = "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
SAYS_SO = "SELECT awaits_standby FROM row"
IS_ON_ANOTHER = "SELECT timeline <> left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM row"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with leading(tmp_path_factory.mktemp("primary")) as server:
        yield server


@pytest.fixture
def primary(server: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """With a row of now, while nobody stands by."""
    told(server, "CREATE TABLE row (made_in bigint, timeline text, awaits_standby boolean)")
    told(server, f"INSERT INTO row VALUES ({MADE_NOW})")
    yield server
    set_for_all(server, SYNCHRONOUS, "")
    told(server, "DROP TABLE row")


@pytest.fixture
def standby(primary: EmbeddedPostgres, tmp_path: Path) -> Iterator[Standby]:
    with standby_of(primary, tmp_path / "standby") as standby:
        yield standby


@pytest.fixture
def synchronous(primary: EmbeddedPostgres, standby: Standby) -> Standby:
    """The same, which the primary waits for; the row says so."""
    set_for_all(primary, SYNCHRONOUS, NAME)
    assert wait_until(lambda: ask(primary, IS_SYNCHRONOUS), seconds=PATIENCE_S)
    assert carry_on(primary) == 1
    return standby


def told(server: EmbeddedPostgres, sql: str) -> int:
    with psycopg.connect(server.url, autocommit=True) as connection:
        return connection.execute(sql.encode()).rowcount


def goes_on(server: EmbeddedPostgres) -> bool:
    return ask(server, f"SELECT {GOES_ON} FROM row")


def carry_on(server: EmbeddedPostgres) -> int:
    return told(server, f"UPDATE row SET {AS_IT_IS} WHERE {FOLLOWS} AND {IS_PAST}")


def test_a_synchronous_standby_that_took_over_goes_on(synchronous: Standby) -> None:
    synchronous.promote()
    assert not goes_on(synchronous)
    assert carry_on(synchronous) == 1
    assert goes_on(synchronous)
    assert not ask(synchronous, SAYS_SO), "nobody stands by now"
    synchronous.stop()
    synchronous.start()
    assert goes_on(synchronous), "a restart changes nothing"


def test_one_that_nobody_waited_for_does_not(standby: Standby) -> None:
    standby.promote()
    assert (goes_on(standby), carry_on(standby)) == (False, 0)


def test_the_second_that_took_over_unseen_does_not(synchronous: Standby, tmp_path: Path) -> None:
    """Nobody knows whether the first was waited for."""
    synchronous.promote()
    with standby_of(synchronous, tmp_path / "second") as second:
        second.promote()
        assert (goes_on(second), carry_on(second)) == (False, 0)


def test_one_that_was_started_anew_before_anybody_looked_does_not(synchronous: Standby) -> None:
    """It does not remember any more from whom it came."""
    synchronous.promote()
    synchronous.stop()
    synchronous.start()
    assert (goes_on(synchronous), carry_on(synchronous)) == (False, 0)


@pytest.mark.parametrize("until", ["recovery_target_name = 'five past five'", "recovery_target_timeline = latest"])
def test_a_restore_of_one_that_was_waited_for_is_noticed(
    until: str, primary: EmbeddedPostgres, synchronous: Standby, tmp_path: Path
) -> None:
    """To a point in time, and to the end of what was kept."""
    assert wait_until(lambda: ask(synchronous, SAYS_SO), seconds=PATIENCE_S)
    restored = backup_of(primary, tmp_path / "restored")
    told(primary, "SELECT pg_create_restore_point('five past five')")
    told(primary, "SELECT pg_switch_wal()")
    go_back(restored, primary, until=until)
    with restored:
        # It answers as soon as it is consistent, which may be before it is where it was told to go.
        assert wait_until(lambda: ask(restored, "SELECT NOT pg_is_in_recovery()"), seconds=PATIENCE_S)
        assert ask(restored, SAYS_SO)
        assert ask(restored, IS_ON_ANOTHER)
        assert (goes_on(restored), carry_on(restored)) == (False, 0)


def test_while_nobody_is_waited_for_any_more_what_the_row_says_is_not_relied_on(
    primary: EmbeddedPostgres, synchronous: Standby
) -> None:
    """As when a cluster gives its last standby up. Until the row says so, nobody goes on; from then on, a standby that
    takes over has lost something."""
    assert goes_on(primary)
    set_for_all(primary, SYNCHRONOUS, "")
    assert not goes_on(primary)
    assert carry_on(primary) == 1
    assert goes_on(primary)
    assert not ask(primary, SAYS_SO)
    assert wait_until(lambda: not ask(synchronous, SAYS_SO), seconds=PATIENCE_S)
    synchronous.promote()
    assert (goes_on(synchronous), carry_on(synchronous)) == (False, 0)


def test_commits_that_wait_for_less_are_no_promise(primary: EmbeddedPostgres, synchronous: Standby) -> None:
    with psycopg.connect(primary.url, autocommit=True) as connection:
        for commit, awaits in (("on", True), ("off", False), ("local", False), ("remote_write", False)):
            connection.execute(f"SET synchronous_commit = {commit}".encode())
            assert connection.execute(f"SELECT {AWAITS_STANDBY}".encode()).fetchone() == (awaits,)
