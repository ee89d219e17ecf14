"""The embedded Valkey: messages survive a kill, and nobody shares a folder."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from project.stack.embedded.child import ServerFailed, is_free, wait_until
from project.stack.embedded.valkey import EmbeddedValkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path) as server:
        yield server


def test_messages_survive_kill_9_and_the_port_stays(valkey: EmbeddedValkey) -> None:
    port = valkey.port
    with redis.Redis.from_url(valkey.url, decode_responses=True) as client:
        client.rpush("commands", *(f"ring {number}" for number in range(1_000)))
        valkey.kill()
        valkey.start()
        assert client.llen("commands") == 1_000
    assert valkey.port == port


def test_it_keeps_a_log_of_writes_and_throws_nothing_out(valkey: EmbeddedValkey) -> None:
    with redis.Redis.from_url(valkey.url, decode_responses=True) as client:
        found = client.config_get("appendonly", "appendfsync", "maxmemory-policy", "save")
    assert found == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "save": ""}


def test_a_password_is_asked_for_and_others_may_not_read_it(valkey: EmbeddedValkey) -> None:
    stranger = redis.Redis(port=valkey.port, retry=Retry(NoBackoff(), 0))
    with stranger, pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()
    assert (valkey.folder / "valkey.conf").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ['Süd, "Laden" 1 \\ 2', "a" * 120 + "'$HOME"])
def test_it_runs_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / name) as server:
        assert any((server.folder / "appendonlydir").iterdir())


def test_two_run_side_by_side(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "other") as other:
        with redis.Redis.from_url(other.url) as client:
            client.set("only_here", 1)
        with redis.Redis.from_url(valkey.url) as client:
            assert client.get("only_here") is None


def test_a_second_server_on_the_same_folder_is_refused(valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("project.stack.embedded.child.LOCK_WAIT_S", 0.2)
    with pytest.raises(ServerFailed, match="another server uses"):
        EmbeddedValkey(valkey.home).start()


def test_a_taken_port_means_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (tmp_path / "valkey.port").write_text(str(taken.getsockname()[1]))
        with EmbeddedValkey(tmp_path) as server:
            assert server.port != taken.getsockname()[1]


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from project.stack.embedded.valkey import EmbeddedValkey;"
        "print(EmbeddedValkey(pathlib.Path(sys.argv[1])).start().port, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout
        port = int(parent.stdout.readline())
        assert not is_free(port)
        parent.kill()
    assert wait_until(lambda: is_free(port), seconds=60)
