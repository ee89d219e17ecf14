"""What every page of the admin has in common: a window on rows, which are changed by commands and not here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.views.main import ERROR_FLAG
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from base.admin.column import Shown, all_as_written, has_store, if_fixed, store_by, with_store
from base.admin.filters import chosen_from
from base.admin.newest import NewestFirst, Pages, asked
from base.admin.reach import as_list, reach_of

Lookups = Mapping[Callable[[str], Any], Sequence[str]]
LOOKS_BACK = 20_000

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

    `of_store`: how a row leads to its store; what leads to none is of the whole house, for who reaches every store.

    `looks_back`: how many of the newest rows a choice of filters looks through, all without it; `follows_by`: the field
    that the newest are known by. `whole`: choices with an index of their own, which look through all rows: parameter ->
    its values, None where it is absent.
    """

    paginator = Pages
    show_facets = admin.ShowFacets.NEVER
    sortable_by: tuple[str, ...] | None = ()
    looks_back: int | None = None
    follows_by = "id"
    of_store: str | None = None
    whole: Mapping[str, Collection[str | None]] = {}
    show_full_result_count = False
    list_disable_select_all = True
    list_per_page = 50
    actions_on_top = True
    compressed_fields = True
    found_by: Lookups = {}

    def __init__(self, model: type[Model], site: AdminSite) -> None:
        super().__init__(model, site)
        if self.of_store is None and has_store(model):
            self.of_store = "store"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.reached(request, super().get_queryset(request))

    def reached(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that are of stores which the user is let on."""
        reach = reach_of(request)
        if self.of_store is None:
            return rows if reach.stores is None else rows.none()
        return rows if reach.rows is None else rows.filter(**{f"{self.of_store}__in": reach.rows})

    def is_in_reach(self, request: HttpRequest) -> bool:
        """Whether the page is for this user at all."""
        return self.of_store is not None or reach_of(request).stores is None

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.is_in_reach(request) and bool(super().has_view_permission(request, obj))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"store": reach_of(request).chosen, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **named: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **_choices(self, db_field, request, named))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **named: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **_choices(self, db_field, request, named))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: object, object_id: str) -> HttpResponse:
        """A row of another store is as one that there is not."""
        raise Http404

    def get_list_display(self, request: HttpRequest) -> list[str | Shown]:
        """With the store where rows of several are shown, and without it where all are of one."""
        columns = [column for column in super().get_list_display(request) if column != self.of_store]
        if self.of_store not in (None, "pk") and reach_of(request).tells_stores_apart:
            columns.append(store_by(self.of_store))
        return all_as_written(self.model, columns)

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        filters: Sequence[Any] = super().get_list_filter(request)
        return [one for one in filters if one != self.of_store or reach_of(request).tells_stores_apart]

    def get_list_select_related(self, request: HttpRequest) -> Sequence[str] | bool:
        """What a row shows is written as its store writes."""
        return with_store(self.model, super().get_list_select_related(request) or ())

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        return all_as_written(self.model, super().get_readonly_fields(request, obj))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        """What can be changed here is a form's."""
        fields: Sequence[str | Shown] = super().get_fields(request, obj)
        if not self.has_change_permission(request, obj):
            return all_as_written(self.model, fields)
        fixed = set(self.get_readonly_fields(request, obj))
        return [if_fixed(self.model, field, fixed) for field in fields]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fixed = set(self.get_readonly_fields(request, obj))
        return [
            (title, {**options, "fields": [if_fixed(self.model, field, fixed) for field in options["fields"]]})
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

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Rows that there cannot be are chosen by nobody who ticks them."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        try:
            with asked(chosen):
                queryset.filter(pk__in=chosen).exists()
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        answer: HttpResponse | None = super().response_action(request, queryset)
        return answer

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Who chooses among the newest rows is told so, and who finds none in the store that is chosen."""
        as_list(request)
        page: HttpResponse = super().changelist_view(request, extra_context)
        rows = getattr(page, "context_data", {}).get("cl")
        if rows and rows.oldest is not None:
            told = f"Chosen from the newest {self.looks_back:,} rows. What is older is found by the search."
            self.message_user(request, told, messages.INFO)
        if rows and not rows.result_list and self.of_store and reach_of(request).chosen is not None:
            self.message_user(request, "Only the store that is chosen above was looked through.", messages.INFO)
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


def _choices(page: ModelAdmin, field: Any, request: HttpRequest, named: dict[str, Any]) -> dict[str, Any]:
    """What can be chosen is what its own page shows."""
    return {"queryset": chosen_from(page, field.remote_field.model, request), **named}


def whole_number(term: str) -> int:
    """Only what a bigint can hold; anything else is looked up as text."""
    if not term.isascii() or not term.isdecimal() or int(term) >= 2**63:
        raise ValueError(term)
    return int(term)


def words(term: str) -> str:
    """A number in quotes is text."""
    return term.strip('"')


identifier = UUID
