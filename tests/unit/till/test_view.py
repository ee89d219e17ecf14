"""What a browser is told with the till's page and files."""

import re

import pytest
from django.conf import settings
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from till.view import FIRST, PAGE, WORKER, files, till


def asked(path: str = "", method: str = "GET", **headers: str) -> HttpResponse:
    return till(RequestFactory().generic(method, f"/till/{path}", headers=headers), path)


def test_the_page_and_each_file_bear_a_strict_policy_and_are_asked_for_anew() -> None:
    for path in ("", *files().keys() - {FIRST}):
        headers = asked(path).headers
        assert headers["Cache-Control"] == "no-cache"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "http" not in headers["Content-Security-Policy"]


def test_a_file_that_a_browser_has_is_not_sent_again() -> None:
    first = asked("main.js")
    again = asked("main.js", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [FIRST, "nothing.js", "../view.py", "lib", "lib/", "/etc/passwd", "lib/../main.js"])
def test_nothing_else_is_there(path: str) -> None:
    with pytest.raises(Http404):
        asked(path)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_only_read(method: str) -> None:
    assert asked(method=method).status_code == 405


def test_types_are_what_browsers_insist_on() -> None:
    assert asked("main.js").headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert asked("till.css").headers["Content-Type"] == "text/css"
    assert asked().headers["Content-Type"] == "text/html"


def test_the_worker_keeps_every_file_but_itself() -> None:
    kept = re.findall(r'"([^"]+)"', asked(WORKER).content.decode().splitlines()[1])
    there = {path.relative_to(PAGE).as_posix() for path in PAGE.rglob("*") if path.is_file()}
    assert set(kept) == there - {FIRST, WORKER} | {"./"}


def test_it_is_served_without_any_file_being_collected() -> None:
    assert not settings.STATIC_ROOT.is_relative_to(PAGE)
    assert PAGE.joinpath(FIRST).is_file()
