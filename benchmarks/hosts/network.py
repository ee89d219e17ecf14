"""Hosts of one machine: a network namespace and a name for each, on a switch that can cut each of them off."""

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.hosts.switch import CARD, enter
from project import env as environment

NET = "10.77.0"
EACH_WAY_MS = 0.5
"""A question and its answer take one millisecond more than on one host."""
MTU = 9_000


@dataclass(frozen=True, slots=True)
class Host:
    name: str
    number: int

    @property
    def address(self) -> str:
        return f"{NET}.{self.number}"


class Network:
    """One that runs."""

    def __init__(self, hosts: Sequence[Host], prefix: str, switch: "subprocess.Popen[str]") -> None:
        self._hosts = {host.name: host for host in hosts}
        self._prefix = prefix
        self._switch = switch

    def __getitem__(self, name: str) -> Host:
        return self._hosts[name]

    def on(self, name: str, command: Sequence[str]) -> list[str]:
        """The command as it is begun on that host, which it knows by name."""
        named = f"hostname {name} && exec {shlex.join(command)}"
        return ["nsenter", f"--net=/run/netns/{self._prefix}{name}", "unshare", "--uts", "sh", "-c", named]

    def cut(self, name: str) -> None:
        self._tell(f"cut {self._prefix}{name}")

    def heal(self, name: str) -> None:
        self._tell(f"heal {self._prefix}{name}")

    def live_on(self, name: str) -> None:
        """This thread, and whatever it starts from then on."""
        enter(f"{self._prefix}{name}")

    def _tell(self, line: str) -> None:
        assert self._switch.stdin
        self._switch.stdin.write(line + "\n")
        self._switch.stdin.flush()


@contextmanager
def network(hosts: Sequence[Host]) -> Iterator[Network]:
    """From here on this thread lives on the last of them."""
    prefix = f"ringup-{time.time_ns() % 1_000_000:06}-"
    with ExitStack() as parts:
        for host in hosts:
            _ip("netns", "add", f"{prefix}{host.name}")
            parts.callback(_ip, "netns", "delete", f"{prefix}{host.name}")
        names = [f"{prefix}{host.name}" for host in hosts]
        switch = parts.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.hosts.switch", str(EACH_WAY_MS), *names],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=environment.PROJECT_FOLDER,
                start_new_session=True,  # Ctrl-C is for whoever started it
            )
        )
        assert switch.stdin
        parts.callback(switch.stdin.close)
        assert switch.stdout
        assert switch.stdout.readline() == "ready\n"
        for host in hosts:
            inside = ("-netns", f"{prefix}{host.name}")
            _ip(*inside, "address", "add", f"{host.address}/24", "dev", CARD)
            _ip(*inside, "link", "set", "dev", "lo", "up")
            _ip(*inside, "link", "set", "dev", CARD, "mtu", str(MTU), "up")
        network = Network(hosts, prefix, switch)
        network.live_on(hosts[-1].name)
        yield network


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
