"""What a settled sale gives rise to, and how often."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import redis
from django.conf import settings as configured
from pytest_django.fixtures import Settings

from base.outside import nudge
from orders.accounting.port import AccountingFault
from orders.invoicing.number_late_sales import number_late_sales
from orders.journal.ring import QUEUE
from orders.models import Order
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.shop.rung import run
from tests.support.shop.shop import Shop, open_shop
from workers import follow_up as following
from workers import upkeep
from workers.drawers import Turn
from workers.execute import Executed
from workers.follow_up import follow_up, follow_up_turn

REFILL, RELAY, BACKORDERS = "upkeep.refill_invoice_pool", "upkeep.relay_outbox", "upkeep.allocate_backorders"
LOOK = "upkeep.look_at_invoice_pools"
PAUSES = ("LOOK_PAUSE_S", "REFILL_PAUSE_S", "RELAY_PAUSE_S", "BACKORDER_PAUSE_S", "INSTRUCT_PAUSE_S")

Rings = Callable[[], list[str]]


@pytest.fixture
def rings(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rings]:
    """The tasks that upkeep was rung for since the test began; nothing was rung for before. However slow the machine
    is, all of a test is within one pause."""
    monkeypatch.setattr(nudge, "_done_at", {})
    for pause in PAUSES:
        monkeypatch.setattr(following, pause, 30)
    with redis.Redis.from_url(configured.BROKER_URL) as broker:
        broker.delete("io")
        yield lambda: [json.loads(message)["headers"]["task"] for message in reversed(broker.lrange("io", 0, -1))]
        broker.delete("io")


def sell(shop: Shop) -> UUID:
    order_id, _ = shop.sale(("POSTAGE", 1))
    run([order_id])
    return order_id


def test_a_sale_rings_for_the_relay_and_many_at_once_ring_once(rings: Rings, settings: Settings) -> None:
    settings.INVOICE_POOL_LOW = 5
    shop = open_shop(numbers=20)
    for _ in range(3):
        sell(shop)
    assert rings() == [RELAY, LOOK], "one look for all that it was too early for"


def test_a_sale_that_leaves_the_pool_low_rings_for_a_refill(rings: Rings, settings: Settings) -> None:
    settings.INVOICE_POOL_LOW = 20
    sell(open_shop(numbers=20))
    assert rings() == [REFILL, RELAY]


def test_a_sale_that_is_refused_for_want_of_a_number_rings_for_a_refill(rings: Rings, settings: Settings) -> None:
    settings.INVOICE_POOL_EMPTY = "reject"
    sell(open_shop(numbers=0))
    assert not Order.objects.filter(status="paid").exists()
    assert rings() == [REFILL]


@pytest.mark.parametrize("empty", ["defer", "reject"])
def test_a_rush_that_empties_the_pool_rings_at_the_end_of_the_pause_too(
    empty: str, rings: Rings, settings: Settings
) -> None:
    """Whoever finds no number may be the last who comes."""
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_EMPTY = 2, empty
    shop = open_shop(numbers=2)
    for _ in range(6):
        sell(shop)
    assert rings().count(REFILL) == 2


def test_a_look_that_it_was_too_early_for_is_made_up_for(rings: Rings, settings: Settings) -> None:
    settings.INVOICE_POOL_LOW = 20
    sell(open_shop(numbers=20))
    before = rings()
    upkeep.look_at_invoice_pools()
    assert rings()[len(before) :] == [REFILL]
    settings.INVOICE_POOL_LOW = 5
    upkeep.look_at_invoice_pools()
    assert rings()[len(before) :] == [REFILL]


def test_it_rings_again_after_the_pause(rings: Rings, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.INVOICE_POOL_LOW = 20
    shop = open_shop(numbers=20)
    sell(shop)
    monkeypatch.setattr(nudge, "_done_at", {what: at - 60 for what, at in nudge._done_at.items()})
    sell(shop)
    assert rings() == [REFILL, RELAY, REFILL, RELAY]


@pytest.mark.parametrize(
    ("executed", "task"),
    [
        pytest.param(Executed(stock_arrived=True), BACKORDERS, id="stock arrived for those who wait"),
        pytest.param(Executed(asks=True), "upkeep.authorize_payments", id="a provider is to be asked"),
        pytest.param(Executed(instructs=True), "upkeep.relay_payments", id="a provider is to be told"),
    ],
)
def test_what_a_batch_gives_rise_to_is_rung_for(executed: Executed, task: str, rings: Rings) -> None:
    follow_up(executed)
    assert rings() == [task]


def test_a_closing_that_has_something_to_book_rings_for_the_relay(rings: Rings) -> None:
    follow_up_turn(1, Turn(told=True), queue=QUEUE)
    assert rings() == [RELAY]


def test_a_sale_that_waited_for_a_drawer_is_rung_for(own_database: str, fresh_broker: str, settings: Settings) -> None:
    settings.BROKER_URL = fresh_broker
    shop = open_shop()
    order_id, _ = shop.sale()
    follow_up_turn(shop.caller.terminal_id, Turn(frees=True, seq=0), queue=QUEUE)
    with redis.Redis.from_url(fresh_broker) as broker:
        (ring,) = broker.lrange(QUEUE, 0, -1)
    assert str(order_id) in b64decode(json.loads(ring)["body"]).decode()


def test_a_nudge_that_nobody_takes_ends(rings: Rings) -> None:
    """Its schedule does it anyway: no worker for upkeep finds thousands of them one day."""
    follow_up(Executed(stock_arrived=True))
    with redis.Redis.from_url(configured.BROKER_URL) as broker:
        (message,) = broker.lrange("io", 0, -1)
    assert json.loads(message)["headers"]["expires"] is not None


def test_accounting_that_answers_again_brings_a_refill_that_backed_off_at_once(
    rings: Rings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET, settings.INVOICE_POOL_COVERS_MIN = 5, 20, 0
    shop, books = open_shop(numbers=1), PaperBooks()
    monkeypatch.setattr(upkeep, "accounting", lambda: books)
    monkeypatch.setattr("random.uniform", lambda _, most: most)
    books.next_answers = [fails(AccountingFault("no answer"))]
    assert upkeep.refill_invoice_pool()["fetched"] == 0
    assert upkeep.refill_invoice_pool()["fetched"] == 0, "it waits"
    sell(shop)
    before = rings()
    assert upkeep.relay_outbox() == {"posted": 1, "failed": 0, "parked": 0, "refills_due": 1, "voids_told": 0}
    assert rings()[len(before) :] == [REFILL]
    assert upkeep.refill_invoice_pool()["fetched"] == 20


def test_sales_that_went_on_during_a_refill_need_not_wait_for_the_next(
    rings: Rings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET, settings.INVOICE_POOL_COVERS_MIN = 5, 10, 0
    shop, books = open_shop(numbers=0), PaperBooks()
    meanwhile = [25]

    def number_late() -> int:
        for _ in range(meanwhile.pop() if meanwhile else 0):
            sell(shop)
        return number_late_sales()

    monkeypatch.setattr(upkeep, "accounting", lambda: books)
    monkeypatch.setattr("orders.invoicing.number_late_sales.number_late_sales", number_late)
    sell(shop)
    upkeep.refill_invoice_pool()
    assert not Order.objects.filter(invoice_pending=True).exists()
