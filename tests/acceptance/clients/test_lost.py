"""Answers that are lost, networks that are away, processes that are killed: each sale happens once."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest

from orders.commands.core.roles import Role
from orders.models import Order as OrderRow
from project import env as environment
from project.stack.embedded.child import wait_until
from ringup_client import Back, Line, Order, Pay, Return, State, Tender, Till
from tests.support.network.http_faults import NO_EFFECT, Fault, FaultyProxy
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain

WITHIN_S = 60


def sale() -> Pay:
    return Pay(Order([Line("TEA-80", 1)], "GBP"), [Tender("cash", 250)], shortage="record")


def sold(chain: Chain) -> int:
    return OrderRow.objects.filter(store_id=chain.shop.store_id, paid_at__isnull=False).count()


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.REPEATED])
def test_whatever_the_network_does_a_sale_happens_once(
    fault: Fault, chain: Chain, network: FaultyProxy, tmp_path: Path
) -> None:
    key = chain.tills[Role.POS].key
    with Till(network.url, file=tmp_path / "till", key=key, timeout_s=0.5) as till:
        till.get("/terminals/me", patience_s=WITHIN_S)
        till.send(patience_s=WITHIN_S)
        before = network.reached
        with network.faulty(fault):
            seen = till.submit(sale(), patience_s=0)
            if fault not in NO_EFFECT:  # or the question would come before the sale, which is slower than the till
                assert wait_until(lambda: network.reached > before, seconds=WITHIN_S)
        assert seen.state is State.UNKNOWN
        (asked,) = till.ask(patience_s=WITHIN_S)
        assert (asked.state is State.UNSENT) is (fault in NO_EFFECT)
        till.settle(seen.key, patience_s=WITHIN_S).applied()
        assert till.unsettled() == []
    assert sold(chain) == 1


def test_a_request_that_comes_twice_is_one_sale(chain: Chain, network: FaultyProxy, tmp_path: Path) -> None:
    with Till(network.url, file=tmp_path / "till", key=chain.tills[Role.POS].key, patience_s=WITHIN_S) as till:
        with network.faulty(Fault.REPEATED):
            till.submit(sale()).applied()
        assert till.get("/terminals/me/gaps")["repeated"] == []
    assert sold(chain) == 1


def test_a_day_without_a_network_is_sent_in_one_request_and_in_order(
    chain: Chain, network: FaultyProxy, tmp_path: Path
) -> None:
    with Till(network.url, file=tmp_path / "till", key=chain.tills[Role.SUPERVISOR].key) as till:
        with network.faulty(Fault.REFUSED):
            first = sale()
            assert isinstance(first.order, Order)
            till.submit(first, patience_s=0)
            till.submit(Return(first.order.id, [Back(1, sku="TEA-80")]), patience_s=0)
            for _ in range(12):
                till.submit(sale(), patience_s=0)
        assert {one.state for one in till.unsettled()} == {State.UNSENT}
        before = network.reached
        sent = till.send(patience_s=WITHIN_S)
        assert (len(sent), network.reached - before) == (14, 3)  # who it is, where its count ends, and all of them
        done = [till.settle(one.key, patience_s=WITHIN_S).applied() for one in sent]
        assert [one.sequence for one in done] == list(range(1, 15))
        assert done[1].result
        assert done[1].result["order_status"] == "returned"
        assert till.get("/terminals/me/gaps")["items"] == []
    assert sold(chain) == 13


def selling(url: str, file: Path, key: str, sales: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.support.processes.selling", url, str(file), key, str(sales)]
    where = environment.PROJECT_FOLDER
    path = f"{where}:{where / 'clients' / 'python'}"
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=where, env=environment.for_child(PYTHONPATH=path)
    )


def lines(said: IO[str] | None) -> Sequence[str]:
    assert said
    return said.read().split()


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.LATE])
def test_who_is_killed_between_the_disk_and_the_answer_sells_once_after_all(
    fault: Fault, chain: Chain, network: FaultyProxy, tmp_path: Path
) -> None:
    """Before it arrived, and after it was carried out."""
    file, key = tmp_path / "till", chain.tills[Role.POS].key
    with Till(network.url, file=file, key=key, patience_s=WITHIN_S) as till:
        till.send()  # they have met
        with network.faulty(fault), selling(network.url, file, key, 1) as victim:
            assert victim.stdout
            assert victim.stdout.readline() == "ready\n"
            while not (left := till.unsettled()) or left[0].state is not State.UNKNOWN:
                assert victim.poll() is None
            victim.kill()
            assert victim.wait() < 0
        (found,) = till.send()
        assert till.settle(found.key).applied().sequence == 1
    assert sold(chain) == 1


def test_two_processes_with_one_file_count_as_one_till(served: Served, chain: Chain, tmp_path: Path) -> None:
    file, key = tmp_path / "till", chain.tills[Role.POS].key
    with selling(served.url, file, key, 4) as one, selling(served.url, file, key, 4) as other:
        assert [lines(one.stdout), lines(other.stdout)] == [["ready", *["succeeded"] * 4]] * 2
    assert (one.returncode, other.returncode) == (0, 0)
    with Till(served.url, file=file, key=key, patience_s=WITHIN_S) as till:
        gaps = till.get("/terminals/me/gaps")
        assert (gaps["items"], gaps["repeated"], gaps["last_sequence"]) == ([], [], 8)
    assert sold(chain) == 8
