"""The figures of `/metrics`: what the web processes counted, and how the pipeline is."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from base.figures import Gauge
from base.notes.where import url_of_notes
from base.outside.signs import last_given, signs, silent
from base.sql.scope import Scope
from base.sql.sets import COUNTED_MAX, limit_statements
from inventory.db.reads.stores import here
from orders.audit import figures as audit
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import CommandState
from orders.invoicing.db.reads import invoice_pools
from orders.journal.db.reads.waiting import stuck, waiting, waiting_since
from project import env as environment
from project.broker import dead_letters
from project.processes import Processes
from workers.watch.unserved import unserved_queues, watched

Pool = dict[str, Any]


def figure(name: str) -> Callable[[Pool], float | None]:
    return lambda pool: pool[name]


def of_refill(name: str) -> Callable[[Pool], Any]:
    return lambda pool: pool["last_refill"] and pool["last_refill"][name]


def instant(find: Callable[[Pool], Any]) -> Callable[[Pool], float | None]:
    return lambda pool: at.timestamp() if (at := find(pool)) else None


SOME = f"; at most {COUNTED_MAX:,} are counted"
SOME_OF_ALL = f"; of all stores together the first {COUNTED_MAX:,} are counted"

PARKED = Gauge("commands_parked", f"Commands that wait for an operator{SOME}", label="kind")
AWAITING = Gauge("commands_awaiting", f"Pays that a payment provider is being asked for{SOME}")
WAITING = (
    Gauge("commands_pending", f"Commands not yet settled{SOME}"),
    Gauge("commands_dismissed", f"Commands that operators gave up, ever{SOME}"),
    Gauge("authorizations_requested", f"Online tenders that a payment provider has not answered{SOME}"),
    Gauge("payments_pending", f"Captures, voids and refunds that no payment provider has confirmed{SOME}"),
    Gauge("payments_parked", f"Captures, voids and refunds that wait for an operator{SOME}"),
    Gauge("void_notices_failed", f"Voids of numbers that accounting has refused or not answered{SOME}"),
)
WAITING_SINCE = Gauge(
    "waiting_since",
    "When the oldest came that waits for a worker, for accounting or for a payment provider; no line where none waits",
    label="what",
)
STATEMENTS_MAX_MS = 2_000
"""Each of a scrape's: it is asked again soon, and should take nothing from the tills."""
LAST_SIGN_AT = Gauge(
    "last_sign_at",
    "When somebody who settles commands, asks others or looks what is due last gave a sign of life; 0: never",
    label="role",
)
SILENT = Gauge("silent", "1 if nobody of the role has given a sign of life for SILENCE_MAX_S", label="role")

QUEUE_SILENT = Gauge(
    "queue_silent",
    "1 if no worker that takes from it has given a sign of life for SILENCE_MAX_S; no line without COMMAND_QUEUES",
    label="queue",
)

# A store without the figure (nothing burns, nothing was fetched, nothing waits) has no line.
POOL = {
    Gauge(name, meaning, label="store"): read
    for name, meaning, read in (
        ("invoice_numbers_free", "Invoice numbers left", figure("free")),
        (
            "invoice_numbers_assigned",
            f"Invoice numbers of sales that accounting has not confirmed{SOME}",
            figure("assigned"),
        ),
        (
            "invoice_numbers_posted",
            "Invoice numbers of sales and credit notes that accounting has confirmed",
            figure("posted"),
        ),
        ("invoice_numbers_void", f"Invoice numbers that no sale gets{SOME}", figure("void")),
        ("invoice_pool_low", "Free numbers that are too few", figure("low")),
        ("invoice_pool_target", "Free numbers after a refill", figure("target")),
        ("invoice_pool_burn_per_minute", "Numbers that sales take in a minute", figure("burn_per_minute")),
        ("invoice_pool_minutes_to_empty", "How long the free numbers last", figure("minutes_to_empty")),
        ("invoice_pool_sales_waiting", f"Paid sales whose number follows{SOME}", figure("sales_waiting")),
        (
            "invoice_pool_credit_notes_waiting",
            f"Credit notes whose number follows{SOME}",
            figure("credit_notes_waiting"),
        ),
        ("invoice_refill_requested_at", "When the last refill was begun", instant(of_refill("requested_at"))),
        ("invoice_refill_stored_at", "When it was over; no line while it goes on", instant(of_refill("stored_at"))),
        ("invoice_refill_failed", "1 if the last refill has an error", lambda pool: bool(of_refill("error")(pool))),
        ("entries_pending", f"Entries that accounting has not confirmed{SOME_OF_ALL}", figure("entries_pending")),
        ("entries_pending_since", "When the oldest of them was written", instant(figure("entries_pending_since"))),
        ("entries_parked", f"Entries that wait for an operator{SOME_OF_ALL}", figure("entries_parked")),
    )
}

DEAD_LETTERS = Gauge("dead_letters", "Messages that RabbitMQ gave up and keeps for a person; 0 with another broker")

OF_SIGNS = (LAST_SIGN_AT, SILENT, QUEUE_SILENT)
GAUGES = (PARKED, AWAITING, *WAITING, WAITING_SINCE, *POOL, *audit.GAUGES, *OF_SIGNS, DEAD_LETTERS)
"""Whatever the database and the broker are asked for."""


@csrf_exempt
@cache_control(no_store=True)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Both halves are the same whichever web process is asked."""
    return HttpResponse(generate_latest(counted()) + generate_latest(PIPELINE), content_type=CONTENT_TYPE_LATEST)


def counted() -> CollectorRegistry:
    """Of all processes that share a folder, those that have ended included; else of this one."""
    folder = environment.current().prometheus_multiproc_dir
    if folder is None:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Processes(folder))
    return registry


class Pipeline(Collector):
    """Asks the database anew each time that it is asked."""

    def describe(self) -> Iterator[Metric]:
        """Asks nobody."""
        yield from (gauge.declared() for gauge in GAUGES)

    def collect(self) -> Iterator[Metric]:
        with transaction.atomic():
            limit_statements(STATEMENTS_MAX_MS)
            stores = here(None)
            yield from commands(stores)
            yield from pools(stores)
            yield from audit.figures()
        yield from signs_of_life()
        if (letters := dead_letters()) is not None:
            yield DEAD_LETTERS.of(letters)


def commands(stores: Scope) -> Iterator[Metric]:
    of_state = stuck(stores)
    yield PARKED.of_each({kind.value: of_state[CommandState.PARKED, kind] for kind in Kind})
    yield AWAITING.of(sum(of_state[CommandState.AWAITING, kind] for kind in Kind))
    counts = waiting(stores)
    yield from (gauge.of(counts[gauge.name]) for gauge in WAITING)
    since = waiting_since(stores)
    yield WAITING_SINCE.of_each({what: at.timestamp() if at else None for what, at in since.items()})


def pools(stores: Scope) -> Iterator[Metric]:
    found = invoice_pools(stores, now=timezone.now())
    for gauge, read in POOL.items():
        yield gauge.of_each({str(pool["store"]): read(pool) for pool in found})


def signs_of_life() -> Iterator[Metric]:
    """None while the broker does not answer, as `/readyz` tells."""
    if (found := signs(url_of_notes())) is None:
        return
    given = last_given(found)
    are_silent = silent(given, silence_max_s=environment.current().silence_max_s)
    yield LAST_SIGN_AT.of_each({role.value: at for role, at in given.items()})
    yield SILENT.of_each({role.value: float(role in are_silent) for role in given})
    if (lost := unserved_queues()) is not None:
        yield QUEUE_SILENT.of_each({queue: float(queue in lost) for queue in watched()})


PIPELINE = CollectorRegistry()
PIPELINE.register(Pipeline())
