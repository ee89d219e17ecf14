"""The database goes back in time, and what stands on paper, in the books and at the bank does not.

The database of before is a copy; its row that says which database it is, is made to say another timeline, as after a
restore to a point in time (tests/pipeline/test_backup_page.py does one).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.commands.core.roles import Role
from orders.invoicing.db import restored
from orders.invoicing.number_late_sales import number_late_sales
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.invoicing.outside.tell_voids import relay_voids
from orders.journal.db.repair import retry
from orders.models import InvoiceNumber, JournalEntry, Order
from orders.payments.outside.instruct import relay_payments
from project.stack.servers import passing_database
from tests.support.accounting.paper_books import PaperBooks
from tests.support.database import connected_to, name_of
from tests.support.payments.paper_bank import PaperBank, banking, online
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.credit_notes import take_pool_away
from tests.support.shop.rung import run
from tests.support.shop.shop import PRICE_MINOR
from workers.authorize import authorize_payments

CASH = {"method": "cash", "amount_minor": PRICE_MINOR}


@dataclass
class Shop:
    """A till that keeps what it sends and what it was answered, and the outside, which is never restored."""

    chain: Chain
    url: str
    books: PaperBooks = field(default_factory=PaperBooks)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    def sell(self, key: str, tender: Mapping[str, object] = CASH) -> Any:
        order = {
            "id": str(uuid4()),
            "currency": "GBP",
            "fulfilment": "immediate",
            "sold_at": timezone.now().isoformat(),
            "lines": [{"sku": "TEA-80", "quantity": 1}],
        }
        return self.send({"key": key, "kind": "pay", "order": order, "body": {"tenders": [tender]}})

    def take_back(self, key: str, sale: str) -> Any:
        lines = [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]
        order_id = self.sent[sale]["order"]["id"]
        return self.send({"key": key, "kind": "return", "order_id": order_id, "body": {"lines": lines}})

    def again(self, key: str, *, printed: str | None = None) -> Any:
        """As a till sends it that knows what it printed."""
        before = self.told[key]["result"]
        number = printed or before.get("invoice_number") or before["credit_note_number"]
        item = self.sent[key]
        return self.send({**item, "body": {**item["body"], "printed_number": number}}, keeps=False)

    def send(self, item: dict[str, Any], *, keeps: bool = True) -> Any:
        till = self.chain.tills[Role.SUPERVISOR]
        (taken,) = till.post("/commands", [item]).body["items"]
        assert taken["status"] in ("accepted", "replayed"), taken
        for _ in range(2):
            run([UUID(taken["order_id"])])
            authorize_payments()
        command = till.get(f"/commands/{taken['command_id']}").body
        if keeps:
            self.sent[item["key"]], self.told[item["key"]] = item, command
        return command

    def tell_outside(self) -> None:
        while relay_outbox(self.books).done:
            pass
        while relay_payments().done:
            pass

    @contextmanager
    def backup(self) -> Iterator[str]:
        connection.close()
        with passing_database(self.url, template=f"{name_of(self.url)} STRATEGY file_copy") as url:
            yield url


@contextmanager
def restored_to(url: str) -> Iterator[None]:
    with connected_to(url):
        cursor().execute("UPDATE orders_invoiceepoch SET timeline = '0000002A'")
        yield
        assert audit() == []


@pytest.fixture
def bank() -> Iterator[PaperBank]:
    with banking() as bank:
        yield bank


@pytest.fixture
def shop(own_database: str, settings: Settings, bank: PaperBank) -> Shop:
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 5, 10
    shop = Shop(open_chain(), own_database)
    take_pool_away(shop.chain.shop)
    refill_invoice_pool(shop.books)
    return shop


def number_of(command: Any) -> str:
    assert command["state"] == "succeeded", command
    result = command["result"]
    return str(result.get("invoice_number") or result.get("credit_note_number"))


def states(*numbers: str) -> list[str]:
    return [InvoiceNumber.objects.get(number=number).state for number in numbers]


def test_each_sale_keeps_the_number_on_its_receipt_and_no_other_gets_it(shop: Shop, bank: PaperBank) -> None:
    shop.sell("kept")
    with shop.backup() as url:
        lost = [shop.sell("a"), shop.sell("b", online(PRICE_MINOR)), shop.sell("c")]
        lost.append(shop.take_back("back", "b"))
        printed = [number_of(one) for one in lost]
        shop.tell_outside()
        booked, net = dict(shop.books.booked), bank.net_minor
        with restored_to(url):
            new = shop.sell("new")
            assert (new["result"]["invoice_number"], new["result"]["invoice_pending"]) == (None, True)
            refill_invoice_pool(shop.books)
            number_late_sales()
            fresh = Order.objects.get(id=new["order_id"]).invoice.number
            assert fresh not in printed
            assert [number_of(shop.again(key)) for key in ("b", "back", "c", "a")] == [printed[n] for n in (1, 3, 2, 0)]
            assert number_of(shop.again("kept")) == number_of(shop.told["kept"])
            shop.tell_outside()
            assert set(JournalEntry.objects.values_list("state", flat=True)) == {"posted"}
            assert {key for key in shop.books.booked if key not in booked} == {f"corner/{fresh}"}
            assert (bank.net_minor, bank.set_aside_minor) == (net, 0)
            assert shop.chain.shop.level("TEA-80") == (10 - 4, 0)
            assert (len(printed), set(states(*printed))) == (4, {"posted"})


def test_a_number_that_was_fetched_in_the_lost_time_is_had_as_well(shop: Shop) -> None:
    """Before the restore was noticed, and after."""
    take_pool_away(shop.chain.shop)
    with shop.backup() as url:
        refill_invoice_pool(shop.books)
        lost = [number_of(shop.sell(key)) for key in "ab"]
        with restored_to(url):
            assert not InvoiceNumber.objects.filter(number__in=lost).exists()
            assert number_of(shop.again("b")) == lost[1]
            refill_invoice_pool(shop.books)
            assert number_of(shop.again("a")) == lost[0]


def test_what_a_refill_of_before_brings_after_the_restore_is_set_aside(shop: Shop) -> None:
    take_pool_away(shop.chain.shop)
    shop.books.next_answers = [lambda: 1 / 0]
    refill_invoice_pool(shop.books)
    with shop.backup() as url, restored_to(url):
        cursor().execute("UPDATE orders_invoicerefill SET next_attempt_at = now()")
        refill_invoice_pool(shop.books)
        of_before, lost, *fresh = (numbers for numbers in shop.books.made.values() if numbers[0].startswith("corner/"))
        assert set(states(*of_before)) == {"void"}
        assert set(states(*lost)) == {"set_aside"}
        assert [set(states(*numbers)) for numbers in fresh] == [{"free"}]


def test_a_receipt_whose_number_another_sale_has_waits_for_a_person(shop: Shop) -> None:
    with shop.backup() as url:
        number = number_of(shop.sell("a"))
        shop.sell("b")
        with restored_to(url):
            refill_invoice_pool(shop.books)
            assert number_of(shop.again("a")) == number
            parked = shop.again("b", printed=number)
            assert parked["state"] == "parked"
            till = shop.chain.tills[Role.BACKOFFICE]
            why = till.get(f"/commands/{parked['id']}").body
            assert why["outcome"] is None
            retry(shop.chain.shop.store_id, UUID(parked["id"]), by="Ida", reason="a new receipt was printed")
            run([UUID(parked["order_id"])])
            other = number_of(till.get(f"/commands/{parked['id']}").body)
            assert other not in (number, number_of(shop.told["b"]))


def test_a_person_voids_what_nobody_has_asked_for(shop: Shop) -> None:
    with shop.backup() as url:
        asked, unasked = number_of(shop.sell("a")), number_of(shop.sell("b"))
        with restored_to(url):
            restored.notice(now=timezone.now())
            shop.again("a")
            (store, _) = restored.open_restores()
            assert (store.code, store.set_aside) == ("corner", 9)
            assert restored.give_up(store, reason="the tills sent all", by="Ida", now=timezone.now()) == 9
            assert states(asked, unasked) == ["assigned", "void"]
            relay_voids(shop.books)
            assert ("corner", unasked, "the tills sent all") in shop.books.voided
            assert shop.again("b")["state"] == "parked"
            assert [one.code for one in restored.open_restores()] == ["other"]


def test_where_nothing_was_lost_they_are_free_again(shop: Shop) -> None:
    with shop.backup() as url, restored_to(url):
        restored.notice(now=timezone.now())
        (store, _) = restored.open_restores()
        assert restored.give_back(store) == 10
        assert number_of(shop.sell("new")) == "corner/00001"


def test_a_series_of_the_shops_own_stands_still_until_a_person_says_where_it_goes_on(
    shop: Shop, settings: Settings
) -> None:
    settings.INVOICE_NUMBER_GENERATOR = "orders.invoicing.from_sequence"
    shop.sell("kept")
    with shop.backup() as url:
        lost = [number_of(shop.sell(key)) for key in "abc"]
        with restored_to(url):
            assert shop.sell("new")["result"]["invoice_pending"]
            assert number_of(shop.again("b")) == lost[1] == "CORNER-00000003"
            refill_invoice_pool(shop.books)
            number_late_sales()
            assert Order.objects.filter(invoice_pending=True).count() == 1
            store = restored.open_restores()[0]
            assert (store.highest, store.drawn) == (3, 1)
            assert restored.go_on(store, last=4, reason="lost", by="Ida", now=timezone.now()) == 2
            number_late_sales()
            assert states("CORNER-00000002", "CORNER-00000004", "CORNER-00000005") == ["void", "void", "assigned"]
