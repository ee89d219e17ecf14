"""Commands by what made a worker begin them anew."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from orders.journal.models import Command

ANY = "any"


class CauseFilter(admin.SimpleListFilter):
    """By the first line of what went wrong: the console tells which there are."""

    title = "begun anew"
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        chosen = request.GET.get(self.parameter_name)
        return [(ANY, "Whatever the cause"), *([(chosen, chosen)] if chosen not in (None, ANY) else ())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Command]) -> QuerySet[Command]:
        if not (cause := self.value()):
            return queryset
        begun_anew = queryset.filter(attempts__gt=0)
        of_cause = Q(last_error=cause) | Q(last_error__startswith=f"{cause}\n")
        return begun_anew if cause == ANY else begun_anew.filter(of_cause)
