"""The Procfile's processes: started, listened to, started again when they end, and stopped.

By a manager of our own: those for Procfiles end all when one ends, and leave all behind when they are killed.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from project.env import PROJECT_FOLDER
from project.stack.comeback import Comeback
from project.stack.embedded.child import ending_with_parent

Say = Callable[[str, str], None]
"""Called with the name of who speaks and one line."""


def procfile() -> dict[str, str]:
    """The command of each."""
    lines = (line.partition(":") for line in (PROJECT_FOLDER / "Procfile").read_text().splitlines())
    return {name: command.strip() for name, _, command in lines}


class Process:
    """One line of the Procfile. The thread that starts it waits for its end, so it ends with this program, too."""

    def __init__(
        self, name: str, command: str, *, environ: Mapping[str, str], say: Say, started: Callable[[], None]
    ) -> None:
        self.name = name
        self.starts = 0
        self.pid = 0
        self._command = command
        self._environ = environ
        self._say = say
        self._started = started
        self._stopping = threading.Event()
        self._running: subprocess.Popen[str] | None = None
        self._put_down = ""
        self._lock = threading.Lock()
        self._keeper = threading.Thread(target=self._keep_running, name=f"keeper of {name}", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def ask_to_stop(self) -> None:
        """TERM to the main process only: it lets its children finish what they have begun."""
        with self._lock:
            self._stopping.set()
            self._signal(signal.SIGTERM)

    def wait_stopped(self, *, until: float) -> None:
        """After that instant of the monotonic clock its whole group is killed."""
        self._keeper.join(max(0.0, until - time.monotonic()))
        if self._keeper.is_alive():
            self._say("ringup", f"{self.name} took too long to stop and was killed")
            with self._lock:
                self._signal(signal.SIGKILL, group=True)
            self._keeper.join()

    def put_down(self, why: str) -> None:
        """Kill it with its children; it is started again."""
        with self._lock:
            if not self._stopping.is_set():
                self._put_down = why
                self._signal(signal.SIGKILL, group=True)

    def _keep_running(self) -> None:
        comeback = Comeback(self.name)
        while True:
            with self._lock:
                if self._stopping.is_set():
                    return
                self._running = running = self._spawn()
            began = time.monotonic()
            self._wait(running)
            if self._stopping.is_set():
                return
            comeback.began(began)
            pause_s = comeback.pause_s()
            why, self._put_down = self._put_down or f"ended with status {running.returncode}", ""
            if line := comeback.told(why, pause_s=pause_s):
                self._say("ringup", line)
            self._stopping.wait(pause_s)

    def _spawn(self) -> "subprocess.Popen[str]":
        running = subprocess.Popen(
            [*ending_with_parent("TERM"), "sh", "-c", self._command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=dict(self._environ),
            cwd=PROJECT_FOLDER,
            start_new_session=True,
        )
        self.pid = running.pid
        self.starts += 1
        threading.Thread(target=self._listen, args=[running], name=f"ear of {self.name}", daemon=True).start()
        self._started()
        return running

    def _listen(self, running: "subprocess.Popen[str]") -> None:
        assert running.stdout
        with running.stdout as lines:
            for line in lines:
                self._say(self.name, line.rstrip("\n"))

    def _wait(self, running: "subprocess.Popen[str]") -> None:
        """Orphans of a killed main process would keep its port; they go before its number may be given anew."""
        os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:
            self._signal(signal.SIGKILL, group=True)
            running.wait()
            self._running = None

    def _signal(self, name: signal.Signals, *, group: bool = False) -> None:
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(self._running.pid, name)


def environment_of_processes(environ: Mapping[str, str], *, programs: Path) -> dict[str, str]:
    """The Procfile names programs without their folder and modules without theirs.

    Python's threads take turns, so that they need no memory pools of their own; glibc would make sixteen.
    """
    return {
        "MALLOC_ARENA_MAX": "2",
        **environ,
        "PATH": f"{programs}{os.pathsep}{environ.get('PATH', os.defpath)}",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_FOLDER), environ.get("PYTHONPATH", "")])),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }
