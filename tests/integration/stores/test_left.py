"""What is told of a store that has left: nothing that somebody here would have to see to."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from orders.journal.db.attempts import park
from orders.moving.db.cells import become_cell
from orders.moving.db.leave import leave, left_for_good
from project.browser.menu import navigation
from project.console.look import look
from project.figures import Pipeline
from tests.support.shop.rung import run
from tests.support.shop.shop import Shop, open_shop


@pytest.fixture
def leaver(own_database: str) -> Shop:
    """It has a command that is parked, and one that waits for its turn behind it."""
    become_cell(0)
    shop = open_shop("leaver")
    order_id, paid = shop.sale()
    park(paid, "Bug: it cannot be decided")
    shop.pay(order_id)
    assert run([order_id]) == []
    return shop


def told() -> tuple[int, list[str]]:
    """How many commands the first page calls parked, and the stores that it tells of."""
    now, _ = look()
    return now.parked, [store.code for store in now.stores]


def measured() -> dict[str, float]:
    """What has another value than none."""
    samples = (one for metric in Pipeline().collect() for one in metric.samples)
    return {f"{one.name}{sorted(one.labels.items())}": one.value for one in samples if one.value}


def badges() -> list[Any]:
    request = RequestFactory().get("/admin/")
    request.user = User(is_superuser=True, is_active=True)
    return [item.get("badge") for group in navigation(request) for item in group["items"] if item.get("badge")]


def test_of_a_store_that_has_left_nobody_here_is_told_what_waits_in_it(leaver: Shop, tmp_path: Path) -> None:
    open_shop("stays")
    assert told() == (1, ["leaver", "stays"])
    assert badges() == [1]
    assert [name for name in measured() if "parked" in name or "leaver" in name]
    leave(leaver.store_id, tmp_path, wait_s=0)
    assert told() == (1, ["leaver", "stays"]), "it may stay"
    assert left_for_good(leaver.store_id)
    assert told() == (0, ["stays"])
    assert badges() == []
    assert not [name for name in measured() if "parked" in name or "leaver" in name or "waiting_since" in name]
