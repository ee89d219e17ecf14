"""Whoever works behind the tills: workers for commands, workers for upkeep, and an operator. What they run is real."""

import random
from collections.abc import Callable

from celery.exceptions import Retry
from django.utils import timezone

from base.sql.faults import DATABASE_ERRORS, passes
from base.sql.renewal import renew_broken_connection
from base.sql.sets import cursor
from orders.accounting.db import retry_entries
from orders.invoicing.db.void import void
from orders.journal import repair
from orders.journal.db.repair import dismiss, retry
from orders.payments.db.instructions import retry_instructions
from project.celery import app
from tests.simulation.actors import Actor, At, Pause
from tests.simulation.broker import IO, Broker, Message
from tests.simulation.clock import Clock
from workers.tasks import CommandsParked

AUDIT = "upkeep.audit_invariants"
OF_AGE = {
    "pending commands do not grow old",
    "an entry is posted, or waits with a reason",
    "a hold ends when it lapses",
    "a wait for stock ends when it lapses",
    "a payment provider is told, or there is a reason",
}
"""Laws that are of minutes and hours: time jumps here, and they hold in the end."""
PERIODS_S = {
    "upkeep.sweep": 3.0,
    "upkeep.authorize_payments": 11.0,
    "upkeep.relay_payments": 13.0,
    "upkeep.relay_outbox": 14.0,
    "upkeep.expire_holds": 12.0,
    "upkeep.allocate_backorders": 15.0,
    "upkeep.refill_invoice_pool": 16.0,
    "upkeep.number_late_sales": 17.0,
    "upkeep.archive": 45.0,
    AUDIT: 60.0,
}
"""Longer than a shop's: what looks in vain takes steps from what happens, and workers nudge in time."""

_PARKED = "SELECT id, store_id FROM orders_command WHERE state = 'parked' ORDER BY seq"
_PARKED_ENTRIES = "SELECT id FROM orders_journalentry WHERE state = 'parked' ORDER BY seq"
_PARKED_INSTRUCTIONS = "SELECT id FROM orders_paymentinstruction WHERE state = 'parked' ORDER BY id"
_FREE = "SELECT store_id, number FROM orders_invoicenumber WHERE state = 'free' ORDER BY id LIMIT 1"


def worker(broker: Broker, queue: str, broken: list[str]) -> Callable[[Actor], None]:
    """`broken`: where an audit tells of the drifts that it finds while everybody works."""

    def turn(actor: Actor) -> None:
        actor.wait(Pause(At.IDLE, until=float("inf"), when=lambda: broker.has(queue)))
        with broker.taken(queue) as message:
            if message:
                actor.message = message
                _run(message, broken)

    return turn


def _run(message: Message, broken: list[str]) -> None:
    """What Celery does with a message."""
    task = app.tasks[message.task]
    if message.task.startswith("upkeep."):
        try:
            told = task()
            broken += _drifts(told) if message.task == AUDIT else ()
        except DATABASE_ERRORS as error:
            if not passes(error):
                raise
        return
    task.push_request(retries=message.retries, delivery_info={"redelivered": message.is_redelivered})
    try:
        task.run(**message.kwargs)
    except (Retry, CommandsParked):
        pass
    except DATABASE_ERRORS as error:
        if not passes(error):
            raise
    finally:
        task.pop_request()


def _drifts(told: list[dict[str, str | None]]) -> list[str]:
    return [f"audit: {drift}" for drift in told if drift["law"] not in OF_AGE]


class Beat:
    """Sends what is due, and not again what waits."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self._broker, self._clock = broker, clock
        self._next_s = dict(PERIODS_S)

    def next_s(self) -> float:
        return min(self._next_s.values())

    def send_due(self) -> None:
        now = self._clock.now_s
        for task in [task for task, at in self._next_s.items() if at <= now]:
            self._next_s[task] = now + PERIODS_S[task]
            if not self._broker.is_down and all(one.task != task for one in self._broker.queues[IO]):
                self._broker.send_task(task, expires=60)


class Operator:
    """Retries what is parked, gives some of it up, and makes a free number void now and then."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock, self._chance = clock, chance
        self.only_retries = False

    def turn(self, actor: Actor) -> None:
        pause_s = 5 if self.only_retries else self._chance.choice([5, 30, 120])
        actor.wait(Pause(At.IDLE, until=self._clock.now_s + pause_s))
        renew_broken_connection()
        try:
            self._look()
        except DATABASE_ERRORS as error:
            if not passes(error):
                raise

    def _look(self) -> None:
        now = timezone.now()
        for id_, store_id in cursor().execute(_PARKED).fetchall():
            gives_up = not self.only_retries and self._chance.random() < 0.3
            act = dismiss if gives_up else retry
            repair.repair(lambda store, command, act=act: act(store, command, by="olga"), [(store_id, id_)])  # type: ignore[misc]
        if ids := [id_ for (id_,) in cursor().execute(_PARKED_ENTRIES)]:
            retry_entries(ids, by="olga", reason="", now=now)
        if numbers := [id_ for (id_,) in cursor().execute(_PARKED_INSTRUCTIONS)]:
            retry_instructions(numbers, by="olga", reason="", now=now)
        if not self.only_retries and self._chance.random() < 0.2:
            for store_id, number in cursor().execute(_FREE).fetchall():
                void(store_id=store_id, number=number, reason="torn", voided_by="olga", now=now)
