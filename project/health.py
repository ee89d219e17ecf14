"""Three addresses for whoever watches the web server: alive, ready, figures."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from redis.backoff import NoBackoff
from redis.retry import Retry

from orders.audit import figures as audit
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import CommandState, RepairAct
from orders.invoicing.db.reads import invoice_pools
from orders.models import Authorization, Command, PaymentInstruction, Repair
from project import env as environment

BROKER_ANSWERS_WITHIN_S = 2

Pool = dict[str, Any]


def figure(name: str) -> Callable[[Pool], float | None]:
    return lambda pool: pool[name]


def of_refill(name: str) -> Callable[[Pool], Any]:
    return lambda pool: pool["last_refill"] and pool["last_refill"][name]


def instant(find: Callable[[Pool], Any]) -> Callable[[Pool], float | None]:
    return lambda pool: at.timestamp() if (at := find(pool)) else None


# A store without the figure (nothing burns, nothing was fetched, nothing waits) has no line.
POOL_FIGURES: tuple[tuple[str, str, Callable[[Pool], float | None]], ...] = (
    ("invoice_numbers_free", "Invoice numbers left", figure("free")),
    ("invoice_numbers_assigned", "Invoice numbers of sales that accounting has not confirmed", figure("assigned")),
    ("invoice_numbers_posted", "Invoice numbers of sales that accounting has confirmed", figure("posted")),
    ("invoice_numbers_void", "Invoice numbers that no sale gets", figure("void")),
    ("invoice_pool_low", "Free numbers that are too few", figure("low")),
    ("invoice_pool_target", "Free numbers after a refill", figure("target")),
    ("invoice_pool_burn_per_minute", "Numbers that sales take in a minute", figure("burn_per_minute")),
    ("invoice_pool_minutes_to_empty", "How long the free numbers last", figure("minutes_to_empty")),
    ("invoice_pool_sales_waiting", "Paid sales whose number follows", figure("sales_waiting")),
    ("invoice_refill_requested_at", "When the last refill was begun", instant(of_refill("requested_at"))),
    ("invoice_refill_stored_at", "When it was over; no line while it goes on", instant(of_refill("stored_at"))),
    ("invoice_refill_failed", "1 if the last refill has an error", lambda pool: bool(of_refill("error")(pool))),
    ("entries_pending", "Entries that accounting has not confirmed", figure("entries_pending")),
    ("entries_pending_since", "When the oldest of them was written", instant(figure("entries_pending_since"))),
    ("entries_parked", "Entries that wait for an operator", figure("entries_parked")),
)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. It says nothing about what stands behind it, which a restart would not mend."""
    return JsonResponse({"alive": True})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    reasons = [*database_reasons(), *broker_reasons()]
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What the web processes counted, then the pipeline's figures: both are the same whichever process is asked."""
    return HttpResponse(generate_latest(counted()) + generate_latest(pipeline()), content_type=CONTENT_TYPE_LATEST)


def counted() -> CollectorRegistry:
    """Of all processes that share a folder, those that have ended included; else of this one."""
    if environment.current().prometheus_multiproc_dir is None:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def database_reasons() -> Iterator[str]:
    try:
        if migrations() - MigrationRecorder(connection).applied_migrations().keys():
            yield "migrations are not applied"
    except DatabaseError:
        yield "the database does not answer"


@cache
def migrations() -> frozenset[tuple[str, str]]:
    """(app, name) of all that this release has: looked up in its files, once a process."""
    return frozenset(MigrationLoader(None).disk_migrations)


def broker_reasons() -> Iterator[str]:
    try:
        with redis.Redis.from_url(
            settings.BROKER_URL,
            socket_timeout=BROKER_ANSWERS_WITHIN_S,
            socket_connect_timeout=BROKER_ANSWERS_WITHIN_S,
            retry=Retry(NoBackoff(), 0),
        ) as broker:
            broker.ping()
    except redis.RedisError:
        yield "the broker does not answer"


def stuck() -> QuerySet[Command, tuple[str, str, int]]:
    """State, kind and count of what waits for an operator or for a payment provider, by the index of both."""
    blocking = Command.objects.filter(state__in=[CommandState.PARKED, CommandState.AWAITING])
    return blocking.order_by().values_list("state", "kind").annotate(count=Count("id"))


def pipeline() -> CollectorRegistry:
    registry = CollectorRegistry()
    pools = invoice_pools(now=timezone.now())
    # Each count has the shape of a partial index, so that it does not grow with history.
    pending = Command.objects.filter(state="pending")
    of_orders, of_stock = (pending.filter(order__isnull=value).count() for value in (False, True))
    stuck_of = Counter({(state, kind): count for state, kind, count in stuck()})
    awaiting = sum(stuck_of[CommandState.AWAITING, kind] for kind in Kind)
    dismissed = Repair.objects.filter(act=RepairAct.DISMISS).count()
    asked = Authorization.objects.filter(state="requested").count()
    refused = PaymentInstruction.objects.filter(state="parked").count()
    waiting = PaymentInstruction.objects.filter(state="pending").count()
    Gauge("ringup_commands_pending", "Commands not yet settled", registry=registry).set(of_orders + of_stock)
    parked = Gauge("ringup_commands_parked", "Commands that wait for an operator", ["kind"], registry=registry)
    for kind in Kind:
        parked.labels(kind=kind).set(stuck_of[CommandState.PARKED, kind])
    for name, meaning, count in (
        (
            "commands_awaiting",
            "Pays that a payment provider is being asked for",
            awaiting,
        ),
        ("commands_dismissed", "Commands that operators gave up, ever", dismissed),
        ("authorizations_requested", "Online tenders that a payment provider has not answered", asked),
        ("payments_pending", "Captures, voids and refunds that no payment provider has confirmed", waiting),
        ("payments_parked", "Captures, voids and refunds that wait for an operator", refused),
    ):
        Gauge(f"ringup_{name}", meaning, registry=registry).set(count)
    for name, meaning, figure in POOL_FIGURES:
        gauge = Gauge(f"ringup_{name}", meaning, ["store"], registry=registry)
        for pool in pools:
            if (value := figure(pool)) is not None:
                gauge.labels(store=pool["store"]).set(value)
    audit.register(registry)
    return registry
