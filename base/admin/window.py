"""What every page of the admin has in common: a window on rows, which are changed by commands and not here."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline

from base.admin.column import Shown, as_written
from base.admin.newest import NewestFirst, Pages

Lookups = Mapping[Callable[[str], Any], Sequence[str]]
LOOKS_BACK = 20_000

UNBROKEN = '<span class="whitespace-nowrap">{}</span>'
_LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'


def link(page: str, id_: object, text: object = None) -> str:
    """A link to a row's page, which is named `app_model`; a dash where there is no such row."""
    if id_ is None:
        return "-"
    return format_html(_LINK, reverse(f"admin:{page}_change", args=[id_]), text or id_)


def link_to(address: str, text: object) -> str:
    return format_html(_LINK, address, text)


def link_to_list(page: str, search: object, text: object) -> str:
    """A link to the list of rows that the search finds."""
    return format_html(_LINK, f"{reverse(f'admin:{page}_changelist')}?{urlencode({'q': search})}", text)


class Kept(ModelAdmin):
    """Rows that nobody deletes here: others refer to them for ever. Counting all of a big table is not worth its time,
    nor is sorting it by another column than the one that it has an index by.

    `found_by`: the readers of a search term, and the fields that what the first fitting one reads is looked up in. In
    a table that grows without end each of them has an index.

    `looks_back`: how many of the newest rows a choice of filters looks through, all without it; `follows_by`: the field
    that the newest are known by. `whole`: choices with an index of their own, which look through all rows: parameter ->
    its values, None where it is absent.
    """

    paginator = Pages
    show_facets = admin.ShowFacets.NEVER
    sortable_by: tuple[str, ...] | None = ()
    looks_back: int | None = None
    follows_by = "id"
    whole: Mapping[str, Collection[str | None]] = {}
    show_full_result_count = False
    list_disable_select_all = True
    list_per_page = 50
    actions_on_top = True
    compressed_fields = True
    found_by: Lookups = {}

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> list[str | Shown]:
        return _as_written(self.model, super().get_list_display(request))

    def get_list_select_related(self, request: HttpRequest) -> Sequence[str] | bool:
        """What a row shows is written as its store writes."""
        return with_store(self.model, super().get_list_select_related(request) or ())

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        return _as_written(self.model, super().get_readonly_fields(request, obj))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        """What can be changed here is a form's."""
        fields: Sequence[str | Shown] = super().get_fields(request, obj)
        if not self.has_change_permission(request, obj):
            return _as_written(self.model, fields)
        fixed = set(self.get_readonly_fields(request, obj))
        return [_if_fixed(self.model, field, fixed) for field in fields]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fixed = set(self.get_readonly_fields(request, obj))
        return [
            (title, {**options, "fields": [_if_fixed(self.model, field, fixed) for field in options["fields"]]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One that names no right of its own changes what is chosen."""
        actions: dict[str, Any] = super().get_actions(request)
        if self.has_change_permission(request):
            return actions
        return {name: one for name, one in actions.items() if getattr(one[0], "allowed_permissions", None)}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NewestFirst]:
        return NewestFirst

    def is_whole(self, request: HttpRequest) -> bool:
        """Whether a choice looks through all rows."""
        return self.looks_back is None or any(request.GET.get(name) in values for name, values in self.whole.items())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Who chooses among the newest rows is told so."""
        page: HttpResponse = super().changelist_view(request, extra_context)
        rows = getattr(page, "context_data", {}).get("cl")
        if rows and rows.oldest is not None:
            told = f"Chosen from the newest {self.looks_back:,} rows. What is older is found by the search."
            self.message_user(request, told, messages.INFO)
        return page

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Any makes the search box appear."""
        return [field for fields in self.found_by.values() for field in fields]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        term = search_term.strip()
        return (self.find(queryset, term) if term else queryset), False

    def find(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        for reader, fields in self.found_by.items():
            try:
                value = reader(term)
            except ValueError:
                continue
            return rows.filter(Q.create([(field, value) for field in fields], connector=Q.OR))
        return rows.none()


class Window(Kept):
    """Rows to look at. There may be millions."""

    looks_back = LOOKS_BACK

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Pane(TabularInline):
    """Rows to look at on the page of what they belong to."""

    extra = 0
    can_delete = False
    tab = True

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        return _as_written(self.model, self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        return self.get_fields(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*with_store(self.model, ()))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def with_store(model: type[Model], related: Sequence[str]) -> Sequence[str]:
    has_store = any(field.name == "store" for field in model._meta.get_fields())
    return [*related, "store"] if has_store and "store" not in related else related


def _as_written(model: type[Model], fields: Iterable[str | Shown]) -> list[str | Shown]:
    return [_one_as_written(model, field) for field in fields]


def _if_fixed(model: type[Model], field: str | Shown, fixed: Collection[str | Shown]) -> str | Shown:
    return shown if (shown := _one_as_written(model, field)) in fixed else field


def _one_as_written(model: type[Model], field: str | Shown) -> str | Shown:
    return as_written(model, field) if isinstance(field, str) else field


class UtcDays(admin.DateFieldListFilter):
    """Of a row that has no business day: it says by whose midnight it goes."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.title = f"{self.title} (UTC days)"


admin.FieldListFilter.register(lambda field: isinstance(field, DateTimeField), UtcDays, take_priority=True)


def whole_number(term: str) -> int:
    """Only what a bigint can hold; anything else is looked up as text."""
    if not term.isascii() or not term.isdecimal() or int(term) >= 2**63:
        raise ValueError(term)
    return int(term)


def words(term: str) -> str:
    """A number in quotes is text."""
    return term.strip('"')


identifier = UUID
