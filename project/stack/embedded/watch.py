"""An embedded server that ended is started again on its port, with its data; the others find it there."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

from project.stack.comeback import Comeback
from project.stack.embedded.child import ServerFailed
from project.stack.embedded.server import EmbeddedServer

GIVEN_UP_AFTER_S = 60.0
"""Its port belongs to somebody else, or its disk is gone: then a person has to do something."""

Say = Callable[[str, str], None]


class Watch:
    """The thread that starts the server again goes on to wait for it: the kernel ends a server with that thread.

    `started`: called after each start. `given_up`: called with the reason, once, when nothing helps.
    """

    def __init__(
        self,
        server: EmbeddedServer,
        *,
        say: Say,
        started: Callable[[], None],
        given_up: Callable[[str], None],
        given_up_after_s: float = GIVEN_UP_AFTER_S,
    ) -> None:
        self._server = server
        self._say = say
        self._started = started
        self._given_up = given_up
        self._given_up_after_s = given_up_after_s
        self._comeback = Comeback(server.name)
        self._stopping = threading.Event()
        self._put_down = ""
        self._thread = threading.Thread(target=self._keep_running, name=f"watch of {server.name}", daemon=True)

    @property
    def name(self) -> str:
        return self._server.name

    @property
    def pid(self) -> int:
        """0 while it is started again."""
        return self._server.pid if self._server.is_begun else 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the server to stop and let nobody start it again. Who began it makes sure of its end."""
        self._stopping.set()
        self._server.ask_to_stop()
        self._thread.join(self._server.stop_steps[0][1])

    def put_down(self, why: str) -> None:
        """Kill it; it is started again, with what it had committed."""
        self._put_down = why
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _keep_running(self) -> None:
        began = time.monotonic()
        why = ""
        while not self._stopping.is_set():
            if not why:
                status = self._server.wait_ended()
                why, self._put_down = self._put_down or f"ended with status {status}", ""
                self._comeback.began(began)
            if self._stopping.is_set():
                return
            pause_s = self._comeback.pause_s()
            if line := self._comeback.told(why, pause_s=pause_s):
                self._say("ringup", line)
            self._stopping.wait(pause_s)
            began = time.monotonic()
            why = self._start_again()
            if why and self._comeback.fails_for_s > self._given_up_after_s:
                self._given_up(why)
                return

    def _start_again(self) -> str:
        """What went wrong; nothing if it runs."""
        if self._stopping.is_set():
            return ""
        try:
            self._server.start_again()
        except (ServerFailed, OSError) as error:
            return str(error)
        self._started()
        return ""


@contextlib.contextmanager
def watched(watch: Watch) -> Iterator[None]:
    watch.start()
    try:
        yield
    finally:
        watch.stop()
