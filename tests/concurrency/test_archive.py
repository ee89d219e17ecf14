"""Orders are archived, and brought back, while workers have them."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.utils import timezone

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Order
from orders.sales.db.archive import FIRST, NotRestored, archive_cancelled, restore
from tests.support.network.race import race
from tests.support.network.statements import without_lock
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, state

pytestmark = pytest.mark.usefixtures("own_database")


def cancelled(shop: Shop) -> UUID:
    order_id = shop.order(("TEA-80", 1))
    shop.submit(Kind.CANCEL, order_id)
    execute([order_id], helps=False)
    return order_id


def archive() -> int:
    now = timezone.now()
    return archive_cancelled(after=FIRST, before=now + timedelta(days=1), now=now, limit=10).changed


@pytest.mark.parametrize("skips", [True, False])
def test_an_order_that_somebody_has_is_passed_over(
    skips: bool, monkeypatch: pytest.MonkeyPatch, own_database: str
) -> None:
    """Otherwise the whole batch waits for it."""
    if not skips:
        without_lock(monkeypatch, about="SET archived_at = %(now)s")
    shop = open_shop()
    held, other = cancelled(shop), cancelled(shop)
    with psycopg.connect(own_database) as somebody:
        somebody.execute("SELECT FROM orders_order WHERE id = %s FOR NO KEY UPDATE", (held,))
        archiving = begin(archive)
        until_done_or_waiting(archiving)
        archived = Order.objects.exclude(archived_at=None)
        assert list(archived.values_list("id", flat=True)) == ([other] if skips else [])
    assert archiving.result(PATIENCE_S) == (1 if skips else 2)
    assert archive() == (1 if skips else 0)


@pytest.mark.parametrize("locked", [True, False])
def test_it_is_brought_back_after_what_is_being_settled_just_then(
    locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock it would be refused for a command that nobody can find a moment later."""
    if not locked:
        without_lock(monkeypatch, about="SELECT archived_at IS NOT NULL")
    shop = open_shop()
    order_id = cancelled(shop)
    assert archive() == 1
    late, told = shop.pay(order_id), list[NotRestored | None]()

    def bring_back() -> None:
        told.append(restore(order_id, store_id=shop.store_id, now=timezone.now()))

    race(monkeypatch, lambda: execute([order_id], helps=False), bring_back)
    assert told == [None if locked else NotRestored.COMMAND_PENDING]
    assert (Order.objects.get(id=order_id).archived_at is None) is locked
    assert state(late) == "order_cancelled"
    assert audit() == []
