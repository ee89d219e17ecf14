"""Counters are those of all processes, whichever web process is asked, and outlive the one that counted."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import urllib3

from orders.commands.core.roles import Role
from project.stack.embedded.child import free_port, wait_until
from project.stack.needs import counters_of, told
from project.stack.processes import environment_of_processes
from project.stack.readiness import answers
from tests.support.processes.nodes import start
from tests.support.processes.served import READY_WITHIN_S, Served

CALLS = 24


@pytest.fixture
def url(stack_env: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A web server of two processes."""
    (tmp_path / "home" / "static").mkdir(parents=True)
    port = str(free_port())
    process = start("web", environ={**stack_env, "WEB_PORT": port, "WEB_WORKERS": "2"}, folder=tmp_path)
    try:
        found = f"http://127.0.0.1:{port}"
        assert wait_until(lambda: answers(f"{found}/readyz"), seconds=READY_WITHIN_S), process.logs()[-2000:]
        yield found
    finally:
        process.kill()


REFUSED = 'ringup_unauthorized_total{code="key_invalid"}'
SILENCE = "ringup_ring_failures_total"


def counted(url: str, figure: str = REFUSED) -> float:
    """Asked on a connection of its own: any of the processes may take it."""
    with urllib3.PoolManager() as pool:
        said = pool.request("GET", f"{url}/metrics").data.decode()
    found = re.search(rf"^{re.escape(figure)} (\S+)$", said, re.MULTILINE)
    return float(found[1]) if found else 0.0


def files_of(environ: Mapping[str, str]) -> dict[int, Path]:
    """By the number of the process that counts there."""
    files = counters_of(Path(environ["RINGUP_HOME"])).glob("counter_*.db")
    return {int(file.stem.rpartition("-")[2]): file for file in files}


def test_each_process_tells_the_figures_of_all(url: str, stack_env: dict[str, str]) -> None:
    assert wait_until(lambda: len(files_of(stack_env)) == 2, seconds=READY_WITHIN_S)
    for _ in range(CALLS):
        urllib3.PoolManager().request("GET", f"{url}/api/v1/terminals/me", headers={"Authorization": "Bearer rk_wrong"})
    counters = list(files_of(stack_env))
    assert {counted(url) for _ in range(12)} == {float(CALLS)}

    os.kill(counters[0], signal.SIGKILL)

    assert wait_until(lambda: answers(f"{url}/readyz"), seconds=READY_WITHIN_S)
    assert counted(url) == CALLS


def test_what_a_worker_settled_and_what_each_process_takes_is_told_by_the_web_server(served: Served) -> None:
    settled = 'ringup_commands_settled_total{kind="receive",outcome="succeeded"}'
    took = 'ringup_settling_seconds_count{kind="receive"}'
    before = counted(served.url, settled), counted(served.url, took)
    body = {"items": [{"sku": "TEA-80", "quantity": 1, "location": "shop"}]}
    headers = {"Idempotency_Key": "k", "Prefer": "wait=10"}
    path = "/inventory/receive"
    answer = served.settled(lambda: served.call("POST", path, body, role=Role.BACKOFFICE, **headers))
    assert (answer.status, answer.body["state"]) == (200, "succeeded")
    assert wait_until(lambda: counted(served.url, settled) == before[0] + 1, seconds=READY_WITHIN_S)
    assert counted(served.url, took) == before[1] + 1
    lines = urllib3.request("GET", f"{served.url}/metrics").data.decode()
    named = set(
        re.findall(r'^process_resident_memory_bytes\{pid="\d+",process="([\w-]+)"\} [1-9]', lines, re.MULTILINE)
    )
    assert named == {"web", "worker"}


RINGS_IN_VAIN = "import django; django.setup(); from orders.journal.ring import ring_bulk; ring_bulk([], [])"


def test_what_others_than_web_processes_count_is_told_too(served: Served) -> None:
    """A worker counts beside them, and so does whoever is told the same: here one whose broker is not there."""
    assert wait_until(lambda: served.pids["worker"] in files_of(served.environ), seconds=READY_WITHIN_S)
    before = counted(served.url, SILENCE)
    alone = {**told("worker", served.environ), "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0"}
    environ = environment_of_processes(alone, programs=Path(sys.executable).parent)
    subprocess.run([sys.executable, "-c", RINGS_IN_VAIN], env=environ, check=True)
    assert counted(served.url, SILENCE) == before + 1
