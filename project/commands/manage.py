"""`./ringup manage NAME ...`: an operator's commands and Django's, on the database of the running stack or on
an embedded one."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext

from django.core.management import execute_from_command_line
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError
from django.db.backends.signals import connection_created
from psycopg.errors import UndefinedColumn, UndefinedFunction, UndefinedTable

from base.causes import why
from base.operator.help import ending
from project import env as environment
from project.database import look_for_pooler
from project.env import Env
from project.stack.embedded.child import ServerFailed
from project.stack.home import HomeTaken, kept_secret
from project.stack.reach import ask_database
from project.stack.running import is_running
from project.stack.servers import Servers, running
from project.upgrade.grants import CannotGrant, granting

WITHOUT_SERVERS = {
    *("check", "collectstatic", "connect_query", "diffsettings", "help", "makemigrations", "version", "--version")
}
HELP = {"-h", "--help"}
OURS = {
    "create_store": "make a store with its first location",
    "create_terminal": "make a terminal and print its key",
    "enrol_code": "print a code by which a terminal gets its key",
    "terminals": "list the terminals, with their roles and when they called last",
    "rotate_key": "give a terminal a new key",
    "revoke_terminal": "refuse a terminal's key from now on",
    "export": "print what a business day of a store came to",
    "move_store": "move a store to another stack, with all it has",
    "audit": "look whether everything adds up, now",
    "restored": "say what invoice numbers wait for after a restore, and decide",
    "connect_query": "print what PgBouncer has to be told",
    "dead_letters": "list messages that RabbitMQ gave up, and throw them away",
    "forget_customer": "take a person's name out of everything",
}
DJANGOS = {
    "migrate": "make the tables, or bring them to this release",
    "createsuperuser": "make a user of the admin who may do everything",
    "changepassword": "give a user another password",
    "help": "list all others",
}
EXAMPLES = ('./ringup manage create_terminal demo "Till 2" pos', "./ringup manage export demo --table")
OF_A_SHOP = {
    *("createsuperuser", "changepassword", "clearsessions", "dbshell", "dumpdata", "loaddata", "shell"),
    *OURS,
}
"""In a fresh home they would make a database, only to find nothing in it."""

OF_THE_OWNER = {"migrate", "dbshell", "move_store"}
LOOKS = {"--plan", "--check"}


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    if not arguments or arguments[0] in HELP:
        print(usage())
        return 0
    command = command_of(arguments)
    if arguments[0] in WITHOUT_SERVERS or HELP.intersection(arguments):
        execute_from_command_line(command)
        return 0
    connection_created.connect(look_for_pooler)
    env = environment.current()
    if arguments[0] in OF_A_SHOP and not env.database_url and not (env.ringup_home / "postgres").exists():
        environment.stop(
            f"there is no shop in {env.ringup_home} yet: run ./ringup up first, or ./ringup manage migrate"
        )
    if arguments[0] == "migrate":
        # Building an index on a big table takes its time.
        environment.override(STATEMENT_TIMEOUT_MS="0", DATABASE_POOL="0")
    try:
        with servers(env) as found:
            if arguments[0] in OF_THE_OWNER:
                environment.override(DATABASE_URL=found.database_url)
            grants = arguments[0] == "migrate" and not LOOKS.intersection(arguments)
            with granting(found.database_url, to=found.application_url) if grants else nullcontext():
                execute_from_command_line(command)
    except (ServerFailed, HomeTaken, CannotGrant) as error:
        environment.stop(str(error))
    except OperationalError as error:
        environment.stop(f"the database cannot be used: {why(error)}")
    except ProgrammingError as error:
        if isinstance(error.__cause__, UndefinedTable):
            environment.stop("the database has no tables yet: run ./ringup manage migrate first")
        if isinstance(error.__cause__, UndefinedColumn | UndefinedFunction):
            environment.stop("the database is of another release: run ./ringup manage migrate first")
        raise
    except CommandError as error:
        environment.stop(" ".join(str(error).split()))
    return 0


def usage() -> str:
    return "\n".join(
        [
            "usage: ./ringup manage NAME [arguments]",
            "",
            *(f"  {name:17}{does}" for name, does in OURS.items()),
            "\nand of Django's own:",
            *(f"  {name:17}{does}" for name, does in DJANGOS.items()),
            "\n./ringup manage NAME --help tells more of each.\n",
            ending(EXAMPLES, {}),
        ]
    )


def command_of(arguments: list[str]) -> list[str]:
    """With `--traceback` a mistake comes here, to be told in one line, and not to Django."""
    return ["./ringup manage", *arguments[:1], *(["--traceback"] if arguments[0] in OURS else []), *arguments[1:]]


@contextmanager
def servers(env: Env) -> Iterator[Servers]:
    """Without URLs of one's own: those of the stack that runs in this home, else servers for this command."""
    run = env.ringup_home / "run.json"
    with ExitStack() as parts:
        if is_running(env.ringup_home) and run.exists():
            found = json.loads(run.read_text())
            if env.database_url:
                ask_database(env.database_url)
            own = Servers(
                database_url=env.owner_database_url or env.database_url or found["database_url"],
                application_url=env.database_url or found["application_url"],
                broker_url=env.broker_url or found["broker_url"],
                embedded={},
            )
        elif is_running(env.ringup_home) and not env.database_url:
            environment.stop(f"the stack in {env.ringup_home} is starting or stopping; try again in a moment")
        else:
            own = parts.enter_context(running(env, home=env.ringup_home))
        environment.override(
            DATABASE_URL=own.application_url,
            BROKER_URL=own.broker_url,
            SECRET_KEY=env.secret_key or ("" if env.database_url else kept_secret(env.ringup_home / "secret_key")),
        )
        yield own
