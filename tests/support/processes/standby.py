"""Copies of an embedded PostgreSQL: standbys that stream from it, and what is restored from its backup."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from project.addresses import changed
from project.stack.embedded.child import START_WAIT_S, wait_until
from project.stack.embedded.postgres import SETTINGS, EmbeddedPostgres
from project.stack.embedded.root import place

NAME = "standby"
"""How the primary knows all of them."""


@contextmanager
def leading(home: Path, **settings: str) -> Iterator[EmbeddedPostgres]:
    """With the settings, as its copies: none of them loses what it wrote."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"fsync": "off", **settings}.items():
            patch.setitem(SETTINGS, name, value)
        with EmbeddedPostgres(home) as server:
            yield server


class Standby(EmbeddedPostgres):
    def launch(self, lock: int) -> None:
        """It is never ready for all until it is promoted."""
        if not (self.data / "standby.signal").exists():
            super().launch(lock)
            return
        where = place(self.folder)
        self.try_ports(
            lambda: self._begin(where, lock),
            ready=lambda: "ready to accept read-only connections" in self.log.read_text(),
            within_s=START_WAIT_S,
        )

    def promote(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            assert connection.execute("SELECT pg_promote()").fetchone() == (True,), "it does not lead yet"


def standby_of(primary: EmbeddedPostgres, home: Path) -> Standby:
    return _copied(primary, home, "--write-recovery-conf")


def backup_of(primary: EmbeddedPostgres, home: Path) -> Standby:
    return _copied(primary, home)


def go_back(backup: EmbeddedPostgres, primary: EmbeddedPostgres, *, until: str) -> None:
    """When it is started, it reads what the primary has written since, and leads."""
    with (backup.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {primary.data}/pg_wal/%f %p'\n")
        settings.write(f"recovery_target_action = promote\n{until}\n")
    (backup.data / "recovery.signal").touch()


def _copied(primary: EmbeddedPostgres, home: Path, *how: str) -> Standby:
    copy = Standby(home)
    home.mkdir()
    (home / "postgres_password").write_text(primary.password)
    where = place(copy.folder)
    source = changed(primary.url, application_name=NAME)
    program = [*where.prefix, str(where.programs / "pg_basebackup")]
    to = [f"--dbname={source}", f"--pgdata={where.data}", *how]
    subprocess.run([*program, *to, "--checkpoint=fast", "--no-sync"], check=True, capture_output=True, cwd=home)
    return copy


def ask(server: EmbeddedPostgres, sql: str) -> bool:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row
    return bool(row[0])


def set_for_all(server: EmbeddedPostgres, name: str, value: str) -> None:
    """Until everybody sees it."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        connection.execute("SELECT pg_reload_conf()")
        asked = f"SELECT current_setting('{name}')".encode()
        assert wait_until(lambda: connection.execute(asked).fetchone() == (value,), seconds=START_WAIT_S)
