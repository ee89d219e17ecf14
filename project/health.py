"""Three addresses for whoever watches the web server: alive, ready, figures."""

from collections.abc import Iterator

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from redis.backoff import NoBackoff
from redis.retry import Retry

from orders.models import Command, InvoiceNumber

BROKER_ANSWERS_WITHIN_S = 2


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
    """This process's own figures, then the pipeline's, which are the same whichever process is asked."""
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(pipeline()), content_type=CONTENT_TYPE_LATEST)


def database_reasons() -> Iterator[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield "migrations are not applied"
    except DatabaseError:
        yield "the database does not answer"


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


def pipeline() -> CollectorRegistry:
    registry = CollectorRegistry()
    # Each count has the shape of a partial index, so that it does not grow with history.
    pending = Command.objects.filter(state="pending")
    of_orders, of_stock = (pending.filter(order__isnull=value).count() for value in (False, True))
    parked = Command.objects.filter(state="parked", dismissed_at__isnull=True).count()
    Gauge("ringup_commands_pending", "Commands not yet settled", registry=registry).set(of_orders + of_stock)
    Gauge("ringup_commands_parked", "Commands that wait for an operator", registry=registry).set(parked)
    free = Gauge("ringup_invoice_numbers_free", "Invoice numbers left", ["store"], registry=registry)
    counted = InvoiceNumber.objects.filter(state="free").values("store__code").annotate(count=Count("id"))
    for store, count in counted.values_list("store__code", "count"):
        free.labels(store=store).set(count)
    return registry
