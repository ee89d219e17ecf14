"""A private RabbitMQ of the machine's own package, for what tries the shop on it: tests, the bench, chaos.

A shop has one of its own and gives its URL. Here it has virtual hosts as Valkey has databases, by their numbers, and
listens on this machine alone.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
from base64 import b64encode
from pathlib import Path

from base.broker.choose import broker_at
from base.broker.port import BrokerFault
from project.stack.embedded.child import Child, ServerFailed, ending_with_parent, free_port
from project.stack.embedded.server import EmbeddedServer
from project.stack.home import write_private

HOW_TO_GET_IT = "no RabbitMQ here: its tests are left out; as root: apt-get install rabbitmq-server"
FOLDER = Path("/usr/lib/rabbitmq/lib")
VIRTUAL_HOSTS = 8
STARTED_WITHIN_S = 60
MEMORY_MAX = "512MB"
DISK_FREE_MIN = "200MB"

# The scheduler of a machine that does much else would otherwise be kept busy by a server that does nothing.
ERLANG = "-noinput -kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none"

CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
load_definitions = {definitions}
vm_memory_high_watermark.absolute = {memory_max}
disk_free_limit.absolute = {disk_free_min}
log.console = true
log.console.level = warning
log.file = false
"""


def rabbitmq() -> Path | None:
    """The program itself, not what Debian has put before it: that one runs it as a user of its own."""
    found = sorted(FOLDER.glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    return found[-1] if found and shutil.which("erl") else None


class EmbeddedRabbitMQ(EmbeddedServer):
    name = "rabbitmq"
    stop_steps = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))
    passing_failures = ("eaddrinuse",)

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._names: subprocess.Popen[bytes] | None = None
        self._told: dict[str, str] = {}

    @property
    def url(self) -> str:
        return self.url_of(0)

    def url_of(self, host: int) -> str:
        return f"amqp://ringup:{self.password}@127.0.0.1:{self.port}/{host}"

    @property
    def data(self) -> Path:
        return self.folder / "mnesia"

    def control(self, *arguments: str) -> None:
        """As an operator does, by rabbitmqctl. Raises ServerFailed."""
        program = rabbitmq()
        assert program, HOW_TO_GET_IT
        command = [str(program.with_name("rabbitmqctl")), "--quiet", *arguments]
        done = subprocess.run(
            command, env=self._told, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ServerFailed(f"rabbitmqctl {arguments[0]}: {(done.stderr or done.stdout).strip()}")

    def launch(self, lock: int) -> None:
        self.try_ports(lambda: self._begin(lock), ready=self._answers, within_s=STARTED_WITHIN_S)

    def stop(self) -> None:
        super().stop()
        self._end_names()

    def kill(self) -> None:
        super().kill()
        self._end_names()

    def _end_names(self) -> None:
        if self._names:
            self._names.kill()
            self._names.wait()
            self._names = None

    def _begin(self, lock: int) -> Child:
        program = rabbitmq()
        assert program, HOW_TO_GET_IT
        self._end_names()
        environ = self._told = self._environ()
        # Erlang's own, which the first node of a machine would leave behind.
        self._names = subprocess.Popen([*ending_with_parent("KILL"), "epmd"], env=environ, stdin=subprocess.DEVNULL)
        configuration, definitions = self.folder / "rabbitmq.conf", self.folder / "definitions.json"
        write_private(definitions, json.dumps(self._definitions()))
        limits = {"memory_max": MEMORY_MAX, "disk_free_min": DISK_FREE_MIN}
        write_private(configuration, CONFIGURATION.format(port=self.port, definitions=definitions, **limits))
        return Child([*ending_with_parent("TERM"), str(program)], log=self.log, lock=lock, environ=environ)

    def _environ(self) -> dict[str, str]:
        names, distribution = str(free_port()), str(free_port())
        for file, content in (("enabled_plugins", "[]."), ("none.conf", "")):
            (self.folder / file).write_text(content)
        (self.folder / "home").mkdir(exist_ok=True)
        return {
            "PATH": os.defpath,
            "HOME": str(self.folder / "home"),
            "RABBITMQ_ALLOW_INPUT": "1",  # the server in place of a shell that waits for it
            "RABBITMQ_NODENAME": f"ringup-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": distribution,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": names,
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none.conf"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "gen"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(self.folder / "feature_flags"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        }

    def _definitions(self) -> dict[str, object]:
        salt = os.urandom(4)
        hashed = b64encode(salt + hashlib.sha256(salt + self.password.encode()).digest()).decode()
        hosts = [str(number) for number in range(VIRTUAL_HOSTS)]
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        return {
            "users": [
                {
                    "name": "ringup",
                    "password_hash": hashed,
                    "hashing_algorithm": "rabbit_password_hashing_sha256",
                    "tags": "",
                }
            ],
            "vhosts": [{"name": host} for host in hosts],
            "permissions": [{"user": "ringup", "vhost": host, **everything} for host in hosts],
        }

    def _answers(self) -> bool:
        try:
            broker_at(self.url).ping(within_s=1)
        except BrokerFault:
            return False
        return True
