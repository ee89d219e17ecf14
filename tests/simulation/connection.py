"""A connection to the real database on which each statement is a step, and breaks when the run says so.

A statement that waits for somebody's lock is found out by asking the server, and the turn goes to the others until the
lock is had. Its process in the server stands still meanwhile: one commit may free several, which would go on side by
side, and the machine would decide who of them comes first to what both want. Time-outs of locks are the run's, in its
own time. What a conflict leaves behind is real: the server itself raises it, and the transaction is aborted there.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import psycopg
from psycopg import errors
from psycopg._preparing import PrepareManager
from psycopg.pq import PGconn, PipelineStatus, TransactionStatus, abc
from psycopg.waiting import Ready, Wait

from tests.simulation.actors import Actor, At, Fault, Killed, Pause, here
from tests.simulation.clock import Clock
from tests.simulation.server import Server

LOOK_AFTER_S = 0.002
LOCK_TIMEOUT_S = 2.0

LISTENS = {TransactionStatus.IDLE, TransactionStatus.INTRANS, TransactionStatus.INERROR}
ANEW = b"ROLLBACK; SELECT pg_advisory_unlock_all(); RESET ALL"
"""As a connection that is gone leaves its transaction and its locks, and a new one finds its settings."""
GONE = PGconn.connect_start(b"")
GONE.finish()

RAISED = {Fault.CONFLICT: "40001", Fault.DEADLOCK: "40P01", Fault.TIMEOUT: "55P03"}


class SimulatedConnection(psycopg.Connection[Any]):
    clock: ClassVar[Clock]
    server: ClassVar[Server]
    left: ClassVar[list[tuple[abc.PGconn, PrepareManager]]] = []
    ends: bool = False
    is_silent: bool = False

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        actor = here()
        if actor is None or self.is_silent:
            return super().wait(gen, interval)
        if actor.is_dead:
            raise Killed
        if self.closed:
            return super().wait(gen, interval)
        actor.pid = self.info.backend_pid
        fault = None if self._piped else self._pause(actor)
        self.server.in_time()
        try:
            answer = self._drive(gen, actor)
        except Killed:
            self._break_off()
            raise
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            actor.has_committed = True
            if self.ends and actor.saved:
                actor.committed.append(actor.saved)
            actor.saved, actor.lock_limit_s = None, None
        if fault is Fault.LOST_AFTER:
            self._break_off()
            raise errors.OperationalError("server closed the connection unexpectedly (simulated, after)")
        return answer

    @contextmanager
    def pipeline(self) -> Iterator[psycopg.Pipeline]:
        """One step: how often it is waited for within depends on how fast the server answers."""
        if (actor := here()) and not self.closed and not self._piped:
            self._pause(actor)
        with super().pipeline() as pipeline:
            yield pipeline

    def _pause(self, actor: Actor) -> Fault | None:
        try:
            fault = actor.wait(Pause(At.COMMIT if self.ends else At.SQL))
        except Killed:
            self._break_off()
            raise
        self._befall(fault)
        return fault

    def set_autocommit(self, value: bool) -> None:
        """Nothing is sent for it, so nothing can befall it."""
        self.is_silent = True
        try:
            super().set_autocommit(value)
        finally:
            self.is_silent = False

    def commit(self) -> None:
        self.ends = self.pgconn.transaction_status != TransactionStatus.IDLE
        try:
            super().commit()
        finally:
            self.ends = False

    @property
    def _piped(self) -> bool:
        return self.pgconn.pipeline_status != PipelineStatus.OFF

    def _befall(self, fault: Fault | None) -> None:
        if fault is Fault.LOST:
            self._break_off()
            raise errors.OperationalError("server closed the connection unexpectedly (simulated)")
        if fault in RAISED:
            raised = f"DO $$ BEGIN RAISE EXCEPTION 'simulated' USING ERRCODE = '{RAISED[fault]}'; END $$"
            result = self.pgconn.exec_(raised.encode())
            raise errors.error_from_result(result)

    def _break_off(self) -> None:
        if self.closed:
            return
        if self._listens:
            self._leave()
        else:
            pid = self.info.backend_pid
            self.pgconn.finish()
            self.server.end(pid)

    def close(self) -> None:
        if self._listens:
            self._leave()
        else:
            super().close()

    @property
    def _listens(self) -> bool:
        return not self._piped and self.pgconn.transaction_status in LISTENS

    def _leave(self) -> None:
        """For whoever connects next: what a process of the server's has read and planned takes longer to come by anew
        than all that is asked of it."""
        left, self.pgconn = self.pgconn, GONE
        left.exec_(ANEW)
        self.left.append((left, self._prepared))
        self._prepared = PrepareManager()

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Any:
        if not cls.left:
            return (yield from super()._connect_gen(conninfo))
        left, prepared = cls.left.pop()
        connection = cls(left)
        connection._prepared = prepared
        return connection

    def _drive(self, gen: Any, actor: Actor) -> Any:
        """As psycopg.waiting does; but who waits for a lock gives the turn to the others."""
        limit_s = actor.lock_limit_s or LOCK_TIMEOUT_S
        blocked_until = 0.0
        try:
            wanted: Wait = next(gen)
            while True:
                ready = self._ready(wanted, LOOK_AFTER_S)
                if ready:
                    if blocked_until:
                        blocked_until = 0.0
                        actor.wait(Pause(At.ANSWER))
                    wanted = gen.send(ready)
                elif self.server.waits([actor.pid]):
                    blocked_until = blocked_until or self.clock.now_s + limit_s
                    with self.server.standing_still(actor.pid):
                        fault = actor.wait(Pause(At.LOCK, until=blocked_until))
                    if fault is Fault.TIMEOUT:
                        self.server.cancel(actor.pid)
        except StopIteration as end:
            return end.value
        except errors.QueryCanceled:
            raise errors.LockNotAvailable("canceling statement due to lock timeout (simulated)") from None

    def _ready(self, wanted: Wait, timeout_s: float) -> Ready | None:
        fd = self.pgconn.socket
        reads = [fd] if wanted & Wait.R else []
        writes = [fd] if wanted & Wait.W else []
        can_read, can_write, _ = select.select(reads, writes, [], timeout_s)
        return Ready((Ready.R if can_read else 0) | (Ready.W if can_write else 0)) if can_read or can_write else None
