"""What both embedded servers have in common: a folder below RINGUP_HOME, a port, a beginning and an end."""

import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from project.stack.embedded.child import (
    START_WAIT_S,
    Child,
    ServerFailed,
    is_free,
    lock_folder,
    remembered_port,
)
from project.stack.home import kept_secret

STARTS_MAX = 5


class EmbeddedServer:
    """Data, password and port are kept below `home` for the next start.

    Start it in a thread that outlives it: the kernel stops the server when that thread ends, however it ends.
    """

    name: ClassVar[str]
    stop_steps: ClassVar[Sequence[tuple[signal.Signals, float]]]
    passing_failures: ClassVar[Sequence[str]]
    """Words of a failed start that are worth another one."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.folder = self.home / self.name
        self.log = self.home / "log" / f"{self.name}.log"
        self.port = 0
        self._keeps_port = False
        self._child: Child | None = None

    @property
    def url(self) -> str:
        raise AssertionError("each server has its own")

    @property
    def pid(self) -> int:
        return self._running().process.pid

    @property
    def is_begun(self) -> bool:
        """Whether there is, or was until a moment ago, a process."""
        return self._child is not None

    @property
    def password(self) -> str:
        return kept_secret(self.home / f"{self.name}_password")

    def start(self) -> Self:
        with lock_folder(self.folder) as lock:  # from here on the running server holds it
            try:
                self.launch(lock.fileno())
            except BaseException:
                self.stop()
                raise
        return self

    def stop(self) -> None:
        if self._child:
            self._child.end(*self.stop_steps)
            self._child = None

    def kill(self) -> None:
        self._running().end((signal.SIGKILL, 5))
        self._child = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def start_again(self) -> None:
        """On its port: whoever uses it knows no other."""
        self._keeps_port = True
        if not is_free(self.port):
            raise ServerFailed(f"{self.name} did not start: another program has taken its port {self.port}")
        if not self.folder.exists():
            raise ServerFailed(f"{self.name} did not start: its folder {self.folder} is gone")
        self.start()

    def wait_ended(self) -> int:
        """Wait until its process is gone; the status with which it ended."""
        return self._running().process.wait()

    def ask_to_stop(self) -> None:
        if self._child and self._child.is_alive():
            self._child.process.send_signal(self.stop_steps[0][0])

    def erase(self) -> None:
        """Forget all data."""
        with lock_folder(self.folder):
            if self.data.exists():
                shutil.rmtree(self.data)

    @property
    def data(self) -> Path:
        return self.folder

    def launch(self, lock: int) -> None:
        raise AssertionError("each server has its own")

    def try_ports(
        self, begin: Callable[[], Child], *, ready: Callable[[], bool], within_s: float = START_WAIT_S
    ) -> None:
        """Another program may take the port between our look and the server's start."""
        for _ in range(STARTS_MAX):
            if not self._keeps_port:
                self.port = remembered_port(self.home / f"{self.name}.port")
            self._child = begin()
            if self._child.wait_ready(ready, seconds=within_s):
                return
            if not any(words in self._child.said() for words in self.passing_failures):
                break
        raise ServerFailed(f"{self.name} did not start: {self._running().failure()} (see {self.log})")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _running(self) -> Child:
        if self._child is None:
            raise ServerFailed(f"{self.name} is not running")
        return self._child
