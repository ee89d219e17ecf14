"""A private PostgreSQL from the binaries of a wheel."""

import hmac
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from project.stack.embedded import pidfile
from project.stack.embedded.child import START_WAIT_S, Child, ServerFailed, ending_with_parent, run_as
from project.stack.embedded.root import Place, place
from project.stack.embedded.server import EmbeddedServer
from project.stack.home import write_private

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "15s",  # pending rows come and go all day
    "jit": "off",  # compiling takes longer than any statement here
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # a refused row may hold what a customer pays with
}
APPLICATION = "ringup_app"
RESTORED_WITHIN_S = 24 * 3600.0
INITDB = [
    *("-U", "ringup", "--auth=scram-sha-256", "--no-instructions"),
    *("-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
]


class EmbeddedPostgres(EmbeddedServer):
    name = "postgres"
    # Fast shutdown rolls open transactions back; everything committed is on disk at any time.
    stop_steps = ((signal.SIGINT, 6), (signal.SIGQUIT, 2), (signal.SIGKILL, 2))
    # The port was taken in between; backends of a killed server are not all gone.
    passing_failures = ("could not create any TCP/IP sockets", "shared memory block")

    @property
    def url(self) -> str:
        return self.url_of("ringup")

    @property
    def application_url(self) -> str:
        """As who reads and writes what `manage migrate` has made. Its password follows from the owner's, the only one
        that a backup has to hold."""
        password = hmac.digest(self.password.encode(), APPLICATION.encode(), "sha256").hex()
        return f"postgresql://{APPLICATION}:{password}@127.0.0.1:{self.port}/ringup"

    def url_of(self, database: str) -> str:
        return f"postgresql://ringup:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def data(self) -> Path:
        return place(self.folder).data

    def launch(self, lock: int) -> None:
        where = place(self.folder)
        if not (where.data / "complete").exists():
            self._initialise(where)
        # Whoever goes back to a time reads all WAL up to then first: docs/backup.md.
        within_s = RESTORED_WITHIN_S if (where.data / "recovery.signal").exists() else START_WAIT_S
        self.try_ports(
            lambda: self._begin(where, lock),
            ready=lambda: pidfile.is_ready(where.data, self.pid),
            within_s=within_s,
        )
        self._create_database_and_role()

    def _initialise(self, where: Place) -> None:
        """The mark is made last: without it the folder holds the remains of an interrupted start."""
        for path in where.data.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        password = where.data.with_name(f"{where.data.name}_initial_password")
        write_private(password, self.password)
        if where.user is not None:
            os.chown(password, where.user, where.user)
        done = subprocess.run(
            [*where.prefix, where.programs / "initdb", f"--pwfile={password}", *INITDB, where.data],
            capture_output=True,
            text=True,
            check=False,
            cwd=where.data,
            **run_as(where.user),
        )
        password.unlink()
        if done.returncode:
            raise ServerFailed(f"initdb failed: {' '.join(done.stderr.split())}")
        (where.data / "complete").touch()

    def _begin(self, where: Place, lock: int) -> Child:
        pidfile.remove_stale(where.data)
        settings = [f"-c{name}={value}" for name, value in {**SETTINGS, "port": self.port}.items()]
        server = [str(where.programs / "postgres"), "-D", str(where.data), *settings]
        command = [*where.prefix, *ending_with_parent("INT"), *server]
        return Child(command, log=self.log, lock=lock, user=where.user, cwd=where.data)

    def _create_database_and_role(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'ringup'").fetchone()
            if not found:
                connection.execute("CREATE DATABASE ringup")
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone():
                password = conninfo_to_dict(self.application_url)["password"]
                role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(APPLICATION), password)
                connection.execute(role)
