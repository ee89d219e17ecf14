"""Which pages of the admin somebody may see: what the page itself says of it."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest


def may_see(request: HttpRequest, page: str) -> bool:
    """`page`: as `orders_command`."""
    return bool(_page(page).has_view_permission(request))


def may_add(request: HttpRequest, page: str) -> bool:
    return bool(_page(page).has_add_permission(request))


def _page(page: str) -> "admin.ModelAdmin[Any]":
    app, _, model = page.rpartition("_")
    return admin.site.get_model_admin(apps.get_model(app, model))
