"""Two PostgreSQL servers with Patroni and an etcd, all on this machine and on ports of their own."""

import secrets
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import urllib3

from benchmarks.failover.node import Node
from benchmarks.failover.programs import etcd
from project.stack.embedded.child import Child, ServerFailed, ending_with_parent, free_port, wait_until

READY_WITHIN_S = 60
OWNER = "shop"
"""Who owns the database is no superuser, as with a server of one's own."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    nodes: tuple[Node, Node]
    password: str

    @property
    def url(self) -> str:
        """Of the database as the shop has it: whichever node takes writes."""
        return self.url_of(*self.nodes, attributes="read-write")

    @property
    def standby_url(self) -> str:
        return self.url_of(*self.nodes, attributes="standby")

    def url_of(self, *nodes: Node, attributes: str = "any", user: str = OWNER, password: str = "") -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        login = f"{user}:{password or self.password}"
        return (
            f"postgresql://{login}@{hosts}/{OWNER if user == OWNER else 'postgres'}?target_session_attrs={attributes}"
        )

    @contextmanager
    def superuser(self, node: Node) -> Iterator[psycopg.Connection]:
        url = self.url_of(node, user="superuser", password=node.users["superuser"])
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    @property
    def leader(self) -> Node | None:
        return next((node for node in self.nodes if node.ask("/primary").get("role") == "primary"), None)

    def standby_of(self, leader: Node) -> Node:
        return self.nodes[1 - self.nodes.index(leader)]

    def wait_whole(self, *, seconds: float = READY_WITHIN_S) -> Node:
        """Until one leads and the other one is its synchronous standby; who leads."""
        assert wait_until(self._is_whole, seconds=seconds), "\n".join(self.told())
        leader = self.leader
        assert leader
        return leader

    def switch_over(self) -> None:
        """As planned: the leader stops once its standby has all, and follows it."""
        leader = self.wait_whole()
        asked = {"leader": leader.name, "candidate": self.standby_of(leader).name}
        answer = leader.ask("/switchover", asked)
        assert "Success" in str(answer), answer

    def told(self) -> list[str]:
        logs = [node.log for node in self.nodes if node.log.exists()]
        return [line for log in logs for line in log.read_text(errors="replace").splitlines()[-30:]]

    def _is_whole(self) -> bool:
        roles = [node.ask("/cluster") for node in self.nodes]
        members = roles[0].get("members", [])
        return len(members) == 2 and {(one["role"], one["state"]) for one in members} == {
            ("leader", "running"),
            ("sync_standby", "streaming"),
        }


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Both nodes in the folder, with an empty database of `OWNER`."""
    program = etcd()
    assert program
    users = {name: secrets.token_hex(8) for name in ("superuser", "replication")}
    with ExitStack() as parts:
        etcd_port = parts.enter_context(_etcd(program, folder))
        nodes = [
            Node(name=name, folder=folder, port=free_port(), api_port=free_port(), etcd_port=etcd_port, users=users)
            for name in ("north", "south")
        ]
        cluster = Cluster(nodes=(nodes[0], nodes[1]), password=secrets.token_hex(8))
        for node in nodes:
            parts.callback(node.stop)
            node.start()
            # Who finds no leader yet looks again ten seconds later.
            assert wait_until(lambda: cluster.leader is not None, seconds=READY_WITHIN_S), "\n".join(cluster.told())
        leader = cluster.wait_whole()
        with cluster.superuser(leader) as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{cluster.password}'".encode())
            connection.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}".encode())
        yield cluster


@contextmanager
def _etcd(program: str, folder: Path) -> Iterator[int]:
    port, peers = free_port(), free_port()
    here, of_peers = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peers}"
    command = [*ending_with_parent("KILL"), program, "--data-dir", str(folder / "etcd"), "--name", "etcd"]
    command += ["--listen-client-urls", here, "--advertise-client-urls", here, "--listen-peer-urls", of_peers]
    command += ["--initial-advertise-peer-urls", of_peers, "--initial-cluster", f"etcd={of_peers}", "--unsafe-no-fsync"]
    with (folder / "etcd.lock").open("w") as lock:
        child = Child(command, log=folder / "etcd.log", lock=lock.fileno(), cwd=folder)
    try:
        if not child.wait_ready(lambda: _is_healthy(here)):
            raise ServerFailed(f"etcd: {child.failure()}")
        yield port
    finally:
        child.end((signal.SIGTERM, 5), (signal.SIGKILL, 5))


def _is_healthy(url: str) -> bool:
    try:
        return urllib3.request("GET", f"{url}/health", retries=False, timeout=1).status == 200
    except urllib3.exceptions.HTTPError:
        return False
