"""What lists are filtered by, and what can be chosen."""

from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, Model, QuerySet
from django.http import HttpRequest


def chosen_from(page: Any, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """The rows that a field or a filter offers: those that the model's own page shows. What has none offers none."""
    if not page.admin_site.is_registered(model):
        return model._default_manager.none()
    rows: QuerySet[Any] = page.admin_site.get_model_admin(model).get_queryset(request)
    return rows


class UtcDays(admin.DateFieldListFilter):
    """Of a row that has no business day: it says by whose midnight it goes."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.title = f"{self.title} (UTC days)"


class Reached(admin.RelatedFieldListFilter):
    """It offers what the user is let on."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return [(row.pk, str(row)) for row in chosen_from(model_admin, field.remote_field.model, request)]


admin.FieldListFilter.register(lambda field: isinstance(field, DateTimeField), UtcDays, take_priority=True)
admin.FieldListFilter.register(lambda field: bool(field.remote_field), Reached, take_priority=True)
