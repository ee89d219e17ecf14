"""Which store lists and the console show: chosen at the top of every page, and kept until somebody signs out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from base.admin.reach import CHOSEN, reach_of
from project.console.places import ADMIN

ID_LENGTH_MAX = 18
"""Digits that a bigint can hold."""


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """One store, or all that the user is let on where none is named. Back to the page that asked."""
    asked, back = request.POST.get("store", ""), request.POST.get("next", "")
    stores = reach_of(request).stores
    store = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= ID_LENGTH_MAX else None
    request.session[CHOSEN] = store if stores is None or store in stores else None
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ADMIN)


def switch(request: HttpRequest) -> dict[str, Any]:
    """For the top of every page; nothing where there is nothing to choose."""
    if not admin.site.has_permission(request):
        return {}
    reach = reach_of(request)
    return {"stores": reach.named if len(reach.named) > 1 else [], "store": reach.chosen}
