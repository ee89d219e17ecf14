"""`./ringup manage ...`: Django's management commands, on the database of the running stack or on an embedded one."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedTable

from project import env as environment
from project.env import Env
from project.stack.embedded.child import ServerFailed
from project.stack.home import HomeTaken, kept_secret
from project.stack.reach import ask_database, told
from project.stack.running import is_running
from project.stack.servers import Servers, running

WITHOUT_SERVERS = {"check", "collectstatic", "diffsettings", "help", "makemigrations", "version", "--help", "--version"}
HELP = {"-h", "--help"}
OURS = {path.stem for path in environment.PROJECT_FOLDER.glob("*/management/commands/[a-z]*.py")}
OF_A_SHOP = {
    *("createsuperuser", "changepassword", "clearsessions", "dbshell", "dumpdata", "loaddata", "shell"),
    *OURS,
}
"""In a fresh home they would make a database, only to find nothing in it."""


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    command = command_of(arguments)
    if not arguments or arguments[0] in WITHOUT_SERVERS or HELP.intersection(arguments):
        execute_from_command_line(command)
        return 0
    env = environment.current()
    if arguments[0] in OF_A_SHOP and not env.database_url and not (env.ringup_home / "postgres").exists():
        environment.stop(
            f"there is no shop in {env.ringup_home} yet: run ./ringup up first, or ./ringup manage migrate"
        )
    if arguments[0] == "migrate":
        environment.override(STATEMENT_TIMEOUT_MS="0")  # building an index on a big table takes its time
    try:
        with servers(env):
            execute_from_command_line(command)
    except (ServerFailed, HomeTaken) as error:
        environment.stop(str(error))
    except OperationalError as error:
        environment.stop(f"the database cannot be used: {told(error)}")
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise
        environment.stop("the database has no tables yet: run ./ringup manage migrate first")
    return 0


def command_of(arguments: list[str]) -> list[str]:
    """Django's checks, which load all pages, are for whoever changes the program: an operator would wait half as long
    again."""
    unchecked = [*arguments[:1], "--skip-checks", *arguments[1:]]
    return ["./ringup manage", *(unchecked if OURS.intersection(arguments[:1]) else arguments)]


@contextmanager
def servers(env: Env) -> Iterator[None]:
    """Without URLs of one's own: those of the stack that runs in this home, else servers for this command."""
    run = env.ringup_home / "run.json"
    with ExitStack() as parts:
        if is_running(env.ringup_home) and run.exists():
            found = json.loads(run.read_text())
            if env.database_url:
                ask_database(env.database_url)
            own = Servers(database_url=found["database_url"], broker_url=found["broker_url"], embedded={})
        else:
            own = parts.enter_context(running(env, home=env.ringup_home))
        environment.override(
            DATABASE_URL=env.database_url or own.database_url,
            BROKER_URL=env.broker_url or own.broker_url,
            SECRET_KEY=env.secret_key or ("" if env.database_url else kept_secret(env.ringup_home / "secret_key")),
        )
        yield
