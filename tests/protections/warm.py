"""A process that has imported what is not ours, and forks for each run of tests: so that costs less than a new one.

It is run by its path and imports nothing of ours, which each run takes from its own tree. A line of its input is a run,
as JSON, a line of its output is how it ended: pytest's exit code, or null where it took too long.
"""

import json
import os
import signal
import sys
import time

# What the tests of most rooms begin with.
import celery.app.task
import django.contrib.postgres.fields
import django.core.handlers.wsgi
import django.db.backends.postgresql.psycopg_any
import hypothesis
import kombu.transport.redis
import prometheus_client
import psycopg
import pydantic
import pytest
import redis
import rich.console
import urllib3
import uuid_utils.compat

IMPORTED: tuple[object, ...] = (
    *(celery, django, hypothesis, kombu, prometheus_client, psycopg, pydantic, pytest, redis, rich, urllib3),
    uuid_utils,
)


def main() -> None:
    for line in sys.stdin:
        run = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                _run(**run)
            finally:
                os._exit(70)
        print(json.dumps(_ended(child, time.monotonic() + run["seconds"])), flush=True)


def _run(tree: str, log: str, environ: dict[str, str], args: list[str], seconds: float) -> None:
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(tree)
    sys.path[0] = tree
    code = int(pytest.main(args))
    sys.stdout.flush()
    os._exit(code)


def _ended(child: int, until: float) -> int | None:
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    main()
