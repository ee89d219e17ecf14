"""Whatever is asked, the answer is JSON, and a refusal is a problem."""

import json
from typing import Any

import pytest
from django.test import Client

from orders.models import Order
from tests.support.shop.till import PREFIX, Till

BODIES_THAT_ARE_NO_JSON = [
    b"{",
    b"{} {}",
    b"[" * 10_000,
    b"nonsense",
    b"'single'",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": 1' + b"0" * 5_000 + b"}",
    b'{"a": "\\ud800"}',
    b'{"a": "\xff"}',
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
]


@pytest.mark.parametrize("content", BODIES_THAT_ARE_NO_JSON, ids=lambda content: repr(content[:12]))
def test_a_body_that_is_no_json_is_malformed(pos: Till, content: bytes) -> None:
    refused = pos.post("/orders", content)
    assert (refused.status, refused.code) == (400, "malformed_json")
    assert not Order.objects.exists()


@pytest.mark.parametrize("content", [b"null", b"[]", b'"text"', b"5", b"true", b""])
def test_a_body_of_another_shape_is_pointed_at(pos: Till, content: bytes) -> None:
    refused = pos.post("/orders", content)
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", ["#"])


@pytest.mark.parametrize("path", ["/nothing", "/orders/", "/orders/1/2/3/4", "/../admin", "/%00", "/orders/%2e"])
def test_where_nothing_is_nothing_is_found(pos: Till, path: str) -> None:
    assert pos.get(path).status == 404


@pytest.mark.parametrize(
    "path",
    ["/orders/1", "/orders/x/history", "/orders/00000000-0000-0000-0000-00000000000g", "/commands/1"],
)
def test_an_id_that_is_none_is_not_found(pos: Till, path: str) -> None:
    missing = pos.get(path)
    assert (missing.status, missing.code) == (404, "route_not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/orders", {"GET", "HEAD", "POST"}),
        ("PATCH", "/orders", {"GET", "HEAD", "POST"}),
        ("HEAD", "/inventory/receive", {"POST"}),
        ("OPTIONS", "/orders", {"GET", "HEAD", "POST"}),
        ("POST", "/inventory/items", {"GET", "HEAD"}),
        ("GET", "/inventory/receive", {"POST"}),
        ("TRACE", "/invoice-pool", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_told_which_are_allowed(pos: Till, method: str, path: str, allowed: set[str]) -> None:
    response = pos.client.generic(method, PREFIX + path, headers={"Authorization": f"Bearer {pos.key}"})
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == allowed
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/terminals/me", "/orders", "/orders/1", "/invoice-pool"])
def test_head_answers_as_get_does_without_the_body(backoffice: Till, path: str) -> None:
    def ask(method: str) -> Any:
        key = {"Authorization": f"Bearer {backoffice.key}"}
        return backoffice.client.generic(method, PREFIX + path, headers=key)

    head, get = ask("HEAD"), ask("GET")
    assert (head.status_code, head.headers, head.getvalue()) == (get.status_code, get.headers, b"")
    assert get.getvalue()


def test_a_body_over_one_mebibyte_is_too_large(pos: Till) -> None:
    padding = "x" * 1024 * 1024
    refused = pos.post("/orders", {"currency": padding})
    assert (refused.status, refused.code) == (413, "body_too_large")
    assert pos.post("/orders", {"currency": padding[:-100]}).status == 422


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "key_missing"),
        ("Bearer", "key_missing"),
        ("Bearer ", "key_missing"),
        ("Basic dXNlcjpwYXNz", "key_missing"),
        ("Bearer rk_unknown", "key_invalid"),
        ("Bearer \xff\xfe", "key_invalid"),
        ("bearer {key} and more", "key_invalid"),
    ],
)
def test_without_a_valid_key_nothing_is_told(pos: Till, header: str, code: str) -> None:
    refused = pos.get("/orders", Authorization=header.replace("{key}", pos.key))
    assert (refused.status, refused.code) == (401, code)
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_scheme_is_read_in_any_case(pos: Till) -> None:
    assert pos.get("/terminals/me", Authorization=f"bEARER {pos.key}").status == 200


def test_a_key_is_asked_for_before_anything_is_read(pos: Till) -> None:
    assert pos.post("/orders", b"{", Authorization="").status == 401


def test_a_fault_is_a_problem_that_tells_no_secret(
    pos: Till, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("orders.terminals.api.me.me", fail)
    response = client.get(f"{PREFIX}/terminals/me", headers={"Authorization": f"Bearer {pos.key}"})
    assert response.status_code == 500
    assert json.loads(response.content)["code"] == "internal_error"
    assert "a bug" in caplog.text
    assert pos.key not in caplog.text
