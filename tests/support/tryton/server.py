"""A Tryton server with the books of a company, in a PostgreSQL database of this session's own."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import urllib3
from psycopg.conninfo import conninfo_to_dict

from project.stack.embedded.child import ending_with_parent, free_port, wait_until
from project.stack.embedded.root import LIBRARIES
from project.stack.servers import passing_database
from tests.support.database import name_of
from tests.support.tryton.venv import DOCS, HOME, LOCK, alone, programs

PASSWORD = "only-in-tests"
START_WAIT_S = 180
CLIENTS = LIBRARIES / "pginstall" / "bin"
CONFIGURATION = """\
[database]
uri = {uri}
[web]
listen = 127.0.0.1:{port}
root =
[session]
timeout = 86400
max_attempt = 1000
[queue]
worker = True
"""
# What Tryton's own modules bring is right: to find that out is a third of the work of making its tables.
UNCHECKED = """
from trytond.model import ModelStorage
ModelStorage._validate = classmethod(lambda cls, records, field_names=None: None)
from trytond.cli.admin import main
main()
"""


@dataclass(frozen=True, slots=True)
class Tryton:
    """`url` as ACCOUNTING_URL has it. `database_url`: where Tryton keeps its rows."""

    url: str
    database_url: str


@contextmanager
def tryton_server(database_server: str) -> Iterator[Tryton]:
    """A session's first start of all takes a minute; what it made is kept as a dump for the next ones."""
    with passing_database(database_server) as url, tempfile.TemporaryDirectory(prefix="ringup-tryton-") as folder:
        with psycopg.connect(url, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit TO off".encode())
        with alone(HOME):
            bin_ = programs()
            configuration = _configure(Path(folder), url)
            _fill(bin_, configuration, url)
        with _served(bin_, configuration, url, Path(folder) / "trytond.log") as port:
            yield Tryton(f"http://admin:{PASSWORD}@127.0.0.1:{port}/{name}", url)


def _configure(folder: Path, url: str) -> Path:
    file = folder / "trytond.conf"
    file.write_text(CONFIGURATION.format(uri=_server_of(url), port=free_port()))
    return file


def _server_of(url: str) -> str:
    """Tryton adds the database's name, and takes no parameters."""
    given = conninfo_to_dict(url)
    return f"postgresql://{given['user']}:{quote(str(given['password']), safe='')}@{given['host']}:{given['port']}/"


def _fill(bin_: Path, configuration: Path, url: str) -> None:
    with psycopg.connect(url) as connection:
        version = connection.info.server_version
    dump = HOME / f"books-{_made_of(version)}.dump"
    if dump.exists():
        subprocess.run([CLIENTS / "pg_restore", "--no-owner", f"--dbname={url}", dump], check=True)
        return
    _make_books(bin_, configuration, name_of(url))
    for old in HOME.glob("books-*"):
        old.unlink()
    draft = dump.with_suffix(".draft")
    subprocess.run([CLIENTS / "pg_dump", "--format=custom", f"--file={draft}", url], check=True)
    draft.replace(dump)


def _made_of(server_version: int) -> str:
    """What a dump depends on. Its fiscal year is around the month in which it was made."""
    parts = [LOCK.read_text(), *(file.read_text() for file in sorted(DOCS.rglob("*.*")) if file.suffix != ".pyc")]
    parts += [PASSWORD, str(server_version), datetime.now(UTC).strftime("%Y-%m")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _make_books(bin_: Path, configuration: Path, name: str) -> None:
    password = configuration.with_name("password")
    password.write_text(PASSWORD)
    admin: list[str | Path] = [bin_ / "python", "-c", UNCHECKED, "-c", configuration, "-d", name]
    environ = {**os.environ, "TRYTONPASSFILE": str(password), "TRYTOND_CONFIG": str(configuration)}
    subprocess.run(
        [*admin, "-u", "ringup", "--activate-dependencies", "--email", "admin@books.example"], env=environ, check=True
    )
    subprocess.run([bin_ / "python", DOCS / "make_books.py", name], env=environ, check=True)


@contextmanager
def _served(bin_: Path, configuration: Path, url: str, log: Path) -> Iterator[int]:
    port = int(configuration.read_text().split("listen = 127.0.0.1:")[1].split()[0])
    name = name_of(url)
    command = [*ending_with_parent("TERM"), str(bin_ / "trytond"), "-c", str(configuration), "-d", name]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            wait_until(lambda: process.poll() is not None or _answers(port), seconds=START_WAIT_S)
            assert _answers(port), f"Tryton did not start: {log.read_text()[-2000:]}"
            yield port
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    asked = {"id": 0, "method": "common.server.version", "params": []}
    try:
        answer = urllib3.request("POST", f"http://127.0.0.1:{port}/rpc/", json=asked, retries=False, timeout=5)
    except urllib3.exceptions.HTTPError:
        return False
    return bool(answer.status == 200 and answer.json()["result"] == "8.2")
