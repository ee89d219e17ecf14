"""Processes beside a stack's own: started together, awaited, and stopped with whoever started them."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from project import env as environment
from project.stack.embedded.child import ServerFailed, wait_until
from project.stack.output import Output
from project.stack.processes import Process, environment_of_processes

READY_WITHIN_S = 60
STOPPED_WITHIN_S = 10


@contextmanager
def started(
    commands: Mapping[str, str],
    *,
    home: Path,
    ready: Mapping[str, Callable[[], bool]],
    **environ: str,
) -> Iterator[dict[str, int]]:
    """Name -> number of each process, once all are ready. They have this process's environment, with `environ` in it.
    What they say goes into home/log."""
    output = Output(home / "log")
    of_all = {**environment_of_processes(environment.for_child(), programs=Path(sys.executable).parent), **environ}
    begun = [
        Process(name, command, environ=of_all, say=output.say, started=lambda: None)
        for name, command in commands.items()
    ]
    try:
        for process in begun:
            process.start()
        for name, is_ready in ready.items():
            if not wait_until(is_ready, seconds=READY_WITHIN_S):
                raise ServerFailed(f"{name} did not start: {output.last_line.get(name, 'it says nothing')}")
        yield {process.name: process.pid for process in begun}
    finally:
        for process in begun:
            process.ask_to_stop()
        until = time.monotonic() + STOPPED_WITHIN_S
        for process in begun:
            process.wait_stopped(until=until)
