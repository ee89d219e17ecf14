"""Where things are, as a person finds them."""

from django.http import HttpRequest

from project import env as environment

TILL, ADMIN, DOCS, HEALTH, METRICS = "/till/", "/admin/", "/api/v1/docs", "/readyz", "/metrics"


def flower(request: HttpRequest) -> str:
    """It is reached on the host that this server is reached on."""
    host = request.get_host().partition(":")[0]
    return f"{request.scheme}://{host}:{environment.current().flower_port}/"
