"""Every list of the admin, with each choice of its filters and each way to search it, and every page of a row."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory
from django.urls import resolve, reverse

from base.admin.window import Kept
from tests.support.grown.plans import held

pytestmark = pytest.mark.usefixtures("grown_database")

OPERATOR = User(username="night shift", is_staff=True, is_superuser=True)
WINDOWS = [
    model
    for app in ("inventory", "orders", "django_celery_results")
    for model in apps.get_app_config(app).get_models()
    if isinstance(admin.site._registry.get(model), Kept)
]
SEARCHED = [
    model for model in WINDOWS if isinstance(window := admin.site._registry.get(model), Kept) and window.found_by
]
SOUGHT = {
    "nothing": "no such thing",
    "number": "500500",
    "order": "01890001-0000-7000-8000-00000007a314",
    "sku": "SKU-000001",
    "till": "till 0",
    "reference": "web-500006",
    "invoice": "INV-1-00500500",
    "key": "sale-500500",
    "name": "für die strasse",
}
SORTED_BADLY = {"o": "1.2"}
FAR_DOWN = {"p": "200"}


def asked(model: type[Model], query: dict[str, str]) -> Any:
    """The admin's list as it reads its rows."""
    request = RequestFactory().get(reverse(_page(model, "changelist")), query)
    request.user = OPERATOR
    rows = admin.site._registry[model].get_changelist_instance(request)
    list(rows.result_list)
    return rows


def choices(rows: Any) -> Iterator[str]:
    for filter_ in rows.filter_specs:
        yield from (choice["query_string"] for choice in filter_.choices(rows) if choice.get("query_string"))


@pytest.mark.parametrize("model", WINDOWS)
def test_each_choice(model: type[Model]) -> None:
    rows = held(partial(asked, model, {}))
    for query in sorted(set(choices(rows))):
        held(partial(asked, model, dict(parse_qsl(query.removeprefix("?")))))


@pytest.mark.parametrize("model", WINDOWS)
def test_other_orders_and_pages_far_down(model: type[Model]) -> None:
    for query in (SORTED_BADLY, FAR_DOWN):
        held(partial(asked, model, query))


@pytest.mark.parametrize("model", SEARCHED)
def test_each_search(model: type[Model]) -> None:
    for term in SOUGHT.values():
        held(partial(asked, model, {"q": term}))


@pytest.mark.parametrize("model", WINDOWS)
def test_each_page(model: type[Model]) -> None:
    """The list as it is shown, with what stands above it, and the page of the newest row."""
    held(partial(_shown, reverse(_page(model, "changelist"))))
    if row := model._default_manager.order_by("-pk").first():
        held(partial(_shown, reverse(_page(model, "change"), args=[row.pk])))


def _shown(url: str) -> None:
    request = RequestFactory().get(url)
    request.user, request.resolver_match = OPERATOR, resolve(url)
    view, args, kwargs = request.resolver_match
    view(request, *args, **kwargs).render()


def _page(model: type[Model], kind: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
