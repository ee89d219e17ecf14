"""Two addresses for whoever watches the web server: alive, and ready."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Event

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from project import pooler
from project.broker import does_answer
from project.upgrade import schema

has_served = Event()
"""Whoever serves goes on though a pooler's new connections are not as they have to be: a shop that is slower is better
than none."""


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
    """`notes`: what is no reason to send nobody here, as newer tables while the next release comes, or a broker that is
    away: commands are taken and stored without it, and a proxy that passed over all web servers would refuse them."""
    reasons = [*database_reasons()]
    notes = [] if reasons else [*database_notes(), *broker_notes()]
    if not reasons:
        has_served.set()
    return JsonResponse({"ready": not reasons, "reasons": reasons, "notes": notes}, status=503 if reasons else 200)


def database_reasons() -> Iterator[str]:
    try:
        if lack := schema.lack(schema.applied()):
            yield lack
        if not has_served.is_set() and (lack := pooler.lack()):
            yield lack
    except DatabaseError:
        yield "the database does not answer"


def database_notes() -> Iterator[str]:
    with suppress(DatabaseError):
        if schema.is_newer(schema.applied()):
            yield schema.NEWER
        if has_served.is_set() and (lack := pooler.lack()):
            yield lack


def broker_notes() -> Iterator[str]:
    if not does_answer():
        yield "the broker does not answer"
