"""Terminals: made with a key that is shown once, and revoked for good."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.decorators import action

from inventory.admin.window import Kept, words
from orders.core.roles import Role
from orders.db.terminals import create_terminal, revoke_terminal
from orders.models import Terminal


@admin.register(Terminal)
class TerminalAdmin(Kept):
    list_display = ("name", "role", "store", "key_hint", "last_used_at", "created_at", "revoked_at")
    list_select_related = ("store",)
    list_filter = ("role", "store", ("revoked_at", admin.EmptyFieldListFilter))
    ordering = ("store", "name")
    found_by = {words: ["name__icontains", "key_hint"]}
    actions = ("revoke",)
    fields = list_display
    add_fieldsets = ((None, {"fields": ("store", "name", "role")}),)

    def has_change_permission(self, request: HttpRequest, obj: Terminal | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_terminal")

    def save_model(self, request: Any, obj: Terminal, form: object, change: bool) -> None:
        request.new_key = create_terminal(store_id=obj.store_id, name=obj.name, role=Role(obj.role))
        obj.pk = Terminal.objects.values_list("pk", flat=True).get(store=obj.store_id, name=obj.name)

    def response_add(self, request: Any, obj: Terminal, post_url_continue: str | None = None) -> HttpResponse:
        """No redirect: the key would have to be kept for the next page."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Terminal made",
            "terminal": obj,
            "key": request.new_key,
        }
        return TemplateResponse(request, "admin/orders/terminal/key.html", context)

    @action(description="Revoke keys for good", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> None:
        revoked = sum(revoke_terminal(store_id=one.store_id, name=one.name) for one in queryset)
        self.message_user(request, f"{revoked} revoked.", messages.SUCCESS if revoked else messages.INFO)
