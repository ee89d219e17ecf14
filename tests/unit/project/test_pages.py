"""What a page is asked for by its address."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from project.browser.pages import storable


def asked(address: str) -> int:
    def page(_: HttpRequest) -> HttpResponse:
        return HttpResponse("a page")

    return storable(page)(RequestFactory().get(address)).status_code


@pytest.mark.parametrize("query", ["task=%00", "status=a%00b", "status=PENDING&status=%00"])
def test_a_filter_for_a_nul_is_refused(query: str) -> None:
    assert asked(f"/admin/django_celery_results/taskresult/?{query}") == 400


@pytest.mark.parametrize("query", ["", "q=%00", "task=upkeep.sweep", "task=0", "task=%2500"])
def test_what_else_is_asked_for_is_left_to_the_page(query: str) -> None:
    assert asked(f"/admin/django_celery_results/taskresult/?{query}") == 200
