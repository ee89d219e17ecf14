"""The first page, `/`: what this is, where everything is, and whether it runs.

Anybody may read that. What the stores sell and who has to see to something is for people who may see it in the admin.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from base.admin.reach import reach_of
from base.admin.seen import may_add, may_see
from project.console import places
from project.console.checks import Check, checks
from project.console.look import look
from project.console.sentences import sentences
from project.health import broker_notes, database_reasons

SEES_STORES = ("orders.view_order", "orders.view_command")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}


@csrf_exempt  # whoever would change one is told that it is only read
@cache_control(no_store=True)
@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """503 while it takes no orders."""
    down = list(database_reasons())
    troubles = [*down, *broker_notes()]
    told = {"down": down, "troubles": troubles, "places": _places(request), **({} if down else _shop(request))}
    page = render_to_string("console/first.html", told)
    return HttpResponse(page, status=503 if down else 200, headers=HEADERS)


def may_see_stores(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff and user.has_perms(SEES_STORES)


def seen_by(request: HttpRequest, found: list[Check]) -> list[Check]:
    """Those whose pages the user may see."""
    return [check for check in found if not check.page or may_see(request, check.page)]


def link_of(check: Check) -> str:
    """Empty where there is none: Flower has no page of its own here."""
    if not check.page:
        return ""
    address = reverse(f"admin:{check.page}_changelist")
    return f"{address}?{check.query}" if check.query else address


def _shop(request: HttpRequest) -> dict[str, Any]:
    if not may_see_stores(request.user):
        return {"is_staff": request.user.is_staff}
    now, _ = look(reach_of(request).shown)
    flower = places.flower(request)
    found = [(check, link_of(check) or flower) for check in seen_by(request, checks(now))]
    return {
        "is_staff": True,
        "at": now.at,
        "sentences": sentences(now),
        "checks": found,
        "sees": True,
        "may_add": may_add(request, "inventory_store"),
    }


def _places(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(name, address, what it is for)"""
    return [
        ("Till", places.TILL, "sells in this browser, with the network down too; it is begun with a code"),
        ("Back office", places.ADMIN, "orders, stock, terminals, and what needs a person"),
        ("Flower", places.flower(request), "the workers' running tasks"),
        ("API", places.DOCS, "every call, for whoever writes a till"),
        ("Health", places.HEALTH, "whether it takes orders, for programs"),
    ]
