"""A private PgBouncer of the machine's own package, for what tries the shop through it: tests and the bench.

A shop has one of its own and gives its URL. Its settings are those of docs/pgbouncer.md.
"""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from project.addresses import changed
from project.stack.embedded.child import Child, ending_with_parent
from project.stack.embedded.root import namespace_prefix
from project.stack.embedded.server import EmbeddedServer
from project.stack.home import write_private

HOW_TO_GET_IT = "no PgBouncer here: its tests are left out; as root: apt-get install pgbouncer"
OF_PACKAGE = "/usr/sbin"
CONSOLE = "ringup_console"

CONFIGURATION = """\
[databases]
{name} = host={host} port={port} {connect_query}

[pgbouncer]
listen_addr = {listen_addr}
listen_port = {listen_port}
auth_type = scram-sha-256
auth_file = {auth_file}
admin_users = {console}
pool_mode = transaction
ignore_startup_parameters = options,extra_float_digits
default_pool_size = {pool_size}
max_client_conn = 1000
query_wait_timeout = 10
server_connect_timeout = 5
server_login_retry = 1
tcp_user_timeout = 10000
"""

_ROLE = "SELECT rolname, rolpassword FROM pg_authid WHERE rolname = current_user"


def pgbouncer() -> str | None:
    """Where it is. It refuses to be root: where root has no user namespaces, there is nobody to be."""
    can_run = os.geteuid() != 0 or namespace_prefix()
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path=OF_PACKAGE) if can_run else None


class EmbeddedPgBouncer(EmbeddedServer):
    """`database_url`: of whoever may read the secrets of roles; he and nobody else is let through."""

    name = "pgbouncer"
    stop_steps = ((signal.SIGINT, 3), (signal.SIGTERM, 2), (signal.SIGKILL, 2))
    passing_failures = ("Address already in use",)

    def __init__(self, home: Path, *, database_url: str, connect_query: str, pool_size: int) -> None:
        super().__init__(home)
        self._database_url = database_url
        self._connect_query = connect_query
        self._pool_size = pool_size

    @property
    def url(self) -> str:
        return self.before(self._database_url)

    def before(self, url: str) -> str:
        """Of another database of the same server, through this one."""
        return changed(url, host="127.0.0.1", port=self.port)

    @property
    def console_url(self) -> str:
        return changed(self.url, dbname="pgbouncer", user=CONSOLE, password=self.password)

    def tell(self, command: str) -> list[dict[str, Any]]:
        """A command of its console, as SHOW POOLS or RECONNECT, with what it answers."""
        with psycopg.connect(self.console_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as console:
            cursor = console.execute(command.encode())
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor] if names else []

    def launch(self, lock: int) -> None:
        self.try_ports(lambda: self._begin(lock), ready=self._answers)

    def change(self, *, connect_query: str) -> None:
        """For connections that it makes from now on."""
        self._connect_query = connect_query
        self._write()
        self.tell("RELOAD")

    def _begin(self, lock: int) -> Child:
        program = pgbouncer()
        assert program, HOW_TO_GET_IT
        with psycopg.connect(self._database_url) as database:
            (role, secret) = database.execute(_ROLE).fetchone() or ("", "")
        users = {role: secret, CONSOLE: self.password}
        write_private(self._users, "".join(f'"{name}" "{one}"\n' for name, one in users.items()))
        self._write()
        prefix = namespace_prefix() if os.geteuid() == 0 else ()
        command = [*prefix, *ending_with_parent("TERM"), program, str(self._file)]
        return Child(command, log=self.log, lock=lock)

    @property
    def _file(self) -> Path:
        return self.folder / "pgbouncer.ini"

    @property
    def _users(self) -> Path:
        return self.folder / "userlist.txt"

    def _write(self) -> None:
        at = conninfo_to_dict(self._database_url)
        written = CONFIGURATION.format(
            name="*",  # tests have many databases
            host=at["host"],
            port=at["port"],
            connect_query=self._connect_query,
            listen_addr="127.0.0.1",
            listen_port=self.port,
            auth_file=self._users,
            console=CONSOLE,
            pool_size=self._pool_size,
        )
        write_private(self._file, f"{written}unix_socket_dir =\n")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            self.tell("SHOW VERSION")
            return True
        return False
