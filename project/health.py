"""Two addresses for whoever watches the web server: alive, and ready."""

from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from base.broker.choose import broker_at
from base.broker.port import BrokerFault

BROKER_ANSWERS_WITHIN_S = 2


@csrf_exempt  # whoever would change one is told that it is only read
@cache_control(no_store=True)  # what was so a minute ago is no answer
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. It says nothing about what stands behind it, which a restart would not mend."""
    return JsonResponse({"alive": True})


@csrf_exempt
@cache_control(no_store=True)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    reasons = [*database_reasons(), *broker_reasons()]
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


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
        broker_at(settings.BROKER_URL).ping(within_s=BROKER_ANSWERS_WITHIN_S)
    except BrokerFault:
        yield "the broker does not answer"
