"""A server as a direct child: one lock on its folder, its own log, and an end no later than its parent's."""

import fcntl
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

# Below the range from which the kernel hands out client ports, so that none of those is in the way.
PORT_FIRST, PORT_LAST = 20_000, 32_000
HIGHEST_PORT = 65_535
LOCK_WAIT_S = 10
START_WAIT_S = 30
LOG_BYTES_MAX = 8 * 1024 * 1024


class ServerFailed(RuntimeError):
    """A server that cannot run; its text is one line."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def reserved(port: int) -> socket.socket | None:
    """Return a mark, held until it is closed, that tells other stacks of this machine to look elsewhere.

    Between the choice of a port and the start of its server seconds pass.
    """
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0ringup-port-{port}")  # Linux's abstract names need no file and end with their holder
    except OSError:
        mark.close()
        return None
    return mark


def next_free(first: int, parts: ExitStack) -> int:
    """The port is the caller's until `parts` are closed."""
    for port in range(first, HIGHEST_PORT + 1):
        if is_free(port) and (mark := reserved(port)):
            parts.enter_context(mark)
            return port
    raise ServerFailed(f"no port from {first} on is free")


def free_port() -> int:
    while not is_free(port := PORT_FIRST + secrets.randbelow(PORT_LAST - PORT_FIRST)):
        pass
    return port


def remembered_port(file: Path) -> int:
    """Return the port of the last start if it is still free, else another; remembered for the next start."""
    last = file.read_text().strip() if file.exists() else ""
    port = int(last) if last.isdecimal() and is_free(int(last)) else free_port()
    file.write_text(str(port))
    return port


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def lock_folder(folder: Path) -> IO[str]:
    """The server inherits the lock, so that the folder is free only when the server is gone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = folder.with_name(f"{folder.name}.lock").open("w")

    def taken() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    # A server whose parent was killed needs a moment to end.
    if not wait_until(taken, seconds=LOCK_WAIT_S):
        lock.close()
        raise ServerFailed(f"another server uses {folder}")
    return lock


def ending_with_parent(name: str) -> list[str]:
    """Have the kernel send this signal to the command when the thread that started it ends."""
    return ["setpriv", "--pdeathsig", name] if shutil.which("setpriv") else []


def run_as(user: int | None) -> dict[str, Any]:
    """Return the arguments of subprocess that run a command as this user and nothing more."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


class Child:
    """The running process of a server."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        lock: int,
        user: int | None = None,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
            log.replace(log.with_suffix(".old"))
        self.log = log
        self.log_begins_at = log.stat().st_size if log.exists() else 0
        with log.open("a") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C is for the parent, which stops its servers last
                cwd=cwd,
                env=environ,
                **run_as(user),
            )

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        """Return what it has logged since its start."""
        with self.log.open(errors="replace") as log:
            log.seek(self.log_begins_at)
            return log.read()

    def wait_ready(self, ready: Callable[[], bool], *, seconds: float = START_WAIT_S) -> bool:
        wait_until(lambda: not self.is_alive() or ready(), seconds=seconds)
        return self.is_alive() and ready()

    def failure(self) -> str:
        lines = [line for line in self.said().splitlines() if line.strip()]
        return lines[-1] if lines else f"it ended with status {self.process.poll()}"

    def end(self, *steps: tuple[signal.Signals, float]) -> None:
        """Send each signal in turn, waiting so many seconds after it, until the process is gone."""
        for name, seconds in steps:
            if self.is_alive():
                self.process.send_signal(name)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return
        raise ServerFailed(f"process {self.process.pid} does not end")
