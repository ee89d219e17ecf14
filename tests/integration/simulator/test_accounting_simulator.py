"""The accounting simulator as Ringup meets it: over HTTP, in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounting.simulator import Simulator, draft, entry, simulating


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with simulating(tmp_path) as simulator:
        yield simulator


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
    listed = {"position": 1, "reference": "JE-000001", "booked_on": "2026-11-21", "credit_note_number": None} | entry()
    assert simulator.ask("GET", "/entries") == (200, {"items": [listed]})
    assert simulator.ask("GET", "/entries?after=1") == (200, {"items": []})


def test_what_is_of_a_closed_day_is_booked_on_the_first_open_one(simulator: Simulator) -> None:
    assert simulator.ask("PUT", "/closed", {"until": "2026-11-30"}) == (200, {"until": "2026-11-30"})
    simulator.ask("POST", "/entries", entry(day="2026-11-30"))
    assert simulator.ask("PUT", "/closed", {"until": None})[0] == 200
    simulator.ask("POST", "/entries", entry(day="2026-11-30", idempotency_key="b", invoice_number="INV-2"))
    _, listed = simulator.ask("GET", "/entries")
    assert [(one["day"], one["booked_on"]) for one in listed["items"]] == [
        ("2026-11-30", "2026-12-01"),
        ("2026-11-30", "2026-11-30"),
    ]


def test_the_report_says_what_is_owed_of_each_tax_and_what_each_account_moved(simulator: Simulator) -> None:
    of_20 = {"tax_code": "std", "tax_rate": "20"}
    sold: list[dict[str, Any]] = [
        {"account": "cash", "amount_minor": 1350},
        {"account": "revenue", "amount_minor": -1000, **of_20},
        {"account": "vat", "amount_minor": -200, "is_tax": True, **of_20},
        {"account": "revenue", "amount_minor": -150},
    ]
    back = [{**one, "amount_minor": -one["amount_minor"] // 2} for one in sold]
    simulator.ask("POST", "/entries", entry(idempotency_key="a", postings=sold))
    returned = {"kind": "return", "credit_note_number": "INV-2", "day": "2026-11-22"}
    simulator.ask("POST", "/entries", entry(idempotency_key="b", postings=back, **returned))
    assert simulator.ask("GET", "/report?store=main&first=2026-11-21&last=2026-11-21") == (
        200,
        {
            "entries": 1,
            "kinds": [{"currency": "GBP", "kind": "sale", "entries": 1}],
            "taxes": [{"currency": "GBP", "code": "std", "rate": "20", "net_minor": 1000, "tax_minor": 200}],
            "accounts": [
                {"currency": "GBP", "account": "cash", "amount_minor": 1350},
                {"currency": "GBP", "account": "revenue", "amount_minor": -1150},
                {"currency": "GBP", "account": "vat", "amount_minor": -200},
            ],
        },
    )
    both = simulator.ask("GET", "/report")[1]
    assert [(one["kind"], one["entries"]) for one in both["kinds"]] == [("return", 1), ("sale", 1)]
    assert both["entries"] == 2
    assert both["taxes"] == [{"currency": "GBP", "code": "std", "rate": "20", "net_minor": 500, "tax_minor": 100}]
    assert simulator.ask("GET", "/report?store=other")[1] == {
        "entries": 0,
        "kinds": [],
        "taxes": [],
        "accounts": [],
    }
    assert simulator.ask("GET", "/report?first=tomorrow")[0] == 422


def test_an_entry_key_for_another_entry_is_refused(simulator: Simulator) -> None:
    simulator.ask("POST", "/entries", entry())
    for other in (entry(kind="return", credit_note_number="INV-2"), entry(invoice_number="INV-2")):
        status, problem = simulator.ask("POST", "/entries", other)
        assert (status, problem["code"]) == (422, "idempotency_key_reused")


def test_an_invoice_is_posted_once_and_taken_back_after_that(simulator: Simulator) -> None:
    assert simulator.ask("POST", "/entries", entry(idempotency_key="a"))[0] == 201
    status, problem = simulator.ask("POST", "/entries", entry(idempotency_key="b"))
    assert (status, problem["code"]) == (409, "invoice_posted_before")
    for number in ("INV-2", "INV-3"):
        back = entry(idempotency_key=number, kind="return", credit_note_number=number)
        assert simulator.ask("POST", "/entries", back)[0] == 201
        for other in ({"kind": "return", "credit_note_number": number}, {"invoice_number": number}):
            status, problem = simulator.ask("POST", "/entries", entry(idempotency_key="again", **other))
            assert (status, problem["code"]) == (409, "invoice_posted_before")
    assert simulator.ask("POST", "/entries", entry(idempotency_key="e", store="other"))[0] == 201


def test_a_deposit_needs_no_invoice_before_it(simulator: Simulator) -> None:
    for kind in ("deposit", "deposit_refund"):
        told = entry(idempotency_key=kind, invoice_number="100001", kind=kind)
        assert simulator.ask("POST", "/entries", told)[0] == 201


def test_a_taken_port_is_said_in_one_line(simulator: Simulator) -> None:
    port = simulator.url.rsplit(":", 1)[1]
    command = [
        sys.executable,
        "-m",
        "project.simulator",
        "--port",
        port,
        "--storage",
        str(simulator.storage),
    ]
    second = subprocess.run(command, capture_output=True, text=True, timeout=10, env=os.environ, check=False)
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert f"cannot listen on port {port}" in second.stderr
