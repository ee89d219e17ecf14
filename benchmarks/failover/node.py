"""A node of the cluster: a PostgreSQL that a Patroni looks after."""

import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3
import yaml

from benchmarks.failover.programs import patroni
from project.stack.embedded.child import Child, ending_with_parent, wait_until
from project.stack.embedded.postgres import SETTINGS
from project.stack.embedded.root import place

DYNAMIC = {
    # Patroni's shortest: a leader whose machine is gone is given up after 20 seconds, one whose PostgreSQL has crashed
    # at the next look.
    "ttl": 20,
    "loop_wait": 1,
    "retry_timeout": 3,
    "primary_start_timeout": 0,  # fails over at once, instead of starting what has crashed
    "synchronous_mode": True,
}
BOOTSTRAP: dict[str, Any] = {
    "dcs": {**DYNAMIC, "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 100}}},
    "initdb": [
        {"auth": "scram-sha-256"},
        {"encoding": "UTF8"},
        {"locale": "C.UTF-8"},
        {"locale-provider": "builtin"},
        {"builtin-locale": "C.UTF-8"},
    ],
}
PARAMETERS = {name: value for name, value in SETTINGS.items() if name not in ("listen_addresses", "max_connections")}
"""As the compose file's nodes are told, too. Where it listens is each node's, and how many connect the cluster's."""
ENDS_WITHIN_S = 30


@dataclass(kw_only=True)
class Node:
    """`port`: of PostgreSQL; `api_port`: of Patroni. `users`: name -> password of `superuser` and `replication`."""

    name: str
    folder: Path
    port: int
    api_port: int
    etcd_port: int
    users: dict[str, str]
    _child: Child | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        return self.folder / self.name

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        where = place(self.data)
        config = self.folder / f"{self.name}.yml"
        config.write_text(yaml.safe_dump(self._config(where.programs)))
        command = [*where.prefix, *ending_with_parent("TERM"), patroni(), str(config)]
        with (self.folder / f"{self.name}.lock").open("w") as lock:
            self._child = Child(command, log=self.log, lock=lock.fileno(), cwd=self.folder)

    def stop(self) -> None:
        """As a system does that is shut down; Patroni stops PostgreSQL."""
        if self._child:
            self._child.end((signal.SIGTERM, ENDS_WITHIN_S), (signal.SIGKILL, 5))
            self._child = None
        self.kill_server()

    def kill_server(self) -> None:
        """PostgreSQL, with -9; returns when it is gone. The kernel tells its children, which end by themselves."""
        pid = self.server_pid()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not _runs(pid), seconds=ENDS_WITHIN_S)

    def kill_machine(self) -> None:
        """Patroni and PostgreSQL at once, with -9, so that nobody gives the leader's lock up."""
        assert self._child
        self._child.end((signal.SIGKILL, 5))
        self._child = None
        self.kill_server()

    def server_pid(self) -> int | None:
        with suppress(FileNotFoundError, IndexError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            return pid if _runs(pid) else None
        return None

    def ask(self, path: str = "/", body: Any = None) -> dict[str, Any]:
        """What Patroni answers; nothing where it does not."""
        method = "GET" if body is None else "POST"
        try:
            answer = urllib3.request(
                method,
                f"http://127.0.0.1:{self.api_port}{path}",
                body=None if body is None else json.dumps(body),
                retries=False,
                timeout=60,
            )
        except urllib3.exceptions.HTTPError:
            return {}
        told: dict[str, Any] = answer.json() if answer.data.startswith(b"{") else {"answer": answer.data.decode()}
        return told

    def _config(self, programs: Path) -> dict[str, Any]:
        address = f"127.0.0.1:{self.port}"
        api = f"127.0.0.1:{self.api_port}"
        return {
            "scope": "shop",
            "name": self.name,
            "restapi": {"listen": api, "connect_address": api},
            "etcd3": {"hosts": f"127.0.0.1:{self.etcd_port}"},
            "bootstrap": BOOTSTRAP,
            "postgresql": {
                "listen": address,
                "connect_address": address,
                "data_dir": str(self.data),
                "bin_dir": str(programs),
                "pgpass": str(self.folder / f"{self.name}.pgpass"),
                "authentication": {
                    name: {"username": name, "password": password} for name, password in self.users.items()
                },
                "parameters": PARAMETERS,
                "pg_hba": [
                    "host replication replication 127.0.0.1/32 scram-sha-256",
                    "host all all 127.0.0.1/32 scram-sha-256",
                ],
            },
        }


def _runs(pid: int) -> bool:
    """Whether it is there and no zombie."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
