"""What the back office does to terminals an operator does in the admin, too: here in its pages at the real web server,
with a till's calls beside them. What else the admin does is tried in its own room: a form is a form.
"""

import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
import pytest_django
import urllib3
from django.contrib.auth.models import User

from inventory.models import Store
from orders.commands.core.roles import Role
from orders.models import Terminal
from tests.support.database import connected_to
from tests.support.processes.served import Served, send

NAME, PASSWORD = "morning shift", "a long one for tests"
TERMINALS = "/admin/orders/terminal/"


@dataclass(slots=True)
class Browser:
    """Of an operator: it keeps cookies, and sends forms as its pages would."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> str:
        return self._answer("GET", path)

    def post(self, path: str, form: dict[str, str]) -> str:
        return self._answer("POST", path, {**form, "csrfmiddlewaretoken": self.cookies["csrftoken"]})

    def _answer(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form) if form else None
        answer = urllib3.request(method, f"{self.url}{path}", body=body, headers=headers, redirect=False)
        kept = SimpleCookie("; ".join(answer.headers.getlist("Set-Cookie")))
        self.cookies |= {name: one.value for name, one in kept.items()}
        assert answer.status in (200, 302), answer.data[:500]
        return self.get(answer.headers["Location"]) if answer.status == 302 else answer.data.decode()


@pytest.fixture
def operator(served: Served, django_db_blocker: pytest_django.DjangoDbBlocker) -> Browser:
    with django_db_blocker.unblock(), connected_to(served.database_url):
        User.objects.filter(username=NAME).delete()
        User.objects.create_superuser(NAME, password=PASSWORD)
    browser = Browser(served.url)
    browser.get("/admin/login/")
    browser.post("/admin/login/", {"username": NAME, "password": PASSWORD, "next": "/admin/"})
    assert "sessionid" in browser.cookies
    return browser


def shown(page: str, name: str) -> str:
    (found,) = re.findall(rf'<p id="{name}"[^>]*>([^<]+)</p>', page)
    return str(found)


def test_an_operator_makes_a_terminal_and_gives_it_codes_and_keys_and_takes_them(
    served: Served, operator: Browser, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), connected_to(served.database_url):
        store_id = Store.objects.get(code="corner").pk
    made = {"store": str(store_id), "name": "Till of the morning", "role": Role.POS}
    first = shown(operator.post(f"{TERMINALS}add/", made), "key")
    me = who(served, first)
    assert (me["name"], me["role"]) == ("Till of the morning", "pos")
    with django_db_blocker.unblock(), connected_to(served.database_url):
        terminal_id = Terminal.objects.get(name="Till of the morning").pk

    def act(action: str) -> str:
        return operator.post(TERMINALS, {"action": action, "_selected_action": str(terminal_id), "index": "0"})

    page = act("enrol")
    assert "<svg" in page
    enrolled = send("POST", f"{served.url}/api/v1/terminals/enrol", {"code": shown(page, "code").lower()}, key="none")
    assert (enrolled.status, enrolled.body["name"]) == (201, "Till of the morning")
    second = enrolled.body["key"]
    assert (status(served, first), status(served, second)) == (401, 200), "a code ends the old key when it is used"

    third = shown(act("renew"), "key")
    assert status(served, third) == 200
    act("revoke")
    assert {status(served, key) for key in (first, second, third)} == {401}


def status(served: Served, key: str) -> int:
    return send("GET", f"{served.url}/api/v1/terminals/me", key=key).status


def who(served: Served, key: str) -> dict[str, str]:
    answer = send("GET", f"{served.url}/api/v1/terminals/me", key=key)
    assert answer.status == 200, answer
    return dict(answer.body)
