"""Rows on the page of what they belong to."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from base.admin.column import Shown, all_as_written, with_store
from base.admin.reach import reach_of


class Pane(TabularInline):
    """Rows to look at on the page of what they belong to."""

    extra = 0
    can_delete = False
    tab = True

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        return all_as_written(self.model, self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        return self.get_fields(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        if (stores := reach_of(request).stores) is not None:
            rows = rows.filter(store__in=stores)
        return rows.select_related(*with_store(self.model, ()))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
