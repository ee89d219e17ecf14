"""Databases of the tests' own server: in memory, and without what keeps a shop's."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from project.stack.embedded.postgres import EmbeddedPostgres
from project.stack.servers import Servers

MEMORY = Path("/dev/shm")  # noqa: S108
ROOM_BYTES = 2**30
PASSING = {
    # Who kills this server leaves the machine alone: what was written is there, and no page is half of it.
    # Hundreds of databases that are made and dropped need not reach the disk.
    "fsync": "off",
    "full_page_writes": "off",
    # Nobody follows it, or copies it while it runs: what does has servers of its own.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "off",
    # Most databases are gone before it would come to them; it starts a process for each.
    "autovacuum_naptime": "5min",
}
"""Settings of a PostgreSQL that ends with the tests that need it."""


@contextmanager
def copied_into_memory(servers: Servers) -> Iterator[str]:
    """How CREATE DATABASE copies a template of a dozen MB: its seven hundred files into memory, in a tenth of the
    processor time that a file system on a disk takes for them. Where there is no room, or where the server is another
    one's, beside the template."""
    postgres = servers.embedded.get("postgres")
    if not isinstance(postgres, EmbeddedPostgres) or not has_room():
        yield "STRATEGY file_copy"
        return
    with tempfile.TemporaryDirectory(prefix="ringup-test-", dir=MEMORY) as folder:
        owner = postgres.data.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        with psycopg.connect(servers.database_url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE memory LOCATION '{folder}'".encode())
        yield "STRATEGY file_copy TABLESPACE memory"
        with psycopg.connect(servers.database_url, autocommit=True) as connection:
            connection.execute(b"DROP TABLESPACE memory")


def has_room() -> bool:
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
