"""The world that the real code runs in: its database is real, its time, chance, broker and neighbours are the run's."""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from celery import Task
from django.db import connections
from django.test import override_settings
from uuid_utils import compat

from base.outside import lease_loop, nudge
from base.outside.pages import A_RUN, Pages
from base.outside.share import Share
from base.sql import clock as of_database
from base.sql import sets
from orders.accounting.outside import relay
from orders.audit import round as day
from orders.journal import bell, ring
from orders.journal.db.save import save
from orders.payments.outside import instruct
from project.addresses import changed
from project.celery import app
from project.database import configuration
from tests.simulation.actors import Actor, Killed, here
from tests.simulation.broker import Broker
from tests.simulation.clock import Clock, Time, ids
from tests.simulation.connection import SimulatedConnection
from tests.simulation.mirror import Saved
from tests.simulation.outside import BANK_PATH, Books
from tests.simulation.server import Server
from tests.support.payments.paper_bank import only_provider
from workers import execute, run, upkeep
from workers.sizes import Sizes

ROOMS = ("base.", "inventory.", "orders.", "workers.")

NOW = """
    CREATE SCHEMA IF NOT EXISTS sim;
    CREATE UNLOGGED SEQUENCE IF NOT EXISTS sim.clock MINVALUE 0;
    CREATE OR REPLACE FUNCTION sim.now() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$ BEGIN
        RETURN '2031-03-01T09:00:00Z'::timestamptz + pg_sequence_last_value('sim.clock') * interval '1 millisecond';
    END $$;
    CREATE OR REPLACE FUNCTION sim.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
        AS $$ SELECT sim.now() $$;
    CREATE OR REPLACE FUNCTION sim.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
        AS $$ SELECT sim.now() $$
"""
"""Where a statement says now(), or another time of the server's, the first schema's is meant: it tells the run's time.
An unlogged sequence is seen by all at once, and setting it is no transaction's write. PL/pgSQL asks for its value
without running a statement for it."""
OPTIONS = (
    "-c search_path=sim,pg_catalog,public -c idle_in_transaction_session_timeout=0 -c deadlock_timeout=60s"
    " -c plan_cache_mode=force_generic_plan"
)
"""Time-outs are the run's, and it looks for deadlocks itself. The laws are planned once."""

_TABLES = """
    SELECT format('%I', relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname ~ '^(orders|inventory)_'
"""
_EMPTY = """
    SET session_replication_role = replica;
    TRUNCATE {tables} RESTART IDENTITY CASCADE;
    RESET session_replication_role
"""
_SEQUENCES = """
    SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relname ~ '^(orders|inventory)_'
"""


_PLANNED_ONCE = "ALTER TABLE {table} SET (autovacuum_enabled = off)"
"""Statistics that come when they like would make plans, and so the order of rows, of the machine's mood."""


@contextmanager
def simulated_database(url: str) -> Iterator[Server]:
    """Django's connections lead there, each statement a step; the server seen from outside."""
    simulated = changed(url, options=OPTIONS)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(NOW)
        tables = server.execute(_TABLES).fetchall()
        for (table,) in tables:
            server.execute(_PLANNED_ONCE.format(table=table).encode())
    database = configuration(simulated, lock_timeout_ms=0, statement_timeout_ms=0)
    database["OPTIONS"]["prepare_threshold"] = 0  # planned once in a run
    before, connection_before = connections.settings, connections["default"]
    connections.settings = connections.configure_settings({"default": database})
    del connections["default"]
    outside = Server(simulated)
    SimulatedConnection.server = outside
    real = psycopg.connect

    def connect(*args: Any, **kwargs: Any) -> Any:
        if (actor := here()) is None:
            return real(*args, **kwargs)
        if actor.is_dead:
            raise Killed
        return SimulatedConnection.connect(*args, **kwargs)

    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(psycopg, "connect", connect)
            yield outside
    finally:
        outside.close()
        connections["default"].close()
        connections.settings = before
        connections["default"] = connection_before


def empty(server: Server) -> None:
    """Of all rows, and of whoever is still leaving."""
    connections["default"].close()
    SimulatedConnection.left.clear()
    server.end_others()
    tables = [table for (table,) in server.execute(_TABLES)]
    server.run(_EMPTY.format(tables=", ".join(tables)))
    server.run(_SEQUENCES)
    server.keep_versions()
    server.tell_time(0)
    server.in_time()


@contextmanager
def simulated_world(clock: Clock, broker: Broker, books: Books, chance: random.Random, **chosen: Any) -> Iterator[None]:
    """`chosen`: settings of the shop."""
    SimulatedConnection.clock = clock
    with ExitStack() as stack:
        stack.enter_context(override_settings(**chosen))
        stack.enter_context(only_provider("bank", BANK_PATH))

        put = stack.enter_context(pytest.MonkeyPatch.context()).setattr
        put(sys.modules["django.utils.timezone"], "now", clock.now)
        everywhere = {
            compat.uuid7: ids(clock, chance),
            compat.uuid4: ids(clock, chance),
            time: Time(clock),
            time.monotonic: clock.monotonic,
            time.sleep: clock.sleep,
            random: chance,
            sets.limit_locks: limit_locks,
        }
        by_id = {id(what): instead for what, instead in everywhere.items()}
        for holder, name, value in held():
            if id(value) in by_id:
                put(holder, name, by_id[id(value)])
        put(of_database, "_last", None)
        put(run, "rush", run.Rush(clock.sleep))
        put(run, "sizes", OfEach(lambda: Sizes(clock.monotonic)))
        put(nudge, "_done_at", {})
        put(lease_loop, "_ask_concurrently", ask_in_turn)
        put(Share, "taken", taken)
        put(day, "ROUND_EVERY", timedelta())
        for module in (relay, instruct):
            put(module, "_pages", OfEach(lambda: Pages(at_once=A_RUN)))
        put(ring, "_send", broker.ring)
        put(bell, "_news", lambda _: SimpleNamespace(announce=lambda _: None))
        put(app, "send_task", broker.send_task)
        put(Task, "retry", lambda _, *, countdown, **__: broker.retry(_message(), countdown))
        put(upkeep, "accounting", lambda: books)
        put(execute, "save", noted(save))
        put(execute, "note", lambda *_: None)
        yield


def held() -> Iterator[tuple[Any, str, Any]]:
    """What each module of what is simulated has, and what the objects have that it has made of our classes."""
    for module in [module for name, module in list(sys.modules.items()) if name.startswith(ROOMS)]:
        made = [one for one in vars(module).values() if type(one).__module__.startswith(ROOMS)]
        for holder in (module, *made):
            for attribute, value in list(getattr(holder, "__dict__", {}).items()):
                yield holder, attribute, value


def _message() -> Any:
    actor = here()
    assert actor
    return actor.message


def limit_locks(milliseconds: int) -> None:
    """In the run's time. Until the transaction ends."""
    if actor := here():
        actor.lock_limit_s = milliseconds / 1_000


def noted(saves: Callable[..., Any]) -> Callable[..., Any]:
    """What a batch comes to, kept until it is committed."""

    def note(loaded: Any, decided: Any, *, numbers: Any, now: datetime, **more: Any) -> Any:
        decided = list(decided)
        said = saves(loaded, decided, numbers=numbers, now=now, **more)
        if actor := here():
            actor.saved = Saved(
                decided=list(decided), numbers=dict(numbers), authorizations=loaded.batch.authorizations, now=now
            )
        return said

    return note


def ask_in_turn(kind: Any, due: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each thread of a process would be another actor: here one asks after the other."""
    for item in due:
        yield item, lease_loop._answer(kind, item)


@contextmanager
def taken(_: Share) -> Iterator[bool]:
    """Each actor is a process of its own, with one thread."""
    yield True


class OfEach:
    """What each process has of its own; whoever is started again in its place finds it there."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._of_each: dict[Actor | None, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if (actor := here()) not in self._of_each:
            self._of_each[actor] = self._make()
        return getattr(self._of_each[actor], name)
