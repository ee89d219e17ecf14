"""`up`: everything starts, comes back when it is killed, and leaves nothing behind."""

import gc
import json
import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import urllib3

from benchmarks.chaos.history.exchange import History
from benchmarks.chaos.people.crowd import WHO, crowd
from benchmarks.chaos.people.probe import NAME as PROBE
from project.stack.embedded.child import free_port, wait_until
from project.stack.needs import KEYS, NEEDS, counters_of
from project.stack.readiness import workers_answer
from tests.support.processes.up import Up

FIELDS = {
    "base_url",
    "flower_url",
    "admin_url",
    "database_url",
    "application_url",
    "broker_url",
    "accounting_url",
    "terminals",
    "other_store_terminals",
    "pids",
    "silent",
}
SECRET_KEY = "a key of one's own, long enough for whoever would guess it"
ENDS_WITHIN_S = 120
UNSET = {"STRIPE_API_KEY", "ACCOUNTING_ADAPTER", "DATABASE_READ_URL"}
PROCESSES = {"web", "worker", "worker-io", "beat", "flower", "accounting", "postgres", "valkey", "up"}


def status(url: str, **headers: str) -> int:
    try:
        return urllib3.request("GET", url, headers=headers, timeout=60, retries=False).status
    except urllib3.exceptions.HTTPError:
        return 0


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    """Not one that the kernel would give to any client, or the next one is taken now and then, too."""
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        yield int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, taken_port: int) -> Iterator[Up]:
    """In a home whose name a shell, a URL or a file could misread, longer than a socket's may be."""
    name = f"Süd 'Laden' \"1\" $HOME % {'n' * 120}"
    running = Up(tmp_path_factory.mktemp("stack") / name, WEB_PORT=str(taken_port))
    try:
        running.wait_ready()
        yield running
        running.process.terminate()
        running.process.wait(ENDS_WITHIN_S)
    finally:
        running.kill()


def test_run_json_has_what_a_program_needs_and_only_its_owner_reads_it(up: Up) -> None:
    assert set(up.run) == FIELDS
    assert set(up.run["pids"]) == PROCESSES
    assert {"pos", "supervisor", "backoffice", "auditor"} == set(up.run["terminals"])
    assert set(up.run["other_store_terminals"]) == {"pos", "backoffice"}
    for name in ("run.json", "keys.json", "secret_key", "flower_password"):
        assert (up.home / name).stat().st_mode & 0o777 == 0o600


def test_a_process_is_told_the_keys_that_it_uses_and_no_other(up: Up) -> None:
    """As the kernel has it: what a process that was broken into can tell of the others."""
    for name, needed in NEEDS.items():
        environ = Path(f"/proc/{up.run['pids'][name]}/environ").read_bytes().decode()
        given = {variable for variable, _, value in (one.partition("=") for one in environ.split("\0")) if value}
        assert given & KEYS == needed - UNSET, name


def test_workers_count_where_the_web_server_looks(up: Up) -> None:
    counting = {int(file.stem.rpartition("-")[2]) for file in counters_of(up.home).glob("counter_*.db")}
    assert {up.run["pids"][name] for name in ("worker", "worker-io")} <= counting
    assert up.run["pids"]["flower"] not in counting, "its figures are its own"


def test_every_address_answers(up: Up) -> None:
    base = up.run["base_url"]
    assert status(f"{base}/healthz") == 200
    assert status(f"{base}/readyz") == 200
    assert status(f"{base}/metrics") == 200
    assert status(f"{base}/api/v1/docs") == 200
    assert status(f"{base}/") == 200
    assert status(f"{base}/static/console/first.css") == 200
    for first in ("/api/v1", "/api/v1/"):
        led = urllib3.request("GET", f"{base}{first}", redirect=False)
        assert (led.status, led.headers["Location"]) == (302, "/api/v1/docs")
    assert status(f"{base}/static/admin/css/base.css") == 200
    assert status(f"{up.run['admin_url']}login/") == 200
    assert status(f"{up.run['accounting_url']}/healthz") == 200
    assert status(f"{base}/api/v1/orders") == 401
    assert status(f"{base}/api/v1/orders", authorization=f"Bearer {up.run['terminals']['pos']}") == 200
    with psycopg.connect(up.run["database_url"]) as connection:
        assert connection.execute("SELECT count(*) FROM inventory_store").fetchone() == (2,)


def test_no_process_is_the_owner_of_the_tables(up: Up) -> None:
    """So all that is tried with a whole stack is tried with the fewer rights."""
    who = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'ringup' AND pid <> pg_backend_pid()"
    with psycopg.connect(up.run["database_url"]) as connection:
        assert connection.execute(f"{who} AND backend_type = 'client backend'").fetchall() == [("ringup_app",)]


def test_flower_asks_for_its_password(up: Up) -> None:
    password = (up.home / "flower_password").read_text()
    headers = urllib3.make_headers(basic_auth=f"ringup:{password}")
    assert status(f"{up.run['flower_url']}/workers") == 401
    assert status(f"{up.run['flower_url']}/workers", **headers) == 200


def test_no_password_and_no_key_can_be_read_from_a_command_line(up: Up) -> None:
    keys = json.loads((up.home / "keys.json").read_text())
    secrets = {
        keys["admin"]["password"],
        *keys["terminals"].values(),
        *((up.home / name).read_text() for name in ("postgres_password", "valkey_password", "flower_password")),
    }
    for line in up.left():
        assert not any(secret in line for secret in secrets), line


def test_a_taken_port_means_the_next_free_one_said_aloud(up: Up, taken_port: int) -> None:
    port = int(up.run["base_url"].rpartition(":")[2])
    assert port > taken_port
    assert f"port {taken_port} is taken; web listens on {port}" in up.said.read_text()


def test_a_second_up_in_the_same_home_is_one_clear_line(up: Up) -> None:
    second = Up(up.home)
    assert second.process.wait(ENDS_WITHIN_S) == 2
    line = f"ringup: a stack runs in {up.home} already; stop it or set another RINGUP_HOME"
    assert line in up.said.read_text().splitlines()
    assert status(f"{up.run['base_url']}/healthz") == 200


def test_a_killed_worker_is_started_again(up: Up) -> None:
    killed = up.run["pids"]["worker"]
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: bool(up.run["pids"]["worker"] != killed), seconds=60)
    assert wait_until(lambda: workers_answer(up.run["broker_url"], {"worker", "worker-io"}), seconds=60)
    assert re.search("worker ended with status -9; starting it again", up.said.read_text())


def test_a_killed_web_server_comes_back_on_its_port_and_its_orphans_go(up: Up) -> None:
    killed = up.run["pids"]["web"]
    orphans = subprocess.run(["pgrep", "-P", str(killed)], capture_output=True, text=True, check=True).stdout.split()
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: bool(up.run["pids"]["web"] != killed), seconds=60)
    assert wait_until(lambda: status(f"{up.run['base_url']}/readyz") == 200, seconds=60), up.said.read_text()
    assert orphans
    assert not any(Path("/proc", orphan, "exe").exists() for orphan in orphans)


def test_people_who_try_a_stack_are_gone_when_the_try_fails(up: Up, tmp_path: Path) -> None:
    def fail() -> None:
        with crowd(base_url=up.run["base_url"], keys=up.run["terminals"], history=History(lines), seed=1) as people:
            assert wait_until(lambda: people.submitted > 50, seconds=60)
            raise ZeroDivisionError

    with (tmp_path / "history.jsonl").open("w") as lines, pytest.raises(ZeroDivisionError):
        fail()
    assert not {one.name for one in threading.enumerate()} & {*WHO, PROBE}
    gc.collect()  # a socket that nobody closed fails the test that it is found in


def test_servers_of_ones_own_are_used_and_none_is_started(
    fresh_database: str, fresh_broker: str, tmp_path: Path
) -> None:
    ports = {"WEB_PORT": "18400", "FLOWER_PORT": "18500", "ACCOUNTING_PORT": "18600"}
    up = Up(tmp_path / "home", DATABASE_URL=fresh_database, BROKER_URL=fresh_broker, SECRET_KEY=SECRET_KEY, **ports)
    try:
        up.wait_ready()
        assert (up.run["database_url"], up.run["broker_url"]) == (fresh_database, fresh_broker)
        assert set(up.run["pids"]) == PROCESSES - {"postgres", "valkey"}
        assert not {"postgres", "valkey"} & {path.name for path in up.home.iterdir()}
        assert up.run["terminals"] == {}
        assert up.said.read_text().count("the database has no store yet; next: ./ringup manage create_store ") == 1
        with psycopg.connect(fresh_database) as connection:
            made = "SELECT (SELECT count(*) FROM inventory_store), (SELECT count(*) FROM auth_user)"
            assert connection.execute(made).fetchone() == (0, 0)
        up.process.terminate()
        assert up.process.wait(ENDS_WITHIN_S) == 0
    finally:
        up.kill()


def test_up_ends_where_it_is_told_to_while_another_one_migrates(
    fresh_database: str, fresh_broker: str, tmp_path: Path
) -> None:
    up = Up(tmp_path / "home", DATABASE_URL=fresh_database, BROKER_URL=fresh_broker, SECRET_KEY=SECRET_KEY)
    try:
        with psycopg.connect(fresh_database) as migrator:
            migrator.execute("SELECT pg_advisory_xact_lock(hashtext('django_migrations'))")
            assert wait_until(lambda: "another migration runs" in up.said.read_text(), seconds=60), up.said.read_text()
            up.process.terminate()
            assert up.process.wait(ENDS_WITHIN_S) == 0
        assert up.left() == []
    finally:
        up.kill()


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"COMMAND_BATCH_MAX": "0"}, "ringup: COMMAND_BATCH_MAX: must be a whole number from 1 to 1000, not '0'"),
        (
            {"BROKER_URL": "http://broker"},
            "ringup: BROKER_URL: must be a URL that begins with redis:// or rediss:// or amqp:// or amqps://",
        ),
        ({"DATABASE_URL": "postgresql://db/ringup"}, "ringup: SECRET_KEY: must be set when DATABASE_URL is set"),
    ],
)
def test_a_bad_setting_is_one_line_and_nothing_is_started(settings: dict[str, str], line: str, tmp_path: Path) -> None:
    up = Up(tmp_path / "home", **settings)
    assert up.process.wait(ENDS_WITHIN_S) == 2
    assert up.said.read_text().splitlines() == [line]
    assert not (tmp_path / "home" / "postgres").exists()
