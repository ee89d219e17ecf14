"""The accounting simulator as Ringup meets it: over HTTP, in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import ProtocolError

http = urllib3.PoolManager(retries=False, timeout=10, maxsize=8)


class Simulator:
    def __init__(self, storage: Path) -> None:
        self.storage = storage
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "project.embedded.accounting",
            "--port",
            "0",
            "--storage",
            str(self.storage),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def end(self, signum: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait(timeout=5)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = http.request(method, self.url + path, body=None if body is None else json.dumps(body))
        return answer.status, answer.json()

    def connected(self) -> socket.socket:
        host, port = self.url.removeprefix("http://").split(":")
        return socket.create_connection((host, int(port)), timeout=5)

    def drafts(self, *, key: str, count: int = 3, store: str = "main") -> Any:
        return self.ask("POST", "/drafts", {"store": store, "count": count, "idempotency_key": key})[1]["ids"]

    def fault(self, mode: str, **more: Any) -> None:
        assert self.ask("PUT", "/faults", {"mode": mode, **more})[0] == 200


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path)
    yield simulator
    if simulator.process.poll() is None:
        simulator.end()


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One simulator for all that must be refused."""
    simulator = Simulator(tmp_path_factory.mktemp("untouched"))
    yield simulator
    assert simulator.ask("GET", "/entries") == (200, {"items": []})
    assert simulator.drafts(key="first", count=1)[0].endswith("-000001")
    simulator.end()


def draft(**changed: Any) -> dict[str, Any]:
    return {"store": "main", "count": 2, "idempotency_key": "k"} | changed


def entry(**changed: Any) -> dict[str, Any]:
    postings = [{"account": "cash", "amount_minor": 250}, {"account": "revenue", "amount_minor": -250}]
    return {"idempotency_key": "e", "invoice_number": "INV-1", "kind": "sale", "postings": postings} | changed


def test_ids_are_sequential_per_store_and_unique_over_all(simulator: Simulator) -> None:
    first = simulator.drafts(key="a", count=2)
    other = simulator.drafts(key="b", count=1, store="second")
    second = simulator.drafts(key="c", count=2)
    assert [number[-7:] for number in first + second] == ["-000001", "-000002", "-000003", "-000004"]
    assert first[0].startswith("INV-main-20")
    assert other[0].startswith("INV-second-20")
    assert other[0].endswith("-000001")


def test_the_same_key_gets_the_same_ids(simulator: Simulator) -> None:
    status, made = simulator.ask("POST", "/drafts", draft())
    assert (status, made["replayed"]) == (201, False)
    assert simulator.ask("POST", "/drafts", draft()) == (200, made | {"replayed": True})
    assert simulator.ask("GET", "/drafts?idempotency_key=k") == (200, made | {"replayed": True})


def test_a_key_for_another_request_is_refused(simulator: Simulator) -> None:
    simulator.ask("POST", "/drafts", draft())
    status, problem = simulator.ask("POST", "/drafts", draft(count=5))
    assert (status, problem["code"]) == (422, "idempotency_key_reused")


def test_an_unknown_key_is_not_found(simulator: Simulator) -> None:
    assert simulator.ask("GET", "/drafts?idempotency_key=never")[0] == 404


def test_one_key_sent_by_many_at_once_issues_once(simulator: Simulator) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: simulator.drafts(key="same", count=5), range(24)))
    assert answers == [answers[0]] * 24
    assert simulator.drafts(key="next", count=1)[0].endswith("-000006")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_forgotten_or_reused_over_a_restart(simulator: Simulator, signum: signal.Signals) -> None:
    before = simulator.drafts(key="a")
    posted = simulator.ask("POST", "/entries", entry())[1]
    simulator.end(signum)
    simulator.start()
    assert simulator.drafts(key="a") == before
    assert set(simulator.drafts(key="b")).isdisjoint(before)
    assert simulator.ask("POST", "/entries", entry()) == (200, posted | {"replayed": True})


def test_term_ends_it_at_once_in_the_middle_of_a_slow_answer(simulator: Simulator) -> None:
    simulator.fault("slow", delay_s=60, requests=1)
    with simulator.connected() as raw:
        raw.sendall(b"GET /entries HTTP/1.1\r\nHost: x\r\n\r\n")
        while simulator.ask("GET", "/faults")[1]["mode"] != "none":
            continue  # until the slow request has arrived
        assert simulator.end() == 0


def test_an_entry_is_posted_once_and_listed(simulator: Simulator) -> None:
    status, posted = simulator.ask("POST", "/entries", entry())
    assert (status, posted) == (201, {"reference": "JE-000001", "replayed": False})
    assert simulator.ask("POST", "/entries", entry()) == (200, posted | {"replayed": True})
    listed = {"position": 1, "reference": "JE-000001"} | entry()
    assert simulator.ask("GET", "/entries") == (200, {"items": [listed]})
    assert simulator.ask("GET", "/entries?after=1") == (200, {"items": []})


def test_an_entry_key_for_another_entry_is_refused(simulator: Simulator) -> None:
    simulator.ask("POST", "/entries", entry())
    status, problem = simulator.ask("POST", "/entries", entry(kind="return"))
    assert (status, problem["code"]) == (422, "idempotency_key_reused")


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
        ("/drafts", draft(idempotency_key="\ud800"), 422, "invalid"),
        ("/drafts", draft(colour="blue"), 422, "invalid"),
        ("/entries", entry(postings=LOPSIDED), 422, "unbalanced"),
        ("/entries", entry(postings=[]), 422, "invalid"),
        ("/entries", entry(postings=[7]), 422, "invalid"),
        ("/entries", entry(invoice_number=None), 422, "invalid"),
        ("/nowhere", {}, 404, "not_found"),
        ("/faults", {}, 405, "method_not_allowed"),
    ],
)
def test_bad_input_is_refused_with_a_code(
    untouched: Simulator, path: str, body: Any, status: int, code: str
) -> None:
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


def test_down_refuses_as_many_requests_as_asked_and_issues_nothing(simulator: Simulator) -> None:
    simulator.fault("down", requests=2)
    assert simulator.ask("POST", "/drafts", draft())[0] == 503
    assert simulator.ask("GET", "/faults")[1]["requests"] == 1
    assert simulator.ask("GET", "/healthz")[0] == 200
    assert simulator.ask("GET", "/entries")[0] == 503
    assert simulator.ask("POST", "/drafts", draft())[1]["ids"][0].endswith("-000001")


@pytest.mark.parametrize("mode", ["lose_answer", "malformed"])
def test_a_lost_or_garbled_answer_has_had_its_effect(simulator: Simulator, mode: str) -> None:
    simulator.fault(mode, requests=1)
    with pytest.raises((ProtocolError, ValueError)):
        simulator.ask("POST", "/drafts", draft())
    status, found = simulator.ask("POST", "/drafts", draft())
    assert (status, found["replayed"]) == (200, True)
    assert [number[-7:] for number in found["ids"]] == ["-000001", "-000002"]


def test_slow_answers_late_and_rightly(simulator: Simulator) -> None:
    simulator.fault("slow", delay_s=0.3)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        http.request("POST", simulator.url + "/drafts", body=json.dumps(draft()), timeout=0.1)
    simulator.fault("none")
    assert simulator.ask("POST", "/drafts", draft())[1]["ids"][0].endswith("-000001")


def test_duplicate_ids_lie_only_in_the_answer(simulator: Simulator) -> None:
    before = simulator.drafts(key="before", count=4)
    simulator.fault("duplicate_ids", requests=1)
    spoilt = simulator.drafts(key="k", count=4)
    assert spoilt[:2] == before[:2]
    assert len(spoilt) == 4
    assert len(set(spoilt)) == 3
    right = simulator.drafts(key="k", count=4)
    assert [number[-7:] for number in right] == ["-000005", "-000006", "-000007", "-000008"]


def test_too_few_ids(simulator: Simulator) -> None:
    simulator.fault("too_few", requests=1)
    assert len(simulator.drafts(key="k", count=5)) == 2
    assert len(simulator.drafts(key="k", count=5)) == 5


def test_ids_beyond_those_asked_for_are_never_issued_again(simulator: Simulator) -> None:
    simulator.fault("too_many", requests=1)
    many = simulator.drafts(key="k", count=2)
    assert len(many) == 5
    assert simulator.drafts(key="k", count=2) == many[:2]
    assert set(simulator.drafts(key="next", count=5)).isdisjoint(many)


def test_a_fault_of_id_lists_waits_for_a_request_for_ids(simulator: Simulator) -> None:
    simulator.fault("too_few", requests=1)
    assert simulator.ask("POST", "/entries", entry())[0] == 201
    assert simulator.drafts(key="k", count=2) != []
    assert simulator.ask("GET", "/faults")[1]["mode"] == "none"


def test_a_taken_port_is_said_in_one_line(simulator: Simulator) -> None:
    port = simulator.url.rsplit(":", 1)[1]
    command = [
        sys.executable,
        "-m",
        "project.embedded.accounting",
        "--port",
        port,
        "--storage",
        str(simulator.storage),
    ]
    second = subprocess.run(command, capture_output=True, text=True, timeout=10, env=os.environ, check=False)
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert f"cannot listen on port {port}" in second.stderr
