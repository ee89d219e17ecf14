"""Each kind of call to another system has its share of the worker's threads, and nobody who finds none free is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from base.outside import share
from base.outside.lease_loop import Ran
from base.outside.share import Share
from orders.accounting.outside import relay
from orders.accounting.outside.relay import relay_outbox
from orders.invoicing.db.void import void
from orders.invoicing.outside import refill
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.invoicing.outside.tell_voids import relay_voids
from orders.models import InvoiceNumber
from orders.payments.outside import authorize, instruct
from project import env as environment
from tests.support.accounting.paper_books import PaperBooks
from tests.support.network.threads import PATIENCE_S, Gate, begin
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

OUTSIDE = (authorize, instruct, refill, relay)
PROCFILE = (environment.PROJECT_FOLDER / "Procfile").read_text()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tasks: list[str] = []
    monkeypatch.setattr(share, "nudge", lambda task, **_: tasks.append(task))
    return tasks


@pytest.fixture
def shop(own_database: str, settings: Settings) -> Shop:
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET, settings.INVOICE_POOL_COVERS_MIN = 5, 10, 0
    return open_shop(numbers=3)


class Hanging(PaperBooks):
    """Its first call does not answer until the gate is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.calls = Gate(), 0

    def draft_ids(self, **asked: Any) -> Any:
        return self._hang(super().draft_ids)(**asked)

    def post(self, *asked: Any, **more: Any) -> str:
        return str(self._hang(super().post)(*asked, **more))

    def void(self, **asked: Any) -> None:
        self._hang(super().void)(**asked)

    def _hang(self, call: Callable[..., Any]) -> Callable[..., Any]:
        self.calls += 1
        return self.gate.before(call)


def void_one(shop: Shop) -> None:
    number = InvoiceNumber.objects.filter(state="free")[0].number
    assert void(store_id=shop.store_id, number=number, reason="torn", voided_by="night shift", now=timezone.now())


def test_all_shares_leave_a_thread_free() -> None:
    (threads,) = re.findall(r"^worker-io:.* --pool threads --concurrency (\d+) ", PROCFILE, re.MULTILINE)
    assert sum(one.WORK.share.threads for one in OUTSIDE) < int(threads)


def test_every_share_is_counted_above() -> None:
    """Also one that comes later."""
    rooms = (environment.PROJECT_FOLDER / room for room in ("orders", "workers"))
    made = {path.stem for room in rooms for path in room.rglob("*.py") if re.search(r"\bShare\(", path.read_text())}
    assert made == {one.__name__.rpartition(".")[2] for one in OUTSIDE}


def test_who_finds_no_thread_free_is_made_up_for(rung: list[str]) -> None:
    one = Share(1, task="upkeep.sweep")
    with one.taken() as is_mine:
        for _ in range(3):
            with one.taken() as is_free:
                assert not is_free
        assert (is_mine, rung) == (True, [])
    assert rung == ["upkeep.sweep"]
    with one.taken() as is_mine:
        assert is_mine
    assert rung == ["upkeep.sweep"]


def test_a_thread_is_given_back_after_a_fault(rung: list[str]) -> None:
    one = Share(1, task="upkeep.sweep")
    with pytest.raises(RuntimeError), one.taken():
        raise RuntimeError("the database is away")
    with one.taken() as is_free:
        assert is_free


def test_one_refill_at_a_time_waits_for_accounting(shop: Shop, rung: list[str]) -> None:
    books = Hanging()
    slow = begin(lambda: refill_invoice_pool(books))
    books.gate.wait_reached()
    assert (refill_invoice_pool(books), books.calls) == (0, 1)
    books.gate.open()
    assert slow.result(PATIENCE_S) == 7
    assert rung == ["upkeep.refill_invoice_pool"]


def test_entries_and_voids_wait_for_accounting_in_one_thread(shop: Shop, rung: list[str]) -> None:
    books = Hanging()
    void_one(shop)
    execute([shop.sale(("POSTAGE", 1))[0]])
    slow = begin(lambda: relay_voids(books))
    books.gate.wait_reached()
    void_one(shop)
    assert (relay_voids(books), relay_outbox(books), books.calls) == (0, Ran(), 1)
    books.gate.open()
    assert slow.result(PATIENCE_S) == 2
    assert rung == ["upkeep.relay_outbox"]
