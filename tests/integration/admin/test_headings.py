"""What stands above a column of the admin reads as words."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db.models import Model
from django.test import Client

from orders.audit.db.rounds import current_look, current_round
from tests.support.admin import in_one_store

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in {"inventory", "orders"}]
OF_PROGRAMS = re.compile(r".*( minor| s)|(looked|ended) (examined|drifts)")


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_heading_is_a_programs_name_for_a_field(model: type[Model]) -> None:
    shown = admin.site._registry[model]
    columns = shown.get_list_display(in_one_store())
    headings = {str(label_for_field(name, model, model_admin=shown)) for name in columns}
    assert not {heading for heading in headings if OF_PROGRAMS.fullmatch(heading)}


@pytest.mark.parametrize(
    ("page", "headings"),
    [
        ("auditlook", ["Began at", "Source", "Examined so far", "Drifts so far", "Drifts in the last look"]),
        ("auditround", ["Began at", "Walk", "Examined so far", "Drifts so far", "Drifts in the last round"]),
    ],
)
def test_the_audits_pages_tell_the_last_one_from_the_one_that_goes_on(
    operator: Client, page: str, headings: list[str]
) -> None:
    current_look()
    current_round()
    for address in ("", "1/change/"):
        text = unescape(operator.get(f"/admin/orders/{page}/{address}").content.decode()).casefold()
        assert not [heading for heading in headings if heading.casefold() not in text]
