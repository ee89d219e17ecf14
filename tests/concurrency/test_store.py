"""A store's settings are edited by several at once, and while its drawers are opened."""

import pytest

from inventory.db.edit_store import DrawersOpen, edit_store, read_store
from orders.commands.core.machine import Kind
from orders.drawers.db.save import save_opened
from tests.support.network.statements import rewritten, stopped_before, without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.shop import open_shop, state
from workers.drawers import take_turn

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.mark.parametrize("locked", [True, False])
def test_of_two_edits_at_once_neither_undoes_the_other(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """All settings are written. Without the lock they would be as the slower one had read them."""
    if not locked:
        without_lock(monkeypatch, about="FROM inventory_store WHERE id = %s")
    store_id, gate = open_shop().store_id, Gate()
    stopped_before(monkeypatch, gate, about="UPDATE inventory_store SET name")
    slower = begin(lambda: edit_store(store_id, {"name": "Harbour"}))
    gate.wait_reached()
    other = begin(lambda: edit_store(store_id, {"receipt_footer": "Come again"}))
    until_done_or_waiting(other)
    gate.open()
    slower.result(PATIENCE_S)
    other.result(PATIENCE_S)
    store = read_store(store_id)
    assert (store.name, store.receipt_footer) == ("Harbour", "Come again" if locked else None)


@pytest.mark.parametrize("shared", [True, False])
def test_what_needs_closed_drawers_waits_for_one_that_is_being_opened(
    shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock that they share the drawer would be opened in one time zone and counted in another."""
    if not shared:
        rewritten(monkeypatch, "FOR SHARE", "")
    shop, gate = open_shop(), Gate()
    till, name = shop.caller.terminal_id, shop.caller.name
    opened = shop.submit(Kind.DRAWER_OPEN, drawer_id=till, float_minor=0)
    monkeypatch.setattr("workers.drawers.save_opened", gate.before(save_opened))
    opening = begin(lambda: take_turn(till))
    gate.wait_reached()
    editing = begin(lambda: edit_store(shop.store_id, {"time_zone": "Europe/Vienna"}))
    until_done_or_waiting(editing)
    gate.open()
    opening.result(PATIENCE_S)
    assert state(opened) == "applied"
    assert (editing.result(PATIENCE_S) == DrawersOpen([name], ["time_zone"])) is shared
    assert read_store(shop.store_id).time_zone == ("UTC" if shared else "Europe/Vienna")
