"""The usual Django views: one does the work while the till waits, one leaves it to a Celery task."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from benchmarks.baselines.sale import Refused, sell
from benchmarks.baselines.tasks import sell as sell_task
from orders.models import Terminal
from orders.terminals.db.reads import key_hash


@require_GET
def healthz(_: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@require_POST
def sell_now(request: HttpRequest) -> HttpResponse:
    terminal = authenticated(request)
    if terminal is None:
        return HttpResponse(status=401)
    try:
        result = sell(terminal, json.loads(request.body))
    except Refused as refused:
        return JsonResponse({"detail": str(refused)}, status=409)
    return JsonResponse(result, status=201)


@require_POST
def sell_later(request: HttpRequest) -> HttpResponse:
    terminal = authenticated(request)
    if terminal is None:
        return HttpResponse(status=401)
    queued = sell_task.delay(terminal_id=terminal.id, sale=json.loads(request.body))
    return JsonResponse({"task_id": queued.id}, status=202)


def authenticated(request: HttpRequest) -> Terminal | None:
    _, _, key = request.headers.get("Authorization", "").partition(" ")
    return Terminal.objects.filter(keys__key_hash=key_hash(key), revoked_at=None).first()
