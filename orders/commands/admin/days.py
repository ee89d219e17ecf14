"""Lists by business day: a store's day ends by its own clock, wherever the server stands. A day that no choice names is
asked for in the address, as `?on=2026-11-21`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from inventory.models import Store
from orders.commands.core.days import Calendar

CHOICES = {
    "today": "Today",
    "yesterday": "Yesterday",
    "week": "Past 7 days",
    "month": "This month",
    "year": "This year",
}


class OrderDay(admin.SimpleListFilter):
    title = "business day, by its store's clock"
    parameter_name = "on"
    field = "business_day"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        named = _named(request.GET.get(self.parameter_name))
        return [*CHOICES.items(), *([(named.isoformat(), named.isoformat())] if named else [])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        choice = self.value()
        if named := _named(choice):
            return queryset.filter(**{self.field: named})
        if choice not in CHOICES:
            return queryset
        chosen = Q()
        for today, store_ids in _todays().items():
            first, last = _span(str(choice), today)
            chosen |= Q(store__in=store_ids, **{f"{self.field}__range": (first, last)})
        return queryset.filter(chosen)


class EntryDay(OrderDay):
    field = "day"


class MoneyDay(OrderDay):
    """Of rows that bear no day of their own: the one in which they were made, by their store's clock."""

    field = "created_at"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        choice = self.value()
        named = _named(choice)
        if not named and choice not in CHOICES:
            return queryset
        chosen = Q()
        for store_id, calendar in _calendars().items():
            first, last = (named, named) if named else _span(str(choice), calendar.day_of(timezone.now()))
            within = (calendar.end_of(first - timedelta(days=1)), calendar.end_of(last))
            chosen |= Q(store=store_id, **{f"{self.field}__gte": within[0], f"{self.field}__lt": within[1]})
        return queryset.filter(chosen)


def _named(choice: str | None) -> date | None:
    try:
        named = date.fromisoformat(choice or "")
    except ValueError:
        return None
    return named if named.isoformat() == choice else None


def _todays() -> dict[date, list[int]]:
    """What day it is now -> in which stores."""
    todays, now = defaultdict[date, list[int]](list), timezone.now()
    for id_, calendar in _calendars().items():
        todays[calendar.day_of(now)].append(id_)
    return todays


def _calendars() -> dict[int, Calendar]:
    """By store."""
    stores = Store.objects.values_list("id", "time_zone", "day_starts_at")
    return {id_: Calendar(ZoneInfo(zone), starts_at) for id_, zone, starts_at in stores}


def _span(choice: str, today: date) -> tuple[date, date]:
    match choice:
        case "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1)
        case "week":
            return today - timedelta(days=6), today
        case "month":
            return today.replace(day=1), today
        case "year":
            return today.replace(month=1, day=1), today
    return today, today
