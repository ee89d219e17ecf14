"""Two shops in which everything has happened, and a manager of one of them."""

import pytest
from django.test import Client

from tests.support.samples.page_of_each import fill
from tests.support.shop.let_on import NAME, let_on
from tests.support.shop.shop import Shop, open_shop


@pytest.fixture
def shops(db: None) -> tuple[Shop, Shop]:
    found = open_shop("corner"), open_shop(NAME)
    for shop, name in zip(found, ("mine", NAME), strict=True):
        fill(shop, name)
    return found


@pytest.fixture
def mia(client: Client, shops: tuple[Shop, Shop]) -> Client:
    client.force_login(let_on(shops[0]))
    return client
