"""What somebody tries who has no business here, at the real server."""

import socket
from contextlib import closing
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import psycopg
import pytest
import urllib3
from django.contrib.auth.hashers import make_password

from orders.commands.core.roles import Role
from orders.terminals.api.limits import WRONG_KEYS
from project import env as environment
from tests.support.processes.served import Served, send

FILE = "/static/ringup.svg"
PAGES = ("/api/v1/docs", "/api/v1/openapi.json", "/admin/login/", "/till/", "/till/main.js", "/healthz", FILE)
ME = "/api/v1/terminals/me"
PASSWORD = "a long one for tests"
NAMED_OTHERWISE = {"Host": "evil.example"}
OUTSIDE = (
    "..%2fsecret_key",
    "%2e%2e/secret_key",
    "..\\secret_key",
    "/etc/passwd",
    "..;/keys.json",
    "%252e%252e/keys.json",
    "..%2f%00",
    "n" * 300,
    "",
)


def raw(served: Served, method: str, path: str, *lines: bytes) -> int:
    """The status for what no library would send."""
    address = urlsplit(served.url)
    head = [f"{method} {path} HTTP/1.1".encode(), f"Host: {address.netloc}".encode(), *lines, b"Connection: close"]
    with closing(socket.create_connection((address.hostname, address.port), timeout=60)) as server:
        server.sendall(b"\r\n".join([*head, b"", b""]))
        return int(server.makefile("rb").readline().split()[1])


def bearer(key: str, name: str = "Authorization") -> bytes:
    return f"{name}: Bearer {key}".encode()


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_only_read(served: Served, method: str, path: str) -> None:
    assert raw(served, method, path) in (403, 405)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v1/", "/till/", "/healthz", "/readyz", "/metrics", FILE])
def test_what_is_only_read_says_so(served: Served, method: str, path: str) -> None:
    refused = urllib3.request(method, f"{served.url}{path}", redirect=False)
    assert refused.status == 405
    assert refused.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_a_monitor_reads_is_of_now_and_nothing_for_a_page(served: Served, path: str, method: str) -> None:
    answer = urllib3.request(method, f"{served.url}{path}")
    assert answer.status == (405 if method == "POST" else 200)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/admin/"])
def test_a_way_to_another_page_stays_here_and_is_remembered_by_nobody(served: Served, path: str) -> None:
    answer = urllib3.request("GET", f"{served.url}{path}", redirect=False)
    assert answer.status == 302, "one that lasts would be kept"
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith("//")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.data == b"", "nothing that a page could be made of"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", [*PAGES, ME, "/metrics"])
def test_the_server_answers_to_its_own_names_only(served: Served, path: str) -> None:
    key = {"Authorization": f"Bearer {served.keys[Role.POS]}"}
    assert urllib3.request("GET", f"{served.url}{path}", headers=key | NAMED_OTHERWISE).status == 400
    assert urllib3.request("GET", f"{served.url}{path}", headers=key).status == 200


def test_a_key_comes_once_and_whole(served: Served) -> None:
    key, other = served.keys[Role.POS], served.keys[Role.BACKOFFICE]
    assert raw(served, "GET", ME, bearer(key, "AUTHORIZATION")) == 200
    assert raw(served, "GET", ME, bearer(key).replace(b"Bearer", b"bEARER")) == 200
    assert raw(served, "GET", ME, bearer(key), bearer(other)) == 400
    assert raw(served, "GET", ME, bearer(f"{key}\0")) == 400
    assert raw(served, "GET", ME, bearer(key), b"X-Other: a\0b") == 400
    assert raw(served, "GET", ME, bearer("k" * 60_000)) == 401
    assert raw(served, "GET", ME, bearer(key), b"X-Other: " + b"k" * 2_000_000) == 431
    assert send("GET", f"{served.url}{ME}", key=key).status == 200, "the server is still there"


def test_of_two_idempotency_keys_none_is_taken(served: Served) -> None:
    """The web server makes one of them, which no one with a comma can be told from."""
    path, key = f"/api/v1/orders/{uuid4()}/cancel", bearer(served.keys[Role.SUPERVISOR])
    for name in (b"Idempotency-Key: ", b"idempotency-key:"):
        assert raw(served, "POST", path, key, name + b"a", name + b"b") == 400
        assert raw(served, "POST", path, key, name + b"a,b") == 400
        assert raw(served, "POST", path, key, name + b'"a"', name + b'"b"') == 400
        assert raw(served, "POST", path, key, name + b'"a,b"') == 404, "a key, of an order that there is not"


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_is_read_that_lies_beside_the_files_of_its_pages(served: Served, path: str) -> None:
    assert raw(served, "GET", f"/static/{path}") in (400, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_a_file_is_only_read_and_says_so(served: Served, method: str) -> None:
    answer = urllib3.request(method, f"{served.url}{FILE}", retries=False)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_says_what_a_browser_may_do_with_it(served: Served, method: str) -> None:
    answer = urllib3.request(method, f"{served.url}{FILE}")
    content = (environment.PROJECT_FOLDER / "project" / FILE.removeprefix("/")).read_bytes()
    assert (answer.status, answer.data) == (200, content if method == "GET" else b"")
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in answer.headers


def test_a_file_that_a_browser_has_is_not_sent_again(served: Served) -> None:
    seen = urllib3.request("GET", f"{served.url}{FILE}").headers["Last-Modified"]
    again = urllib3.request("GET", f"{served.url}{FILE}", headers={"If-Modified-Since": seen})
    assert (again.status, again.data) == (304, b"")


def test_who_guesses_keys_is_paused_whatever_address_it_claims(served: Served) -> None:
    """It comes through the shop's proxy, which names it last. What is good goes on."""
    assert own_key(served) == 200
    # Twice what a minute allows: one may end meanwhile.
    answers = {guess(served, f"198.51.100.{n}, 203.0.113.77") for n in range(2 * WRONG_KEYS.amount + 2)}
    assert answers == {401, 429}
    assert guess(served, "203.0.113.78") == 401, "others are not held up"
    assert own_key(served) == 200


def own_key(served: Served) -> int:
    return send("GET", f"{served.url}{ME}", key=served.keys[Role.POS], X_Forwarded_For="203.0.113.77").status


def guess(served: Served, claim: str) -> int:
    return send("GET", f"{served.url}{ME}", key="rk_guess", X_Forwarded_For=claim).status


def test_a_sign_in_leads_to_a_page_of_the_admin_and_its_cookie_is_no_scripts(served: Served) -> None:
    with psycopg.connect(served.database_url) as connection:
        connection.execute(
            "INSERT INTO auth_user (username, password, is_superuser, is_staff, is_active, first_name, last_name,"
            " email, date_joined) VALUES ('olga', %s, true, true, true, '', '', '', now())",
            (make_password(PASSWORD),),
        )
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = sign_in(served, elsewhere)
        assert (answer.status, answer.headers["Location"]) == (302, "/admin/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def sign_in(served: Served, following: str) -> urllib3.BaseHTTPResponse:
    page = urllib3.request("GET", f"{served.url}/admin/login/")
    token = page.headers["Set-Cookie"].partition("csrftoken=")[2].partition(";")[0]
    form = {"username": "olga", "password": PASSWORD, "next": following, "csrfmiddlewaretoken": token}
    headers = {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    address = f"{served.url}/admin/login/"
    return urllib3.request("POST", address, body=urlencode(form), headers=headers, redirect=False)


@pytest.mark.parametrize("path", ["/admin/login/", "/api/v1/docs"])
def test_a_page_is_made_of_what_this_server_sends_and_is_in_no_frame(served: Served, path: str) -> None:
    headers = urllib3.request("GET", f"{served.url}{path}").headers
    policy = dict(one.strip().split(" ", 1) for one in headers["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not any("http" in sources or "*" in sources for sources in policy.values())
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
