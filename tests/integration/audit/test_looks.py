"""The audit looks at what was touched since its last look, and misses nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from base.sql.sets import cursor
from orders.accounting.outside.relay import relay_outbox
from orders.audit import look as looking
from orders.audit.db.findings import by_law
from orders.audit.db.rounds import current_look, is_look_unfinished
from orders.audit.look import is_due, look_on
from orders.commands.core.machine import Kind
from orders.models import AuditFinding, AuditLook, JournalEntry
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

ON_HAND = "on hand is the sum of the movements"
GOES_ON = "each movement goes on from the one before"
TOTAL = "what an order comes to is the sum of its lines"
ONCE = "a command took effect once if it succeeded, and never otherwise"
CONFIRMED = "a number is posted if its sale's entry is"

# One more that goes on from nothing, as a bug would write it.
ASTRAY = """
    INSERT INTO inventory_stockmovement (store_id, level_id, location_id, kind, quantity_change, reserved_change,
        quantity_after, reserved_after, reference, reason, command_id, created_by, created_at)
    SELECT store_id, level_id, location_id, kind, quantity_change, 0, quantity_after + 100, 0, reference, reason,
        gen_random_uuid(), created_by, created_at
    FROM inventory_stockmovement ORDER BY id LIMIT 1
"""


@pytest.fixture
def shop(own_database: str) -> Shop:
    """All that it did was looked at."""
    shop = open_shop()
    execute([shop.sale()[0] for _ in range(3)])
    assert look() == []
    return shop


def look() -> list[str]:
    """The laws that are told broken by a whole look."""
    return [drift.law for drift in look_on(seconds=60)]


def spoil(statement: str) -> None:
    with unguarded():
        assert cursor().execute(statement.encode()).rowcount > 0


@contextmanager
def open_transaction(database: str, statement: str) -> Iterator[None]:
    """It has written and commits at the end."""
    with psycopg.connect(database) as late:
        late.execute(statement.encode())
        yield


def examined() -> int:
    return AuditLook.objects.get().looked_examined


def test_the_first_look_leaves_what_was_before_to_the_round(shop: Shop) -> None:
    assert examined() == 0
    assert not is_due(timezone.now())


def test_a_look_sees_what_was_touched_and_nothing_else(shop: Shop) -> None:
    execute([shop.sale(("TEA-80", 1))[0]])
    assert is_due(timezone.now())
    assert look() == [], "its movement, its history"
    assert examined() == 2, "its movement, its history"
    assert look() == []
    assert examined() == 0
    assert not is_due(timezone.now())
    assert is_due(timezone.now() + timedelta(hours=2)), "an idle shop's audit is alive"


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        pytest.param("UPDATE orders_order SET total_minor = total_minor + 1", TOTAL, id="an order"),
        pytest.param("DELETE FROM orders_statuschange", ONCE, id="a command that left no trace"),
        pytest.param("UPDATE inventory_stocklevel SET on_hand = on_hand + 1", ON_HAND, id="a level"),
        pytest.param("UPDATE inventory_stockmovement SET quantity_change = -9", GOES_ON, id="movements"),
    ],
)
def test_a_sale_that_was_written_wrong_is_found_by_the_next_look(shop: Shop, wrong: str, law: str) -> None:
    execute([shop.sale(("TEA-80", 1))[0]])
    spoil(wrong)
    assert law in look()
    assert law in by_law()


def test_a_draft_that_was_written_wrong(shop: Shop) -> None:
    draft = shop.order(("TEA-80", 1))
    spoil(f"UPDATE orders_order SET total_minor = total_minor + 1 WHERE id = '{draft}'")
    assert look() == [TOTAL]


def test_a_stock_command_that_was_rejected_and_moved_something(shop: Shop) -> None:
    shop.receive("TEA-80", 5)
    execute([shop.store_id])
    spoil("UPDATE orders_command SET state = 'rejected', outcome_code = 'stock_insufficient' WHERE kind = 'receive'")
    assert set(look()) == {"only commands that succeeded moved stock"}


def test_an_entry_that_was_posted_without_its_number(shop: Shop) -> None:
    relay_outbox(PaperBooks())
    assert look() == []
    assert examined() == JournalEntry.objects.count()
    spoil("UPDATE orders_journalentry SET posted_at = now()")
    spoil("UPDATE orders_invoicenumber SET state = 'assigned', posted_at = NULL WHERE state = 'posted'")
    assert set(look()) == {CONFIRMED}


def test_what_should_have_been_done_by_now(shop: Shop) -> None:
    shop.submit(Kind.RESERVE, shop.order(("TEA-80", 1)))
    spoil("UPDATE orders_command SET accepted_at = now() - interval '2 hours' WHERE state = 'pending'")
    assert look() == ["pending commands do not grow old"]


@pytest.mark.parametrize("looks", [1, 5])
def test_what_commits_late_is_found_however_many_looks_went_by(
    shop: Shop, own_database: str, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has its place among those that were looked at long ago."""
    monkeypatch.setattr(looking, "MARK_EVERY", timedelta(0))
    with open_transaction(own_database, ASTRAY):
        for _ in range(looks):
            execute([shop.sale(("MUG-RED", 1))[0]])
            assert look() == []
    assert GOES_ON in look()
    assert look() == []


def test_the_floor_follows_once_all_before_it_has_ended(
    shop: Shop, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def floor() -> int:
        execute([shop.sale(("MUG-RED", 1))[0]])
        assert look() == []
        return int(AuditLook.objects.get().floor["movements"])

    monkeypatch.setattr(looking, "MARK_EVERY", timedelta(0))
    first, *before = [floor() for _ in range(5)]
    assert before[-1] > first, "nobody is in its way"
    with open_transaction(own_database, "UPDATE inventory_location SET priority = priority"):
        during = [floor() for _ in range(6)]
    after = [floor() for _ in range(4)]
    assert during[2] == during[-1] < after[-1]


def test_a_look_is_made_in_parts_and_goes_on_where_it_was_killed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "ROWS_MAX", 2)
    execute([shop.sale(("TEA-80", 1))[0] for _ in range(5)])
    spoil("UPDATE orders_order SET total_minor = total_minor + 1")
    told, parts = [drift.law for drift in look_on(seconds=0)], 1
    while is_look_unfinished():
        told += [drift.law for drift in look_on(seconds=0)]  # each as if the one before had been killed after its part
        parts += 1
    assert told.count(TOTAL) == 5
    assert parts > 5
    assert AuditLook.objects.get().looked_drifts == len(told)


def test_of_two_at_once_one_tells(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    execute([shop.sale(("TEA-80", 1))[0]])
    spoil("UPDATE orders_order SET total_minor = total_minor + 1 WHERE number = (SELECT max(number) FROM orders_order)")
    one, other = current_look(), current_look()
    for each in (one, other):
        looking._begin(each, now=timezone.now())
        each.source = "history"
    assert TOTAL in [drift.law for drift in looking._step(one) or []]
    assert looking._step(other) is None
    assert AuditFinding.objects.filter(law=TOTAL).count() == 1
    assert caplog.text.count(f"drift: {TOTAL}") == 1


def test_what_an_update_has_left_without_its_source_begins_anew(shop: Shop) -> None:
    execute([shop.sale(("TEA-80", 1))[0]])
    spoil("UPDATE orders_order SET total_minor = total_minor + 1 WHERE number = (SELECT max(number) FROM orders_order)")
    AuditLook.objects.update(source="gone", after="x", next_since=2**40)
    assert TOTAL in look()


def test_a_database_that_was_restored_into_a_younger_one(shop: Shop) -> None:
    """Its transactions have smaller numbers than those that were noted."""
    AuditLook.objects.update(next_since=2**40 + 2**30, mark_until=2**40)
    shop.submit(Kind.RESERVE, shop.order(("TEA-80", 1)))
    execute([shop.store_id], helps=True)
    spoil("UPDATE orders_order SET total_minor = total_minor + 1 WHERE number = (SELECT max(number) FROM orders_order)")
    assert TOTAL in look()
