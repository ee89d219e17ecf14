"""One thing at a time: nothing goes on by itself beside it, and nothing goes by the machine's clock."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from random import Random

import psycopg
from pytest_django.fixtures import Settings

from orders.accounting.port import AccountingFault
from tests.simulation.actors import Actor, At, Pause
from tests.simulation.broker import Broker
from tests.simulation.clock import Clock
from tests.simulation.outside import Books, Line
from tests.simulation.server import Server
from tests.simulation.world import held, simulated_world
from workers import run
from workers.sizes import SHORT

LOCK = "SELECT id FROM sim_thing FOR UPDATE"
WAITS_WITHIN_S = 30
REAL = (time.monotonic, time.time, time.sleep, time.monotonic_ns, time.time_ns)


def test_who_has_its_lock_does_nothing_with_it_until_its_turn(fresh_database: str) -> None:
    with (
        psycopg.connect(fresh_database) as holder,
        psycopg.connect(fresh_database) as waiter,
        ThreadPoolExecutor() as threads,
    ):
        holder.execute("CREATE TABLE sim_thing AS SELECT 1 AS id")
        holder.commit()
        holder.execute(LOCK)
        server, pid = Server(fresh_database), waiter.info.backend_pid
        locked = threads.submit(waiter.execute, LOCK)
        until = time.monotonic() + WAITS_WITHIN_S
        while not server.waits([pid]):
            assert time.monotonic() < until
        with server.standing_still(pid):
            holder.commit()
            assert not server.waits([pid])
            assert holder.execute(f"{LOCK} NOWAIT").fetchall() == [(1,)]
            holder.commit()
        assert locked.result().fetchall() == [(1,)]
        waiter.rollback()
        server.close()


def test_where_a_row_lies_goes_by_what_was_written_alone(fresh_database: str) -> None:
    server = Server(fresh_database)
    server.run("CREATE TABLE sim_thing AS SELECT 1 AS id, repeat('x', 500) AS text")
    server.keep_versions()
    with psycopg.connect(fresh_database, autocommit=True) as writer:
        lay = [str(writer.execute("UPDATE sim_thing SET id = id RETURNING ctid").fetchall()) for _ in range(100)]
    assert len(set(lay)) == 100
    server.close()


def simulated() -> AbstractContextManager[None]:
    clock, chance = Clock(), Random(1)
    line = Line("books", AccountingFault, clock, chance, frozenset(), 0.0, [])
    return simulated_world(clock, Broker(clock, chance, frozenset(), 0.0), Books(line), chance)


def test_what_is_simulated_has_no_other_clock() -> None:
    with simulated():
        assert [(holder, name) for holder, name, value in held() if any(value is one for one in REAL)] == []


def test_each_worker_goes_by_what_it_settled_itself(settings: Settings) -> None:
    """One takes little at a time because a till sells one by one there; the other one has not seen it."""
    sizes = dict[str, int]()

    def look(actor: Actor) -> None:
        if actor.name == "beside a till":
            own.note([1])
        sizes[actor.name] = own.next()
        actor.wait(Pause(At.IDLE))

    with simulated():
        own = vars(run)["sizes"]
        for name in ("beside a till", "alone"):
            actor = Actor(name, look)
            actor.go_on()
            actor.stop()
    assert sizes == {"beside a till": SHORT, "alone": settings.COMMAND_BATCH_MAX}
