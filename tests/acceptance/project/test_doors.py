"""What every answer says to a browser, what the docs page may do, and how long a sign-in lasts."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from base.http import counting
from project.api.strict import Api
from tests.support.processes.served import Served, send
from tests.support.shop.till import Till

LOGIN = "/admin/login/"


def login(name: str, password: str, *, address: str = "203.0.113.5") -> bool:
    """Whether it let in."""
    client = Client(headers={"X-Forwarded-For": address})
    return client.post(LOGIN, {"username": name, "password": password}).status_code == 302


@pytest.fixture
def operator(db: None, settings: Settings, fresh_broker: str) -> User:
    settings.BROKER_URL = fresh_broker
    # What is tried here is the count of attempts; that a hash takes its time is Django's.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_superuser("olga", password="a long one for tests")


@pytest.mark.parametrize("path", ["/terminals/me", "/nowhere", "/openapi.json", "/docs"])
def test_every_answer_of_the_api_says_what_a_browser_may_not_do(path: str, client: Client, db: None) -> None:
    headers = client.get(f"/api/v1{path}").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] in ("no-store", "no-cache")


def test_what_a_terminal_reads_is_stored_nowhere(pos: Till) -> None:
    assert pos.get("/terminals/me").headers["Cache-Control"] == "no-store"


def test_the_docs_page_runs_its_own_scripts_and_keeps_no_key(client: Client) -> None:
    page = client.get("/api/v1/docs")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "persistAuthorization" not in page.content.decode()


def test_the_document_is_made_once_and_sent_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/v1/openapi.json")
    assert first.json()["openapi"].startswith("3.1")
    monkeypatch.setattr(Api, "get_openapi_schema", lambda *_, **__: pytest.fail("made anew"))
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/v1/openapi.json").content == first.content


def test_a_password_cannot_be_guessed_by_trying(operator: User) -> None:
    assert not any(login("olga", f"guess {n}") for n in range(10))
    assert not login("olga", "a long one for tests"), "the eleventh in five minutes is not looked at"
    assert login("olga", "a long one for tests", address="203.0.113.6")


def test_one_address_does_not_try_many_names(operator: User) -> None:
    assert not any(login(f"name {n}", "123456") for n in range(100))
    assert not login("olga", "a long one for tests")


def test_without_a_broker_an_operator_can_still_sign_in(operator: User, settings: Settings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    counting._counts.cache_clear()
    assert login("olga", "a long one for tests")


def test_a_sign_in_lasts_a_day_of_work_and_ends_with_the_browser(operator: User) -> None:
    client = Client()
    client.post(LOGIN, {"username": "olga", "password": "a long one for tests"})
    assert client.cookies["sessionid"]["max-age"] == ""
    left = client.session.get_expiry_age()
    assert timedelta(seconds=left) <= timedelta(hours=12)
    assert client.session.get_expiry_date() <= timezone.now() + timedelta(hours=12)


def test_the_real_server_sends_the_headers_too(served: Served) -> None:
    answer = send("GET", f"{served.url}/api/v1/terminals/me", key="rk_wrong")
    assert (answer.status, answer.headers["X-Content-Type-Options"]) == (401, "nosniff")
