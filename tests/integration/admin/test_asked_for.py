"""What an address asks for that no row can hold is not found, and ends no page."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.db.models import DateField, DateTimeField, Model
from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db

NUMBERS = ("99999999999999999999", "-99999999999999999999", "x", "1e400", "²")
DAYS = {"year": "99999", "month": "99999999999999999999", "date": "99999-01-01", "gte": "x", "week": "-1"}


def lookups(model: type[Model]) -> Iterator[tuple[str, str]]:
    for number in NUMBERS:
        yield "pk__exact", number
        yield "pk__in", f"1,{number}"
    field: Any
    for field in model._meta.concrete_fields:
        if field.is_relation:
            for number in NUMBERS:
                yield f"{field.name}__{field.target_field.name}__exact", number
        elif isinstance(field, DateField):
            for lookup, value in DAYS.items():
                if isinstance(field, DateTimeField) or lookup != "date":
                    yield f"{field.name}__{lookup}", value
        else:
            yield field.name, NUMBERS[0]
            yield f"{field.name}__gte", NUMBERS[0]


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label_lower)
def test_every_list_holds_whatever_is_asked_of_it(model: type[Model], rf: RequestFactory) -> None:
    page: Any = admin.site.get_model_admin(model)
    for name, value in lookups(model):
        request: Any = rf.get("/", {name: value})
        request.user = User(is_superuser=True, is_active=True)
        with suppress(IncorrectLookupParameters, DisallowedModelAdminLookup):
            changelist = page.get_changelist_instance(request)
            assert all(list(spec.choices(changelist)) for spec in changelist.filter_specs)


@pytest.mark.parametrize("asked", ["created_at__year=99999", "store__id__exact=99999999999999999999", "q=x&id__gte=x"])
def test_a_browser_is_led_to_the_list(operator: Client, asked: str) -> None:
    answer = operator.get(f"/admin/orders/order/?{asked}", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain in ([], [("/admin/orders/order/?e=1", 302)])


@pytest.mark.parametrize("pk", NUMBERS)
def test_no_row_is_chosen_that_there_cannot_be(operator: Client, pk: str) -> None:
    for page, action in {"inventory/lowstock": "acknowledge", "orders/command": "retry_parked"}.items():
        given = {"action": action, "_selected_action": [pk], "index": "0", "reason": "x"}
        assert operator.post(f"/admin/{page}/", given, follow=True).status_code == 200
        assert operator.get(f"/admin/{page}/{pk}/change/").status_code == 404
