"""An embedded server that is watched: killed, it comes back with its port and its data; it is given up for cause."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from project.stack.comeback import Comeback
from project.stack.embedded.child import wait_until
from project.stack.embedded.postgres import EmbeddedPostgres
from project.stack.embedded.server import EmbeddedServer
from project.stack.embedded.valkey import EmbeddedValkey
from project.stack.embedded.watch import Watch, watched

BACK_WITHIN_S = 60


class Keeper:
    """Who hears what becomes of the server."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.starts = 0
        self.given_up: list[str] = []

    def say(self, _: str, line: str) -> None:
        self.lines.append(line)

    def started(self) -> None:
        self.starts += 1


@contextmanager
def kept(server: EmbeddedServer, *, given_up_after_s: float = 60) -> Iterator[Keeper]:
    keeper = Keeper()
    watch = Watch(
        server,
        say=keeper.say,
        started=keeper.started,
        given_up=keeper.given_up.append,
        given_up_after_s=given_up_after_s,
    )
    with server, watched(watch):
        yield keeper


def kill_and_wait(server: EmbeddedServer, keeper: Keeper, pid: int) -> None:
    starts = keeper.starts
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: keeper.starts > starts, seconds=BACK_WITHIN_S), keeper.lines


def test_a_killed_postgres_comes_back_with_all_that_was_committed(tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(tmp_path)
    with kept(postgres) as keeper:
        port = postgres.port
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE sale (total integer)")
            connection.execute("INSERT INTO sale VALUES (1250)")
            kill_and_wait(postgres, keeper, postgres.pid)
        with psycopg.connect(postgres.url) as connection:
            assert connection.execute("SELECT total FROM sale").fetchall() == [(1250,)]
        assert postgres.port == port
        assert keeper.lines == ["postgres ended with status -9; starting it again in 0.2 s"]
    assert not postgres.is_begun
    assert keeper.starts == 1


def test_a_killed_valkey_comes_back_with_what_it_had_written(tmp_path: Path) -> None:
    valkey = EmbeddedValkey(tmp_path)
    with kept(valkey) as keeper, redis.Redis.from_url(valkey.url) as client:
        client.config_set("appendfsync", "always")
        client.set("till", "1")
        kill_and_wait(valkey, keeper, valkey.pid)
        assert client.get("till") == b"1"
    assert keeper.starts == 1


def test_a_server_that_ends_again_and_again_is_told_of_three_times_only(tmp_path: Path) -> None:
    valkey = EmbeddedValkey(tmp_path)
    with kept(valkey) as keeper:
        for _ in range(4):
            kill_and_wait(valkey, keeper, valkey.pid)
    pauses = [line.rpartition(" in ")[2] for line in keeper.lines[:2]]
    assert pauses == ["0.2 s", "0.4 s"]
    assert keeper.lines[2:] == [
        "valkey ended with status -9, again and again; it is tried on, up to 5 s apart, without a word"
    ]


def test_a_port_that_is_stolen_for_good_gives_the_server_up_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Comeback, "pause_s", lambda _: 2.0)  # the thief is sooner
    valkey = EmbeddedValkey(tmp_path)
    with kept(valkey, given_up_after_s=0.5) as keeper:
        thief = socket.socket()
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        os.kill(valkey.pid, signal.SIGKILL)
        assert wait_until(lambda: _binds(thief, valkey.port), seconds=5)
        with thief:
            thief.listen()
            assert wait_until(lambda: bool(keeper.given_up), seconds=BACK_WITHIN_S), keeper.lines
    assert keeper.given_up == [f"valkey did not start: another program has taken its port {valkey.port}"]


def _binds(thief: socket.socket, port: int) -> bool:
    try:
        thief.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("server", [EmbeddedPostgres, EmbeddedValkey])
def test_a_folder_that_is_gone_gives_the_server_up(server: type[EmbeddedServer], tmp_path: Path) -> None:
    running = server(tmp_path)
    with kept(running, given_up_after_s=0.5) as keeper:
        shutil.rmtree(running.folder)
        os.kill(running.pid, signal.SIGKILL)
        assert wait_until(lambda: bool(keeper.given_up), seconds=BACK_WITHIN_S), keeper.lines
    assert keeper.given_up == [f"{running.name} did not start: its folder {running.folder} is gone"]
