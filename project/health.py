"""Two addresses for whoever watches the web server: alive, and ready."""

from collections.abc import Iterator
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

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
        with redis.Redis.from_url(
            settings.BROKER_URL,
            socket_timeout=BROKER_ANSWERS_WITHIN_S,
            socket_connect_timeout=BROKER_ANSWERS_WITHIN_S,
            retry=Retry(NoBackoff(), 0),
        ) as broker:
            broker.ping()
    except redis.RedisError:
        yield "the broker does not answer"
