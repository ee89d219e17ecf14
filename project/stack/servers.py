"""The database and the broker: those of the environment, or embedded ones for as long as this process needs them."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import ObjectInUse

from base.causes import why
from project.addresses import changed
from project.env import Env
from project.stack.embedded.child import ServerFailed
from project.stack.embedded.postgres import EmbeddedPostgres
from project.stack.embedded.server import EmbeddedServer
from project.stack.embedded.valkey import EmbeddedValkey
from project.stack.reach import ask_database

DROPS_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """`database_url`: as who owns the tables; `application_url`: as who reads and writes them, as the processes do."""

    database_url: str
    application_url: str
    broker_url: str
    embedded: dict[str, EmbeddedServer]


@contextmanager
def running(
    env: Env, *, home: Path, fresh: bool = False, broker: type[EmbeddedServer] = EmbeddedValkey
) -> Iterator[Servers]:
    """`fresh`: nothing of an earlier run is there; on a server of your own that is a database made for this run.
    `broker`: the embedded one, where there is none of your own."""
    embedded: dict[str, EmbeddedServer] = {}
    if env.database_url:
        ask_database(env.database_url)
        if env.owner_database_url:
            ask_database(env.owner_database_url, setting="OWNER_DATABASE_URL")
    else:
        embedded["postgres"] = EmbeddedPostgres(home)
    if not env.broker_url:
        embedded[broker.name] = broker(home)
    with ExitStack() as stack:
        for server in embedded.values():
            if fresh:
                server.erase()
            stack.enter_context(server)
        database_url, application_url = env.owner_database_url or env.database_url, env.database_url
        if fresh and database_url:
            database_url = stack.enter_context(passing_database(database_url))
            application_url = changed(application_url, dbname=conninfo_to_dict(database_url)["dbname"] or "")
        if postgres := embedded.get("postgres"):
            assert isinstance(postgres, EmbeddedPostgres)
            database_url, application_url = postgres.url, postgres.application_url
        yield Servers(
            database_url=database_url,
            application_url=application_url,
            broker_url=env.broker_url or embedded[broker.name].url,
            embedded=embedded,
        )


@contextmanager
def passing_database(url: str, *, template: str = "template1") -> Iterator[str]:
    """Make a database on this server, yield its URL, drop it."""
    name = f"ringup_{secrets.token_hex(6)}"
    try:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    except psycopg.Error as error:
        raise ServerFailed(f"DATABASE_URL: no database can be made there: {why(error)}") from None
    try:
        yield changed(url, dbname=name)
    finally:
        _drop(url, name)


def _drop(url: str, name: str) -> None:
    """PostgreSQL ends whoever uses it, and waits for the end for five seconds: a slow machine needs more."""
    with psycopg.connect(url, autocommit=True) as server:
        for tries in count(1):
            try:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            except ObjectInUse:
                if tries == DROPS_MAX:
                    raise
            else:
                return
