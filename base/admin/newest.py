"""Lists of what grows without end: a page of them is found at once, and a choice looks through the newest rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import ValidationError
from django.core.paginator import EmptyPage, Page
from django.db import DataError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

PAGES_MAX = 200
"""Whoever looks for something older has a search, which finds it at once."""


class Pages(InfinitePaginator):
    """Rows are found by their keys first: what is shown beside them is joined to those of the page alone."""

    def validate_number(self, number: Any) -> int:
        valid: int = super().validate_number(number)
        if valid > PAGES_MAX:
            raise EmptyPage(f"There are {PAGES_MAX} pages at most.")
        return valid

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = list(self.object_list.values_list("pk", flat=True)[first : first + self.per_page])
        page: Page[Any] = self._get_page(self.object_list.filter(pk__in=keys), number, self)
        return page


class NewestFirst(ChangeList):
    """`oldest`: where the rows end that a choice has looked through; None where it has looked through all."""

    oldest: Any = None

    def get_results(self, request: HttpRequest) -> None:
        """Nobody has counted all, so the heading says no number."""
        with asked(self.get_filters_params()):
            super().get_results(request)
        self.full_result_count = self.result_count

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """An order that no column offers is not asked for either."""
        if not self.sortable_by:
            self.params.pop(ORDER_VAR, None)
        ordering: list[Any] = super().get_ordering(request, queryset)
        return ordering

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str | None] | None = None) -> QuerySet[Any]:
        with asked(self.get_filters_params()):
            rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        if self.query or not self.get_filters_params() or self.model_admin.is_whole(request):
            return rows
        self.oldest = oldest_of_newest(self.root_queryset, self.model_admin.follows_by, self.model_admin.looks_back)
        return since(rows, self.model_admin.follows_by, self.oldest)


@contextmanager
def asked(lookups: Any) -> Iterator[None]:
    """What an address asks for may be what no row can hold, as a year of five digits or a number of twenty: then the
    list is shown without it. Whatever asks by lookups of an address asks in here."""
    if not lookups:
        yield
        return
    try:
        with transaction.atomic():
            yield
    except (DataError, OverflowError, TypeError, ValidationError, ValueError) as error:
        raise IncorrectLookupParameters from error


def oldest_of_newest(rows: QuerySet[Any], field: str, count: int) -> Any:
    """The `field` of the last of the newest so many rows; None where there are no more than those."""
    return rows.order_by(f"-{field}").values_list(field, flat=True)[count - 1 : count].first()


def since(rows: QuerySet[Any], field: str, oldest: Any) -> QuerySet[Any]:
    return rows if oldest is None else rows.filter(**{f"{field}__gte": oldest})


def newest(model: type[Model], rows: QuerySet[Any], *, field: str, count: int) -> QuerySet[Any]:
    """Those of the rows that are among the newest so many of their table."""
    return since(rows, field, oldest_of_newest(model._default_manager.all(), field, count))
