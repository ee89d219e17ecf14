"""The baselines' own processes: a web server with the product's settings, and a Celery worker with the usual ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.started import started
from project.stack.embedded.child import free_port
from project.stack.processes import procfile
from project.stack.readiness import answers, workers_answer

APPLICATION = "project.wsgi:application"
WEB, WORKER = "baseline-web", "baseline-worker"
# A usual view waits for its locks as long as it takes, and sales of many lines take long.
WAITS = {"LOCK_TIMEOUT_MS": "9999", "STATEMENT_TIMEOUT_MS": "0"}


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
    base_url = f"http://127.0.0.1:{port}"
    settings = {"WEB_PORT": str(port), "DJANGO_SETTINGS_MODULE": "benchmarks.baselines.settings", **WAITS}
    ready = {
        WEB: lambda: answers(f"{base_url}/healthz"),
        WORKER: lambda: workers_answer(broker_url, {WORKER}),
    }
    with started(commands(), home=home, ready=ready, **settings) as pids:
        yield Baselines(base_url=base_url, pids=pids)
