"""Idempotency keys are kept for ever, unless the shop says for how many days."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.models import Command
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till
from workers.archive import purge

RECEIVED = {"items": [{"sku": "TEA-80", "quantity": 5}]}


def receive(till: Till, key: str = "delivery") -> Answer:
    return till.post("/inventory/receive", RECEIVED, key=key)


def age(days: int, *, minutes: int = 0, clock: int = 0) -> None:
    """So long ago was all that the journal holds: ids tell their instant, too, by the clock of a web server that was
    so many minutes ahead."""
    accepted_at = timezone.now() - timedelta(days=days, minutes=minutes)
    made_at = accepted_at + timedelta(minutes=clock)
    for position, command in enumerate(Command.objects.all()):
        made = UUID(int=(int(made_at.timestamp() * 1_000) << 80) + position)
        with unguarded():
            Command.objects.filter(id=command.id).update(id=made, accepted_at=accepted_at)


@pytest.mark.parametrize(("kept", "aged"), [(0, 3_650), (30, 29)])
def test_a_key_that_is_kept_answers_as_before(
    backoffice: Till, shop: Shop, settings: Settings, kept: int, aged: int
) -> None:
    settings.KEYS_KEPT_DAYS = kept
    receive(backoffice)
    execute([shop.store_id], helps=False)
    age(aged)
    assert purge() == 0
    assert receive(backoffice).headers["Idempotency-Replayed"] == "true"
    assert Command.objects.count() == 1


def test_a_freed_key_is_a_new_one(backoffice: Till, shop: Shop, settings: Settings) -> None:
    settings.KEYS_KEPT_DAYS = 30
    receive(backoffice)
    execute([shop.store_id], helps=False)
    age(31)
    assert (purge(), purge()) == (1, 0)
    assert backoffice.get("/commands?key=delivery").status == 404
    assert "Idempotency-Replayed" not in receive(backoffice).headers
    execute([shop.store_id], helps=False)
    assert shop.level("TEA-80") == (20, 0)
    assert receive(backoffice).headers["Idempotency-Replayed"] == "true"


def test_the_key_of_an_unsettled_command_is_not_freed(backoffice: Till, settings: Settings) -> None:
    settings.KEYS_KEPT_DAYS = 30
    receive(backoffice)
    age(31)
    assert purge() == 0
    assert receive(backoffice).headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("minutes", "clock", "freed"), [(-5, -30, 0), (5, 30, 1)], ids=["behind", "ahead"])
def test_it_is_the_databases_clock_that_counts(
    backoffice: Till, shop: Shop, settings: Settings, minutes: int, clock: int, freed: int
) -> None:
    settings.KEYS_KEPT_DAYS = 30
    receive(backoffice)
    execute([shop.store_id], helps=False)
    age(30, minutes=minutes, clock=clock)
    assert purge() == freed


def test_a_till_may_choose_any_key(backoffice: Till, shop: Shop, settings: Settings) -> None:
    settings.KEYS_KEPT_DAYS = 30
    receive(backoffice)
    execute([shop.store_id], helps=False)
    age(31)
    own = f"expired:{Command.objects.get().id}"
    assert receive(backoffice, own).status == 202
    assert purge() == 1
    assert receive(backoffice, own).headers["Idempotency-Replayed"] == "true"
