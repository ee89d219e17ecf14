"""Several processes find at once that the database was restored; two receipts bear one number."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from base.sql.sets import cursor
from orders.feed.db.horizon import horizon
from orders.invoicing.db.printed import PrintedNumberNotFree, take_printed
from orders.invoicing.db.restored import notice
from orders.models import InvoiceNumber
from tests.support.network.statements import stopped_before
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.shop import Shop, open_shop


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop(numbers=3)


@pytest.mark.usefixtures("shop")
def test_one_of_two_sets_the_numbers_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    cursor().execute("UPDATE orders_invoiceepoch SET timeline = '0000002A'")
    gate, now = Gate(), timezone.now()
    stopped_before(monkeypatch, gate, about="SET state = 'set_aside'")
    first = begin(lambda: notice(now=now))
    gate.wait_reached()
    second = begin(lambda: notice(now=now))
    until_done_or_waiting(second)
    gate.open()
    assert [first.result(PATIENCE_S), second.result(PATIENCE_S)] == [True, False]


@pytest.mark.usefixtures("shop")
def test_one_of_two_begins_to_count_changes_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever follows is led back once."""
    cursor().execute("UPDATE orders_feedepoch SET timeline = '0000002A'")
    gate = Gate()
    stopped_before(monkeypatch, gate, about="LOCK TABLE")
    first = begin(horizon)
    gate.wait_reached()
    second = begin(horizon)
    until_done_or_waiting(second)
    gate.open()
    assert first.result(PATIENCE_S).epoch == second.result(PATIENCE_S).epoch


def test_who_begins_anew_waits_for_those_who_write(shop: Shop) -> None:
    """Their changes are numbered as before, and nobody who follows from now on may miss them."""
    cursor().execute("UPDATE orders_feedepoch SET timeline = '0000002A'")
    with transaction.atomic():
        shop.order(("TEA-80", 1))
        beginning = begin(horizon)
        until_done_or_waiting(beginning)
        assert not beginning.done()
    assert beginning.result(PATIENCE_S).before > 0


def test_two_receipts_that_bear_one_number(shop: Shop) -> None:
    """The second waits for the first, and is told that the number is another's."""
    number = InvoiceNumber.objects.earliest("id").number
    gate = Gate()

    @transaction.atomic
    def take() -> dict[UUID, str]:
        taken = take_printed({uuid4(): (shop.store_id, number)})
        gate.before(lambda: None)()
        InvoiceNumber.objects.filter(number=number).update(state="void", voided_at=timezone.now(), void_reason="torn")
        return taken

    first = begin(take)
    gate.wait_reached()
    second = begin(take)
    until_done_or_waiting(second)
    gate.open()
    assert list(first.result(PATIENCE_S).values()) == [number]
    with pytest.raises(PrintedNumberNotFree, match="void"):
        second.result(PATIENCE_S)
