"""The embedded PostgreSQL: what was committed survives, and nobody shares a folder."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from project.stack.embedded import root
from project.stack.embedded.child import ServerFailed, wait_until
from project.stack.embedded.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("pristine")
    with EmbeddedPostgres(home):
        pass
    return home


@pytest.fixture
def home(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "home"))


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(home) as server:
        yield server


def query(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_committed_rows_survive_kill_9_and_the_port_stays(postgres: EmbeddedPostgres) -> None:
    query(postgres, "CREATE TABLE sale (total integer)")
    query(postgres, "INSERT INTO sale VALUES (1250)")
    port = postgres.port
    postgres.kill()
    postgres.start()
    assert query(postgres, "SELECT total FROM sale") == [(1250,)]
    assert postgres.port == port


def test_it_writes_to_disk_before_it_says_committed(postgres: EmbeddedPostgres) -> None:
    settings = "current_setting('fsync'), current_setting('synchronous_commit'), current_setting('data_checksums')"
    assert query(postgres, f"SELECT {settings}") == [("on", "on", "on")]


def test_a_password_is_asked_for(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(postgres.url.replace(f":{postgres.password}@", "@"))


def test_two_run_side_by_side(postgres: EmbeddedPostgres, pristine: Path) -> None:
    with EmbeddedPostgres(pristine) as other:
        query(other, "CREATE TABLE only_here (id integer)")
        assert query(postgres, "SELECT to_regclass('only_here')") == [(None,)]


def test_a_second_server_on_the_same_data_is_refused(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("project.stack.embedded.child.LOCK_WAIT_S", 0.2)
    with pytest.raises(ServerFailed, match="another server uses"):
        EmbeddedPostgres(postgres.home).start()
    assert query(postgres, "SELECT 1") == [(1,)]


def test_a_taken_port_means_another(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (home / "postgres.port").write_text(str(taken.getsockname()[1]))
        with EmbeddedPostgres(home) as server:
            assert server.port != taken.getsockname()[1]
            assert query(server, "SELECT 1") == [(1,)]


def test_a_pid_file_that_names_a_stranger_does_not_block_the_start(home: Path) -> None:
    """PostgreSQL forgives its parents' numbers only."""
    with subprocess.Popen(["sleep", "60"]) as stranger:
        fields = [stranger.pid, home / "postgres", 1_700_000_000, 25432, "", "127.0.0.1", "1234567 8", "ready   "]
        (home / "postgres" / "postmaster.pid").write_text("\n".join(map(str, fields)) + "\n")
        with EmbeddedPostgres(home) as server:
            assert query(server, "SELECT 1") == [(1,)]
        stranger.kill()


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path) as server:
        assert query(server, "SELECT 1") == [(1,)]


def test_it_ends_with_its_parent(home: Path) -> None:
    program = (
        "import sys, pathlib; from project.stack.embedded.postgres import EmbeddedPostgres;"
        "print(EmbeddedPostgres(pathlib.Path(sys.argv[1])).start().pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    assert wait_until(lambda: not (home / "postgres" / "postmaster.pid").exists(), seconds=60)
    with EmbeddedPostgres(home) as server:
        assert server.pid != pid
        assert "not properly shut down" not in (home / "log" / "postgres.log").read_text()


if os.geteuid() == 0:  # nobody else can give files to another user

    def test_root_without_user_namespaces_runs_it_as_nobody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The home is below a folder that only root may enter."""
        monkeypatch.setattr(root, "namespace_prefix", lambda: ())
        with tempfile.TemporaryDirectory() as shared, monkeypatch.context() as patch:
            Path(shared).chmod(0o755)
            patch.setattr(root, "SHARED_STATE", Path(shared))
            with EmbeddedPostgres(home) as server:
                assert query(server, "SELECT 1") == [(1,)]
                assert Path("/proc", str(server.pid)).stat().st_uid == root.NOBODY
