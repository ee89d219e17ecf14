"""The accounting simulator told to fail."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from urllib3.exceptions import ProtocolError

from tests.support.accounting.simulator import Simulator, draft, entry, http, simulating


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with simulating(tmp_path) as simulator:
        yield simulator


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
