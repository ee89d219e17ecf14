"""Terminals: made with a key that is shown once, given a new one or a code to get it by, and revoked for good."""

from datetime import timedelta
from typing import Any

import segno
from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from unfold.decorators import action

from base.admin.column import instant_of
from base.admin.plain import as_a_call
from base.admin.window import Kept, Window, link, link_to_list, words
from orders.commands.core.roles import Role
from orders.terminals.db.enrol import give_code
from orders.terminals.db.keys import OLD_KEY_LASTS, create_terminal, revoke_terminal, rotate_key
from orders.terminals.models import Terminal, TerminalKey


class TerminalForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_name(self) -> str:
        return as_a_call(self.cleaned_data["name"])


class TerminalAdmin(Kept):
    """A terminal without what it sold: orders.journal.admin.terminals shows that too, and is what is registered."""

    form = TerminalForm
    list_display: tuple[str, ...] = ("name", "role", "store", "key", "last_used_at", "revoked_at")
    list_select_related = ("store",)
    list_filter = ("role", "store", ("revoked_at", admin.EmptyFieldListFilter))
    ordering = ("store", "name")
    sortable_by = None
    found_by = {words: ["name__folded__contains", "keys__hint"]}
    actions = ("enrol", "renew", "replace", "revoke")
    fields: tuple[str, ...] = (*list_display, "created_at", "drawer", "closings")
    add_fieldsets = ((None, {"fields": ("store", "name", "role")}),)

    def has_change_permission(self, request: HttpRequest, obj: Terminal | None = None) -> bool:
        return False

    def has_enrol_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.enrol_terminal")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.revoke_terminal")

    def save_model(self, request: Any, obj: Terminal, form: object, change: bool) -> None:
        request.new_key = create_terminal(store_id=obj.store_id, name=obj.name, role=Role(obj.role))
        obj.pk = Terminal.objects.values_list("pk", flat=True).get(store=obj.store_id, name=obj.name)

    @admin.display(description="Key")
    def key(self, terminal: Any) -> str:
        """The beginning of the newest one."""
        return f"{terminal.newest_hint}..." if terminal.newest_hint else "none yet"

    @admin.display(description="drawer")
    def drawer(self, terminal: Any) -> str:
        return link("orders_drawer", terminal.pk if hasattr(terminal, "drawer") else None, "its drawer")

    @admin.display(description="closings")
    def closings(self, terminal: Any) -> str:
        return link_to_list("orders_closing", terminal.name, "closings of its drawer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        newest = TerminalKey.objects.filter(terminal=OuterRef("pk"), valid_until=None).values("hint")
        terminals: QuerySet[Any] = super().get_queryset(request)
        return terminals.annotate(newest_hint=Subquery(newest))  # type: ignore[no-any-return]

    def response_add(self, request: Any, obj: Terminal, post_url_continue: str | None = None) -> HttpResponse:
        """No redirect: the key would have to be kept for the next page."""
        return self._show(request, obj, "key", key=request.new_key, title="Terminal made")

    @action(description="Give a code to enrol with, the old key ends when it is used", permissions=["enrol"])
    def enrol(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> HttpResponse | None:
        chosen = list(queryset[:2])
        coded = give_code(chosen[0].pk, store_id=chosen[0].store_id) if len(chosen) == 1 else None
        if coded is None:
            self._ask_for_one(request)
            return None
        drawn = segno.make_qr(coded.code).svg_inline(scale=6, light="#fff")
        shown = {"code": coded.code, "expires_at": instant_of(chosen[0], coded.expires_at), "drawn": drawn}
        return self._show(request, chosen[0], "code", title="Code to enrol with", **shown)

    @action(description="Give a new key, the old one works for ten more minutes", permissions=["enrol"])
    def renew(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> HttpResponse | None:
        return self._rotate(request, queryset, OLD_KEY_LASTS)

    @action(description="Give a new key, the old one ends at once", permissions=["enrol"])
    def replace(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> HttpResponse | None:
        return self._rotate(request, queryset, timedelta())

    def _rotate(self, request: HttpRequest, queryset: QuerySet[Terminal], lasts: timedelta) -> HttpResponse | None:
        chosen = list(queryset[:2])
        rotated = rotate_key(chosen[0].pk, own_key=None, old_key_lasts=lasts) if len(chosen) == 1 else None
        if rotated is None:
            self._ask_for_one(request)
            return None
        until = instant_of(chosen[0], rotated.old_key_valid_until) if lasts else None
        shown = {"key": rotated.key, "old_key_valid_until": until}
        return self._show(request, chosen[0], "key", title="New key", **shown)

    def _ask_for_one(self, request: HttpRequest) -> None:
        self.message_user(request, "Choose one terminal that is not revoked.", messages.WARNING)

    def _show(self, request: HttpRequest, terminal: Terminal, page: str, **told: Any) -> HttpResponse:
        """What is shown this once."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "terminal": terminal, **told}
        answer = TemplateResponse(request, f"admin/orders/terminal/{page}.html", context)
        add_never_cache_headers(answer)
        return answer

    @action(description="Revoke keys for good", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> None:
        revoked = sum(revoke_terminal(store_id=one.store_id, name=one.name) for one in queryset)
        self.message_user(request, f"{revoked} revoked.", messages.SUCCESS if revoked else messages.INFO)


@admin.register(TerminalKey)
class TerminalKeyAdmin(Window):
    """Which keys work, by their first characters."""

    of_store = "terminal__store"
    list_display = ("hint", "terminal", "created_at", "used_at", "valid_until")
    list_select_related = ("terminal__store",)
    list_filter = ("terminal__store",)
    ordering = ("-id",)
    found_by = {words: ["hint", "terminal__name__folded__contains"]}
    fields = list_display
