"""The whole stack as a context manager: servers, migrations, demo store, and the Procfile's processes."""

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE
from types import TracebackType
from typing import Any, NoReturn, Self

from project import env as environment
from project.addresses import without_login
from project.stack import servers
from project.stack.embedded.child import ServerFailed, next_free
from project.stack.embedded.server import EmbeddedServer
from project.stack.embedded.valkey import EmbeddedValkey
from project.stack.embedded.watch import Watch, watched
from project.stack.ending import undisturbed
from project.stack.home import kept_secret, locked, write_private
from project.stack.needs import counters_of, told
from project.stack.output import Output, Tell, nobody_listens
from project.stack.processes import Process, environment_of_processes, procfile
from project.stack.pulse import Pulse, felt
from project.stack.reach import ask_broker
from project.stack.readiness import asks, probes

READY_WITHIN_S = 90
STOPPED_WITHIN_S = 11  # what is left of fifteen seconds is for the servers
STARTS_BEFORE_READY_MAX = 3
LOGS_LOOKED_AT_EVERY_S = 60.0


class Stack:
    """`with Stack(home=...) as stack: stack.run_info["base_url"]`. Enter and leave it in the same thread.

    `fresh`: nothing that an earlier stack of this home has stored is there. What the processes say goes into files in
    home/log; `tell` is called with the little that a person must know, `verbose` shows all of it on the terminal.
    `demo`: an empty database of one's own gets the demo's stores, as an embedded one always does. `by`: given the
    servers, the addresses by which the processes reach them, where not directly. `broker`: the embedded one.
    """

    def __init__(
        self,
        *,
        home: Path | None = None,
        fresh: bool = False,
        demo: bool = False,
        tell: Tell = nobody_listens,
        verbose: bool = False,
        by: Callable[[servers.Servers], servers.Servers] = lambda servers: servers,
        broker: type[EmbeddedServer] = EmbeddedValkey,
    ) -> None:
        self.env = environment.current()
        self.home = (home or self.env.ringup_home).absolute()
        self.run_info: dict[str, Any] = {}
        self._fresh = fresh
        self._demo = demo or fresh or not self.env.database_url
        self._output = Output(self.home / "log", tell=tell, verbose=verbose)
        self._parts = ExitStack()
        self._servers = servers.Servers(database_url="", application_url="", broker_url="", embedded={})
        self._by = by
        self._broker = broker
        self._watches: list[Watch] = []
        self._processes: dict[str, Process] = {}
        self._pulse: Pulse | None = None
        self._publishing = threading.Lock()
        self._is_ready = False
        self._given_up: queue.SimpleQueue[str] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        self.env.check_secret_key()
        self.env.check_payments()
        with ExitStack() as parts:
            parts.enter_context(locked(self.home))
            if self.env.broker_url:
                ask_broker(self.env.broker_url)
            (self.home / "run.json").unlink(missing_ok=True)  # of a stack that was killed
            shutil.rmtree(counters_of(self.home), ignore_errors=True)  # of processes that are no more
            if self._fresh:
                forget(self.home)
            running = servers.running(self.env, home=self.home, fresh=self._fresh, broker=self._broker)
            self._servers = parts.enter_context(running)
            self._watches = [self._watch(server) for server in self._servers.embedded.values()]
            for watch in self._watches:
                parts.enter_context(watched(watch))
            ports = self._ports(parts)
            environ = self._environ(ports, self._by(self._servers))
            self._prepare(environ)
            parts.callback(self._stop)
            self._start(environ)
            urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
            self._wait_ready(urls)
            self.run_info = self._describe(urls)
            self._pulse = self._feel(urls)
            self._is_ready = True
            self._publish()
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with undisturbed():
            self._parts.close()

    def wait(self) -> NoReturn:
        """Look after processes and logs until an interrupt, or until a server cannot be kept running."""
        with self.felt():
            while True:
                with contextlib.suppress(queue.Empty):
                    raise ServerFailed(self._given_up.get(timeout=LOGS_LOOKED_AT_EVERY_S))
                self._output.bound()

    def felt(self) -> contextlib.AbstractContextManager[None]:
        """Meanwhile whoever is silent for too long is killed and begun anew."""
        return felt(self._pulse) if self._pulse else contextlib.nullcontext()

    def _watch(self, server: EmbeddedServer) -> Watch:
        return Watch(server, say=self._output.say, started=self._publish, given_up=self._given_up.put)

    def _feel(self, urls: dict[str, str]) -> Pulse | None:
        if not self.env.silence_max_s:
            return None
        return Pulse(
            [*self._watches, *self._processes.values()],
            asks(urls, broker_url=self._servers.broker_url, database_url=self._servers.application_url),
            silence_max_s=self.env.silence_max_s,
            changed=self._publish,
        )

    def _ports(self, parts: ExitStack) -> dict[str, int]:
        wanted = {"web": self.env.web_port, "flower": self.env.flower_port}
        if not self.env.accounting_url:
            wanted["accounting"] = self.env.accounting_port
        ports: dict[str, int] = {}
        for name, first in wanted.items():
            ports[name] = next_free(first, parts)
            if ports[name] != first:
                self._output.say("ringup", f"port {first} is taken; {name} listens on {ports[name]}")
        return ports

    def _environ(self, ports: dict[str, int], reached: servers.Servers) -> dict[str, str]:
        flower = self.env.flower_basic_auth or f"ringup:{kept_secret(self.home / 'flower_password')}"
        settings = environment.for_child(
            RINGUP_HOME=str(self.home),
            DATABASE_URL=reached.application_url,
            OWNER_DATABASE_URL=reached.database_url,
            BROKER_URL=reached.broker_url,
            SECRET_KEY=self.env.secret_key or kept_secret(self.home / "secret_key"),
            FLOWER_BASIC_AUTH=flower,
            ACCOUNTING_URL=self.env.accounting_url or f"http://127.0.0.1:{ports['accounting']}",
            **{f"{name.upper()}_PORT": str(port) for name, port in ports.items()},
        )
        return environment_of_processes(settings, programs=Path(sys.executable).parent)

    def _prepare(self, environ: dict[str, str]) -> None:
        command = [sys.executable, "-m", "project.stack.prepare", *(["--demo"] if self._demo else [])]
        with subprocess.Popen(command, env=environ, stdout=PIPE, stderr=PIPE, text=True) as preparing:
            errors = threading.Thread(target=self._repeat, args=("prepare", preparing.stderr))
            errors.start()
            try:
                self._repeat("ringup", preparing.stdout)  # as it comes: a migration may wait for others
            except BaseException:
                preparing.terminate()  # what it says can be closed only once nobody reads it any more
                raise
            finally:
                errors.join()
        if preparing.returncode:
            raise ServerFailed(f"the database could not be prepared: {self._output.last_line.get('prepare', '')}")

    def _repeat(self, name: str, lines: Iterable[str] | None) -> None:
        """A record of the log, which is JSON, is not for the terminal."""
        for line in lines or ():
            self._output.say("prepare" if line.startswith("{") else name, line.rstrip("\n"))

    def _start(self, environ: dict[str, str]) -> None:
        for name, command in procfile().items():
            if name == "accounting" and self.env.accounting_url:
                continue
            self._processes[name] = Process(
                name, command, environ=told(name, environ), say=self._output.say, started=self._publish
            )
        for process in self._processes.values():
            process.start()

    def _wait_ready(self, urls: dict[str, str]) -> None:
        waiting = probes(urls, broker_url=self._servers.broker_url)
        end = time.monotonic() + READY_WITHIN_S
        while waiting:
            waiting = {name: is_ready for name, is_ready in waiting.items() if not is_ready()}
            failing = [p.name for p in self._processes.values() if p.starts > STARTS_BEFORE_READY_MAX]
            for name in failing or (waiting if time.monotonic() > end else ()):
                raise ServerFailed(f"{name} did not start: {self._output.last_line.get(name, 'it says nothing')}")
            time.sleep(0.05)

    def _describe(self, urls: dict[str, str]) -> dict[str, Any]:
        file = self.home / "keys.json"
        keys = json.loads(file.read_text()) if file.exists() else {}
        return {
            "base_url": urls["web"],
            "flower_url": urls["flower"],
            "admin_url": f"{urls['web']}/admin/",
            "database_url": self._servers.database_url,
            "application_url": self._servers.application_url,
            "broker_url": self._servers.broker_url,
            "accounting_url": without_login(self.env.accounting_url) or urls["accounting"],
            "terminals": keys.get("terminals", {}),
            "other_store_terminals": keys.get("other_store_terminals", {}),
        }

    def _publish(self) -> None:
        """Nothing is there to read before all is ready; a process that was started again has another number."""
        with self._publishing:
            if self._is_ready:
                servers = self._servers.embedded.items()
                embedded = {name: server.pid for name, server in servers if server.is_begun}
                started = {name: process.pid for name, process in self._processes.items()}
                self.run_info["pids"] = {"up": os.getpid(), **embedded, **started}
                self.run_info["silent"] = self._pulse.silent if self._pulse else []
                write_private(self.home / "run.json", json.dumps(self.run_info, indent=2) + "\n")

    def _stop(self) -> None:
        with self._publishing:
            self._is_ready = False
            (self.home / "run.json").unlink(missing_ok=True)
        for process in self._processes.values():
            process.ask_to_stop()
        until = time.monotonic() + STOPPED_WITHIN_S
        for process in self._processes.values():
            process.wait_stopped(until=until)


def forget(home: Path) -> None:
    """The embedded servers forget their own data."""
    shutil.rmtree(home / "accounting", ignore_errors=True)
    (home / "keys.json").unlink(missing_ok=True)
