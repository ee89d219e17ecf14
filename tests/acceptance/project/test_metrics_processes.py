"""Counters are those of all web processes, whichever of them is asked, and outlive the one that counted."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from project.stack.embedded.child import free_port, wait_until
from project.stack.readiness import answers
from tests.support.processes.nodes import start
from tests.support.processes.served import READY_WITHIN_S

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


def counted(url: str) -> float:
    """Asked on a connection of its own: any of the processes may take it."""
    with urllib3.PoolManager() as pool:
        said = pool.request("GET", f"{url}/metrics").data.decode()
    found = re.search(r'^ringup_unauthorized_total\{code="key_invalid"\} (\S+)$', said, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_each_process_tells_the_figures_of_all(url: str, stack_env: dict[str, str]) -> None:
    for _ in range(CALLS):
        urllib3.PoolManager().request("GET", f"{url}/api/v1/terminals/me", headers={"Authorization": "Bearer rk_wrong"})
    counters = list((Path(stack_env["RINGUP_HOME"]) / "metrics").glob("counter_*.db"))
    assert len(counters) == 2
    assert {counted(url) for _ in range(12)} == {float(CALLS)}

    os.kill(int(counters[0].stem.removeprefix("counter_")), signal.SIGKILL)

    assert wait_until(lambda: answers(f"{url}/readyz"), seconds=READY_WITHIN_S)
    assert counted(url) == CALLS
