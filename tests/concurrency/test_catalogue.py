"""Two edit one store's products."""

from functools import partial

import pytest

from inventory.db.edit_catalogue import edit_products
from inventory.models import Product
from tests.support.network.statements import rewritten, stopped_before
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.shop import open_shop

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.mark.parametrize("locked", [True, False])
def test_of_two_edits_at_once_neither_undoes_the_other(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a product is written. Without the lock it would be as the slower one had read it."""
    if not locked:
        rewritten(monkeypatch, "pg_advisory_xact_lock(hashtextextended('catalogue', %s))", "%s::int")
    edit, gate = partial(edit_products, open_shop().store_id, currency="GBP"), Gate()
    stopped_before(monkeypatch, gate, about="INSERT INTO inventory_product")
    slower = begin(lambda: edit({"TEA-80": {"price_minor": 300}}))
    gate.wait_reached()
    other = begin(lambda: edit({"TEA-80": {"name": "Tea, 80 bags"}}))
    until_done_or_waiting(other)
    gate.open()
    slower.result(PATIENCE_S)
    other.result(PATIENCE_S)
    tea = Product.objects.get(sku="TEA-80")
    assert (tea.price_minor, tea.name) == (300, "Tea, 80 bags" if locked else "Tea-80")
