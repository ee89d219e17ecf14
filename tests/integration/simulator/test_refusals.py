"""Entries that the simulator refuses as it was told to, so that people see what a real system's refusal looks like."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounting.simulator import Simulator, entry, simulating

DAY = "2026-11-21"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with simulating(tmp_path) as simulator:
        yield simulator


def test_the_books_refuse_what_they_are_told_to_and_nothing_else(simulator: Simulator) -> None:
    told: dict[str, Any] = {"accounts": ["card"], "days": [DAY], "numbers": ["INV-7"]}
    assert simulator.ask("GET", "/refusals") == (200, {"accounts": [], "days": [], "numbers": []})
    assert simulator.ask("PUT", "/refusals", told) == (200, told)
    assert refused(simulator, day="2026-11-22", postings=of("card")) == (422, "there is no account card")
    assert refused(simulator) == (422, f"the day {DAY} is closed")
    assert refused(simulator, day="2026-11-22", invoice_number="INV-7") == (422, "INV-7 is not accepted")
    assert simulator.ask("GET", "/entries") == (200, {"items": []})
    assert simulator.ask("POST", "/entries", entry(day="2026-11-22"))[0] == 201
    assert simulator.ask("PUT", "/refusals", {"accounts": [""]})[0] == 422
    simulator.end()
    simulator.start()
    assert simulator.ask("GET", "/refusals") == (200, told), "it is kept in the books"
    assert simulator.ask("POST", "/entries", entry(day="2026-11-22"))[0] == 200, "what is booked stays so"
    assert simulator.ask("PUT", "/refusals", {})[0] == 200
    assert simulator.ask("POST", "/entries", entry(idempotency_key="e7", invoice_number="INV-7"))[0] == 201


def of(account: str) -> list[dict[str, Any]]:
    return [{"account": account, "amount_minor": 250}, {"account": "revenue", "amount_minor": -250}]


def refused(simulator: Simulator, **changed: Any) -> tuple[int, str]:
    status, problem = simulator.ask("POST", "/entries", entry(**changed))
    return status, problem["detail"]
