"""What the accounting simulator refuses, and that a refusal changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.accounting.simulator import Simulator, draft, entry, http, simulating


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One simulator for all that must be refused."""
    with simulating(tmp_path_factory.mktemp("untouched")) as simulator:
        yield simulator
        assert simulator.ask("GET", "/entries") == (200, {"items": []})
        assert simulator.drafts(key="first", count=1)[0].endswith("-000001")


LOPSIDED = [{"account": "cash", "amount_minor": 250}, {"account": "revenue", "amount_minor": -249}]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/drafts", [], 422, "invalid"),
        ("/drafts", draft(count=0), 422, "invalid"),
        ("/drafts", draft(count=10_001), 422, "invalid"),
        ("/drafts", draft(count="2"), 422, "invalid"),
        ("/drafts", draft(count=True), 422, "invalid"),
        ("/drafts", draft(store="a b"), 422, "invalid"),
        ("/drafts", draft(store="s" * 33), 422, "invalid"),
        ("/drafts", draft(idempotency_key=""), 422, "invalid"),
        ("/drafts", draft(idempotency_key="k" * 256), 422, "invalid"),
        ("/drafts", draft(idempotency_key="\ud800"), 400, "malformed_json"),
        ("/drafts", draft(colour="blue"), 422, "invalid"),
        ("/entries", entry(postings=LOPSIDED), 422, "unbalanced"),
        ("/entries", entry(postings=[]), 422, "invalid"),
        ("/entries", entry(postings=[7]), 422, "invalid"),
        ("/entries", entry(invoice_number=None), 422, "invalid"),
        ("/entries", entry(store="a b"), 422, "invalid"),
        ("/entries", entry(kind="gift"), 422, "invalid"),
        ("/entries", entry(currency="pounds"), 422, "invalid"),
        ("/entries", entry(occurred_at="yesterday"), 422, "invalid"),
        ("/entries", entry(occurred_at="2026-11-21T09:00:00"), 422, "invalid"),
        ("/entries", entry(kind="return"), 422, "invalid"),
        ("/entries", entry(kind="return", credit_note_number="INV-2"), 422, "invoice_not_posted"),
        ("/nowhere", {}, 404, "not_found"),
        ("/faults", {}, 405, "method_not_allowed"),
    ],
)
def test_bad_input_is_refused_with_a_code(untouched: Simulator, path: str, body: Any, status: int, code: str) -> None:
    refused, problem = untouched.ask("POST", path, body)
    assert (refused, problem["status"], problem["code"]) == (status, status, code)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_refused(untouched: Simulator, body: bytes) -> None:
    answer = http.request("POST", untouched.url + "/drafts", body=body)
    assert (answer.status, answer.json()["code"]) == (400, "malformed_json")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": "1048577"}, 413),
        ({"Content-Length": "-1"}, 400),
        ({"Transfer-Encoding": "chunked"}, 411),
    ],
)
def test_a_body_of_wrong_length_closes_the_connection(
    untouched: Simulator, headers: dict[str, str], status: int
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with untouched.connected() as raw:
        raw.sendall(f"POST /drafts HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b"")).decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert "Connection: close" in answer


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"mode": "gone"},
        {"mode": "slow", "delay_s": -1},
        {"mode": "slow", "delay_s": 61},
        {"mode": "slow", "delay_s": "1"},
        {"mode": "down", "requests": 0},
        {"mode": "down", "more": 1},
    ],
)
def test_an_impossible_fault_changes_nothing(untouched: Simulator, fault: dict[str, Any]) -> None:
    assert untouched.ask("PUT", "/faults", fault)[0] == 422
    assert untouched.ask("GET", "/faults") == (200, {"mode": "none", "delay_s": 0.0, "requests": None})
