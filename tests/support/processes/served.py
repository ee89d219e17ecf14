"""A shop behind a real web server, whose commands a real worker settles."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from orders.commands.core.roles import Role
from project import env as environment
from project.stack.embedded.child import free_port, wait_until
from project.stack.needs import told
from project.stack.processes import environment_of_processes
from project.stack.readiness import answers
from tests.support.database import connected_to
from tests.support.processes.nodes import Process, start
from tests.support.shop.chain import open_chain
from tests.support.shop.settled import Answer, when_settled

READY_WITHIN_S = 180
_SWEEPS = "import django; django.setup(); from workers.sweep import sweep; sweep()"
_PEAK_KIB = re.compile(r"VmHWM:\s+(\d+) kB")


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Served:
    """`url`: of the server's root; `keys`: of a terminal for each role; `pids`: of what leads each process's session;
    `environ`: what all of them are started with."""

    url: str
    database_url: str
    keys: Mapping[Role, str]
    pids: Mapping[str, int]
    environ: Mapping[str, str]

    def memory_from_now_mib(self) -> int:
        """What the web processes have now; their peak is counted anew."""
        for process in self._web():
            (process / "clear_refs").write_text("5")
        return self.memory_peak_mib()

    def memory_peak_mib(self) -> int:
        return sum(int(_PEAK_KIB.findall((process / "status").read_text())[0]) for process in self._web()) // 1024

    def _web(self) -> list[Path]:
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        return [Path(f"/proc/{pid}") for pid in pids if session_of(pid) == self.pids["web"]]

    def call(self, method: str, path: str, body: Any = None, *, role: Role, **headers: str) -> Reply:
        return send(method, f"{self.url}/api/v1{path}", body, key=self.keys[role], **headers)

    def settled(self, ask: Callable[[], Answer]) -> Answer:
        """What is answered once all that it is about is settled, though a ring is lost that the broker was too busy to
        take: there is no beat here that rings again."""
        return when_settled(ask, meanwhile=self.sweep)

    def sweep(self) -> None:
        """As beat does."""
        environ = environment_of_processes(told("worker", self.environ), programs=Path(sys.executable).parent)
        subprocess.run([sys.executable, "-c", _SWEEPS], env=environ, check=True)


def send(method: str, url: str, body: Any = None, *, key: str, **headers: str) -> Reply:
    """JSON both ways. Header names have _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **named}
    content = None if body is None else json.dumps(body)
    answer = _pool.request(method, url, body=content, headers=sent, retries=False)
    return Reply(answer.status, answer.headers, json.loads(answer.data))


def session_of(pid: int) -> int | None:
    """The process that leads it; None of a process that has ended meanwhile."""
    with suppress(ProcessLookupError):
        return os.getsid(pid)
    return None


@contextmanager
def serving(
    *, database_url: str, broker_url: str, home: Path, roles: Sequence[str] = ("web", "worker"), **more: str
) -> Iterator[Served]:
    """Processes of their own on an empty database and broker; the shop has ten of each product. `more`: variables."""
    shutil.copytree(environment.PROJECT_FOLDER / "project" / "static", home / "static")
    port = free_port()
    own = {"DATABASE_URL": database_url, "BROKER_URL": broker_url, "RINGUP_HOME": str(home), "WEB_PORT": str(port)}
    environ = environment.for_child(**{"SECRET_KEY": secrets.token_hex(), **own, **more})
    with connected_to(database_url):
        chain = open_chain()
    url = f"http://127.0.0.1:{port}"
    processes: list[Process] = []
    try:
        processes += (start(role, environ=environ, folder=home) for role in roles)
        ready = wait_until(lambda: answers(f"{url}/readyz"), seconds=READY_WITHIN_S)
        assert ready, processes[0].logs()[-2000:]
        keys = {role: till.key for role, till in chain.tills.items()}
        pids = {role: process.pid for role, process in zip(roles, processes, strict=True)}
        yield Served(url, database_url, keys, pids, environ)
    finally:
        for process in processes:
            process.kill()


_pool = urllib3.PoolManager()
