"""The baselines' own processes: a web server with the product's settings, and a Celery worker with the usual ones."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from project import env as environment
from project.stack.embedded.child import ServerFailed, free_port, wait_until
from project.stack.output import Output
from project.stack.processes import Process, environment_of_processes, procfile
from project.stack.readiness import answers, workers_answer

APPLICATION = "project.wsgi:application"
WEB, WORKER = "baseline-web", "baseline-worker"
# A usual view waits for its locks as long as it takes, and sales of many lines take long.
WAITS = {"LOCK_TIMEOUT_MS": "9999", "STATEMENT_TIMEOUT_MS": "0"}
READY_WITHIN_S = 60
STOPPED_WITHIN_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    base_url: str
    pids: dict[str, int]


NO_BASELINES = Baselines(base_url="", pids={})


def commands() -> dict[str, str]:
    """As many worker processes as the machine has cores, which is Celery's default."""
    web = procfile()["web"]
    assert APPLICATION in web, "the Procfile's web server is what the baselines borrow"
    return {
        WEB: web.replace(APPLICATION, "benchmarks.baselines.wsgi:application"),
        WORKER: f"exec celery -A benchmarks.baselines.celery --quiet worker -n {WORKER}@%h",
    }


@contextmanager
def running(home: Path, *, broker_url: str) -> Iterator[Baselines]:
    """Needs the environment of a running stack: its database and its broker are the baselines', too."""
    port = free_port()
    environ = {
        **environment_of_processes(
            environment.for_child(WEB_PORT=str(port), **WAITS), programs=Path(sys.executable).parent
        ),
        "DJANGO_SETTINGS_MODULE": "benchmarks.baselines.settings",
    }
    output = Output(home / "log")
    started = [
        Process(name, command, environ=environ, say=output.say, started=lambda: None)
        for name, command in commands().items()
    ]
    base_url = f"http://127.0.0.1:{port}"
    try:
        for process in started:
            process.start()
        ready = {
            WEB: lambda: answers(f"{base_url}/healthz"),
            WORKER: lambda: workers_answer(broker_url, {WORKER}),
        }
        for name, is_ready in ready.items():
            if not wait_until(is_ready, seconds=READY_WITHIN_S):
                raise ServerFailed(f"{name} did not start: {output.last_line.get(name, 'it says nothing')}")
        yield Baselines(base_url=base_url, pids={process.name: process.pid for process in started})
    finally:
        for process in started:
            process.ask_to_stop()
        until = time.monotonic() + STOPPED_WITHIN_S
        for process in started:
            process.wait_stopped(until=until)
