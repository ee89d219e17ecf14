"""What somebody who is signed in is told instead of a page of the admin: in its frame, with a way back."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from project.console.places import ADMIN

NOT_YOURS = "Your groups do not let you see or do this. Whoever manages the users can change that."
NOT_THERE = "There is nothing at this address, or it belongs to a store that is not yours."


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_in_the_admin(request):
        return defaults.permission_denied(request, exception)
    return _told(request, 403, "Not yours to see or do", NOT_YOURS)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_in_the_admin(request):
        return defaults.page_not_found(request, exception)
    return _told(request, 404, "Not found", NOT_THERE)


def _is_in_the_admin(request: HttpRequest) -> bool:
    return request.path.startswith(ADMIN) and admin.site.has_permission(request)


def _told(request: HttpRequest, status: int, title: str, why: str) -> HttpResponse:
    context: dict[str, Any] = {**admin.site.each_context(request), "title": title, "why": why}
    return render(request, "admin/refused.html", context, status=status)
