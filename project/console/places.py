"""Where things are, as a person finds them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from project import env as environment

TILL, ADMIN, DOCS, HEALTH, METRICS = "/till/", "/admin/", "/api/v1/docs", "/readyz", "/metrics"


def flower(request: HttpRequest) -> str:
    """It is reached on the host that this server is reached on."""
    host = request.get_host().partition(":")[0]
    return f"{request.scheme}://{host}:{environment.current().flower_port}/"


@csrf_exempt  # whoever would change one is told that it is only read
@require_safe
def to_flower(request: HttpRequest, path: str) -> HttpResponse:
    """Pages link to a task there without knowing where it is."""
    return redirect(f"{flower(request)}{path}")
