"""The figures that the README says to watch are there."""

import re

import pytest
from django.test import Client

from orders.models import InvoicePool
from project.env import PROJECT_FOLDER
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop


@pytest.mark.django_db
def test_every_figure_of_the_readme_is_among_the_metrics(client: Client) -> None:
    shop = open_shop()
    execute([shop.sale()[0]])
    InvoicePool.objects.update_or_create(store_id=shop.store_id, defaults={"burn_per_minute": 10.0})
    named = set(re.findall(r"`(ringup_(?!client\b)\w+)`", (PROJECT_FOLDER / "README.md").read_text()))

    metrics = client.get("/metrics").content.decode()

    assert len(named) >= 6
    assert {name for name in named if not re.search(rf"^(# HELP )?{name}\b", metrics, re.MULTILINE)} == set()
