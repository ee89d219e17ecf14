"""pytest-celery's nodes over real processes instead of containers; the Procfile says how each is started."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pytest_celery import CeleryTestWorker, CeleryWorkerContainer

from project.celery import app
from project.env import PROJECT_FOLDER
from project.stack.embedded.child import ending_with_parent, wait_until
from project.stack.needs import told
from project.stack.processes import environment_of_processes, procfile

START_WITHIN_S = 120
STOP_WITHIN_S = 120
"""A child of Celery's pool waits up to 30 seconds before it ends, if what it said last was not read."""
SAYS_WHERE_WITHIN_S = 20


class Process:
    """What pytest-celery asks of a container, answered by a process and its children in a session of their own."""

    def __init__(
        self, name: str, command: str, *, environ: Mapping[str, str], log: Path, tree: Path = PROJECT_FOLDER
    ) -> None:
        self.name = name
        self._tree = tree
        self._command = command
        self._environ = environment_of_processes(environ, programs=Path(sys.executable).parent)
        self._log = log
        # Nothing of a container's network is there to wait for.
        self.attrs: dict[str, Any] = {"NetworkSettings": {"Networks": {}, "Ports": {}}}
        self.start()

    def start(self) -> None:
        with self._log.open("wb") as log:
            self._running = subprocess.Popen(
                [*ending_with_parent("KILL"), "sh", "-c", self._command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environ,
                cwd=self._tree,
                start_new_session=True,
            )

    @property
    def id(self) -> str:
        return str(self._running.pid)

    @property
    def pid(self) -> int:
        return self._running.pid

    def children(self) -> list[int]:
        """Of its pool, if it has one."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    @property
    def status(self) -> str:
        return "running" if self._running.poll() is None else "exited"

    def reload(self) -> None:
        """A container's state is fetched; a process's is known."""

    def logs(self) -> bytes:
        return self._log.read_bytes()

    def kill(self, name: str | int = "SIGKILL") -> None:
        """To the main process, as a supervisor would. KILL goes to all of them, as a machine's end would."""
        sent = signal.Signals[name] if isinstance(name, str) else signal.Signals(name)
        with suppress(ProcessLookupError):
            (os.killpg if sent is signal.SIGKILL else os.kill)(self._running.pid, sent)
        if sent is signal.SIGKILL:
            self._running.wait()

    def restart(self, timeout: int = STOP_WITHIN_S) -> None:
        self.stop(timeout)
        self.start()

    def stop(self, timeout: float = STOP_WITHIN_S) -> int:
        """The exit status of a warm shutdown. What does not end is asked where each of its threads stands."""
        self.kill("SIGTERM")
        try:
            return self._running.wait(timeout)
        except subprocess.TimeoutExpired as too_long:
            self.kill("SIGUSR1")
            wait_until(lambda: b"LOCAL VARIABLES" in self.logs(), seconds=SAYS_WHERE_WITHIN_S)
            raise AssertionError(f"{self.name} did not end: {self.logs().decode()[-20_000:]}") from too_long


class WorkerContainer(CeleryWorkerContainer):
    """Ready when its worker says so; looked at more often than once a second."""

    def ready(self) -> bool:
        def said_or_ended() -> bool:
            return " ready." in self.logs() or self.status == "exited"

        return wait_until(said_or_ended, seconds=START_WITHIN_S) and self.status == "running"


class Node(CeleryTestWorker):
    """`process`: the main process, which settles nothing itself where its pool has children."""

    def __init__(self, process: Process) -> None:
        super().__init__(WorkerContainer(process), app)
        self.process = process

    def processes(self) -> list[int]:
        """The main process, then its pool's children."""
        return [self.process.pid, *self.process.children()]

    def wait_ready(self) -> None:
        assert self.ready(), f"{self.name()} did not start: {self.logs()[-2000:]}"

    def teardown(self) -> None:
        if self.process.status == "running":
            self.process.kill("SIGCONT")
            self.process.kill()


StartNode = Callable[..., Node]
"""Called with a role of the Procfile, and with what `start` takes."""


def start(
    role: str,
    *,
    environ: Mapping[str, str],
    folder: Path,
    name: str = "",
    entry: str = "project.celery",
    tree: Path = PROJECT_FOLDER,
) -> Process:
    """A process of the Procfile; `name`: another one than its role's, where there are two of them. `entry`: the module
    that Celery begins with; `tree`: where the program lies."""
    name = name or role
    command = (
        procfile()[role]
        .replace("project.messaging.work", f"project.messaging.work -A {entry}")
        .replace(f"-n {role}@", f"-n {name}@")
    )
    return Process(name, command, environ=told(role, environ), log=folder / f"{name}.log", tree=tree)
