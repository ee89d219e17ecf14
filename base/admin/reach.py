"""Whose rows somebody sees: those of the stores that the user is let on, and in lists those of the one that is chosen
at the top.

Every page asks for its rows by `Kept.get_queryset`, and that asks here: there is no other way to a row. A test walks
every page with two stores and holds each to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

CHOSEN = "store"
"""What the session keeps: the id of the store that lists are narrowed to."""


@dataclass(frozen=True)
class Reach:
    """`stores`: None is every store, those to come too. `chosen`: one of them, None for all. `in_list`: rows are those
    of the chosen one alone; the page of a row is there whichever is chosen."""

    stores: frozenset[int] | None
    chosen: int | None = None
    in_list: bool = False

    @property
    def shown(self) -> frozenset[int] | None:
        return self.stores if self.chosen is None else frozenset([self.chosen])

    @property
    def rows(self) -> frozenset[int] | None:
        return self.shown if self.in_list else self.stores

    @cached_property
    def named(self) -> list[tuple[int, str]]:
        """(id, code) of each, by code."""
        found: Iterable[tuple[int, str]] = import_string(settings.STORES_NAMED)(self.stores)
        return list(found)

    @property
    def tells_stores_apart(self) -> bool:
        return self.chosen is None and len(self.named) > 1


def reach_of(request: Any) -> Reach:
    if not hasattr(request, "reach"):
        request.reach = _reach_of(request)
    reach: Reach = request.reach
    return reach


def as_list(request: Any) -> None:
    """From here on the request sees rows of the store that is chosen alone."""
    request.reach = replace(reach_of(request), in_list=True)


def _reach_of(request: HttpRequest) -> Reach:
    stores = import_string(settings.STORES_OF_USER)(request.user)
    chosen = getattr(request, "session", {}).get(CHOSEN)
    may = chosen is not None and (stores is None or chosen in stores)
    return Reach(stores, chosen if may else None)
