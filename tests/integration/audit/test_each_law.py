"""Every law of the audit is broken in some test; here those that no other one breaks, each as alone as it can be."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from orders.audit.db.stores import LAW as OF_ONE_STORE
from orders.audit.db.walks import LAWS
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Order
from tests.support.payments.paper_bank import banking
from tests.support.samples.special_sales import sell_online
from tests.support.shop.drifts import broken_by
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

PATH = "history is a path in the machine"
BALANCE = "entries balance"
HAS_ENTRY = "a paid order has its sale entry, unless it was worth nothing"
THE_SAME = "the payments of an order and its entries tell the same"
BOOKED = "revenue and tax of what is paid are booked as its lines are worth, by tax"
TAXES = "the taxes of an order are the sums of its lines"
RETURNED = "returned is within handed over, within ordered"
CANCELLED = "what is cancelled is neither ordered nor awaited any more"
ONE_OWNER = "a hold is of a line or of a reference"
TOLD = "a payment provider is told, or there is a reason"
IN_ORDER = "a payment provider is told in order"
ON_HAND = "on hand is the sum of the movements"
RESERVED = "reserved is the sum of the movements"
HELD = "reserved is the sum of the live holds"
WITHIN = "reserved is within on hand"
GOES_ON = "each movement goes on from the one before"
STOCK_MOVED = "only commands that succeeded moved stock"
OLD = "pending commands do not grow old"

TEA = "product_id = (SELECT id FROM inventory_product WHERE sku = 'TEA-80')"


@dataclass(frozen=True, slots=True)
class Day:
    """A sale, an order that is held, a draft of what is not counted, a delivery, and an order that was paid online and
    cancelled, of which no provider has been told yet."""

    sold: UUID
    held: UUID
    draft: UUID
    received: UUID
    online: UUID


@pytest.fixture(scope="module")
def day(module_database: str) -> Day:
    shop = open_shop()
    sold, held = shop.sale(("TEA-80", 1))[0], shop.order(("TEA-80", 2), fulfilment="shipment")
    shop.submit(Kind.RESERVE, held)
    received = shop.receive("MUG-RED", 5)
    execute([sold, held, shop.store_id])
    sell_online(shop)
    online = Order.objects.latest("number").id
    shop.submit(Kind.CANCEL, online)
    with banking():
        execute([online])
    draft = shop.order(("POSTAGE", 1))
    shop.submit(Kind.RESERVE, draft)
    assert audit() == []
    return Day(sold, held, draft, received, online)


def test_every_law_is_broken_somewhere_here() -> None:
    """Also one that comes later. That of stores has a test for each pair of rows."""
    rooms = Path(__file__).parents[2]
    tests = "".join(path.read_text() for path in rooms.rglob("test_*.py"))
    assert sorted(law for law in LAWS - {OF_ONE_STORE} if f'"{law}"' not in tests) == []


def test_a_step_that_no_order_can_take(day: Day) -> None:
    assert broken_by(f"UPDATE orders_statuschange SET kind = 'deliver' WHERE order_id = '{day.sold}'") == {PATH}


def test_a_sale_whose_entry_is_of_another_kind(day: Day) -> None:
    assert broken_by(f"UPDATE orders_journalentry SET kind = 'deposit' WHERE order_id = '{day.sold}'") == {HAS_ENTRY}


def test_an_entry_that_does_not_add_up(day: Day) -> None:
    laws = broken_by(
        "ALTER TABLE orders_journalentry DROP CONSTRAINT entry_balanced",
        f"UPDATE orders_journalentry SET postings = jsonb_set(postings, '{{1,1}}', '-1') WHERE order_id = '{day.sold}'",
    )
    assert laws == {BALANCE, THE_SAME, BOOKED}


def test_a_tax_that_no_line_has(day: Day) -> None:
    told = """[{"code": "std", "rate": "20", "net_minor": 1, "tax_minor": 0}]"""
    assert broken_by(f"UPDATE orders_order SET taxes = '{told}' WHERE id = '{day.sold}'") == {TAXES}


def test_more_that_came_back_than_was_handed_over(day: Day) -> None:
    laws = broken_by(
        "ALTER TABLE orders_orderline DROP CONSTRAINT line_returned_within_shipped_within_quantity",
        f"UPDATE orders_orderline SET returned_quantity = 1 WHERE order_id = '{day.draft}'",
    )
    assert laws == {RETURNED}


def test_a_draft_of_which_something_was_cancelled(day: Day) -> None:
    cancelled = f"UPDATE orders_orderline SET cancelled_quantity = 1 WHERE order_id = '{day.draft}'"
    assert broken_by(cancelled) == {CANCELLED}


def test_a_hold_of_a_line_and_of_a_reference(day: Day) -> None:
    laws = broken_by(
        "ALTER TABLE inventory_hold DROP CONSTRAINT hold_for_a_line_or_a_reference",
        f"UPDATE inventory_hold SET reference = 'WEB-1' WHERE order_id = '{day.held}'",
    )
    assert laws == {ONE_OWNER}


def test_a_provider_that_nobody_has_told_for_hours(day: Day) -> None:
    late = f"next_attempt_at = now() - interval '2 h' WHERE order_id = '{day.online}'"
    assert broken_by(f"UPDATE orders_paymentinstruction SET {late}") == {TOLD}
    assert broken_by(f"UPDATE orders_paymentinstruction SET last_error = 'no answer', {late}") == set()


def test_a_refund_that_was_told_before_its_capture(day: Day) -> None:
    done = f"state = 'done', done_at = now() WHERE kind = 'refund' AND order_id = '{day.online}'"
    assert broken_by(f"UPDATE orders_paymentinstruction SET {done}") == {IN_ORDER}


def test_a_figure_that_no_movement_made(day: Day) -> None:
    assert broken_by(f"UPDATE inventory_stocklevel SET on_hand = on_hand + 1 WHERE {TEA}") == {ON_HAND}
    assert broken_by(f"UPDATE inventory_stocklevel SET reserved = reserved + 1 WHERE {TEA}") == {RESERVED, HELD}


def test_a_hold_of_more_than_was_reserved(day: Day) -> None:
    more = "INSERT INTO inventory_hold (id, store_id, level_id, quantity, reference, created_at) SELECT \
gen_random_uuid(), store_id, level_id, 1, 'WEB-1', created_at FROM inventory_hold"
    assert broken_by(more) == {HELD}


def test_more_that_is_reserved_than_is_there(day: Day) -> None:
    laws = broken_by(
        "ALTER TABLE inventory_stocklevel DROP CONSTRAINT level_reserved_within_on_hand",
        f"UPDATE inventory_stocklevel SET on_hand = 1 WHERE {TEA}",
    )
    assert laws == {WITHIN, ON_HAND}


def test_a_movement_that_goes_on_from_something_else(day: Day) -> None:
    later = f"UPDATE inventory_stockmovement SET quantity_after = quantity_after + 1 WHERE order_id = '{day.sold}'"
    assert broken_by(later) == {GOES_ON}


def test_a_delivery_that_was_refused_and_came_all_the_same(day: Day) -> None:
    refused = f"state = 'rejected', outcome_code = 'stock_insufficient' WHERE id = '{day.received}'"
    assert broken_by(f"UPDATE orders_command SET {refused}") == {STOCK_MOVED}


def test_a_command_that_nobody_has_settled_for_hours(day: Day) -> None:
    old = f"accepted_at = now() - interval '2 h' WHERE order_id = '{day.draft}'"
    assert broken_by(f"UPDATE orders_command SET {old}") == {OLD}
