"""Of a store that somebody is not let on the console tells nothing, in none of its parts."""

import json
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from base.contention import Wait, kept
from inventory.models import Product, Store
from orders.commands.core.machine import Kind
from orders.drawers.models import Drawer
from orders.models import Command, Order
from project.console.page import WAITED
from tests.support.shop.let_on import let_on
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db
CLOCK = {"Commands a minute", "Settled within"}
"""What goes on by itself."""


def parts(client: Client) -> dict[str, Any]:
    """Of each part of the page what it says, whatever the clock says meanwhile."""
    told = client.get("/admin/").context_data
    assert told is not None
    charts = [*told["charts"], *told["lines"]]
    return {
        "sentences": [one.text for one in told["sentences"]],
        "checks": {check.name: check.text for check, _ in told["checks"]},
        **{figure.name: (figure.value, figure.more) for figure, _ in told["figures"] if figure.name not in CLOCK},
        **{table["title"]: [row.cells for row, _ in table["rows"]] for table in told["tables"]},
        **{name: [sum(filter(None, one["data"])) for one in json.loads(data)["datasets"]] for _, name, data in charts},
    }


def be_busy(shop: Shop, broker_url: str) -> None:
    """All happens that the console has a part for."""
    shop.submit(Kind.DRAWER_OPEN, float_minor=100, drawer_id=shop.caller.terminal_id)
    run_drawer(shop.caller.terminal_id)
    sold, _ = shop.sale()
    refused, _ = shop.sale(("SCARF-BLUE", 11))
    held = shop.order(("MUG-RED", 1))
    execute([sold, refused])
    _, parked = shop.sale()
    Command.objects.filter(id=parked).update(state="parked", attempts=1, last_error="ValueError: of that store")
    shop.sale()
    tea = Product.objects.get(store=shop.store_id, sku="TEA-80")
    waits = [Wait("product", str(tea.id), 3.0), Wait("order", str(held), 2.0), Wait("store", str(shop.store_id), 1.0)]
    kept(broker_url).add(waits, now=time.time())


def test_another_store_is_in_no_part_of_it(client: Client, fresh_broker: str, settings: Settings) -> None:
    settings.BROKER_URL = fresh_broker
    mine, other = open_shop("corner"), open_shop("harbour")
    client.force_login(let_on(mine))
    before = parts(client)

    be_busy(other, fresh_broker)

    assert Order.objects.filter(store=other.store_id, status="paid").count() == 1
    assert Drawer.objects.filter(store=other.store_id).exclude(opened_at=None).count() == 1
    assert parts(client) == before
    Store.objects.get(pk=other.store_id).users.add(User.objects.get(username="mia"))
    after = parts(client)
    changed = {name for name in before if after[name] != before[name]}
    assert changed >= {"sentences", "checks", "Waiting", "Parked", "To accounting", "Drawers open"}
    assert changed >= {"Payments today, by method", "Refused, by reason", "Begun anew, by cause", WAITED}
    assert changed >= {"Invoice numbers left", "by-outcome", "by-kind", "by-delay"}


def test_of_the_store_that_is_chosen_alone_the_console_tells(
    client: Client, fresh_broker: str, settings: Settings
) -> None:
    settings.BROKER_URL = fresh_broker
    mine, other = open_shop("corner"), open_shop("harbour")
    client.force_login(let_on(mine, other))
    be_busy(other, fresh_broker)
    session = client.session
    session["store"] = mine.store_id
    session.save()

    told = parts(client)

    assert len(told["sentences"]) == 1
    assert told["Payments today, by method"] == told[WAITED] == []
