"""A terminal's key is changed twice at once."""

import pytest

from orders.commands.core.roles import Role
from orders.models import TerminalKey
from orders.terminals.db.keys import Rotated, create_terminal, rotate_key
from orders.terminals.db.reads import key_hash
from tests.support.network.statements import stopped_before
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.shop import open_shop


@pytest.mark.usefixtures("own_database")
def test_of_two_that_change_a_key_at_once_the_second_has_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one's new key ends with the second's: nobody keeps a key that the terminal does not have."""
    key = create_terminal(store_id=open_shop().store_id, name="front", role=Role.POS)
    terminal_id, gate = TerminalKey.objects.get(key_hash=key_hash(key)).terminal_id, Gate()

    def rotate() -> Rotated:
        rotated = rotate_key(terminal_id, own_key=key)
        assert rotated
        return rotated

    stopped_before(monkeypatch, gate, about="INSERT INTO orders_terminalkey")
    first = begin(rotate)
    gate.wait_reached()
    second = begin(rotate)
    until_done_or_waiting(second)
    gate.open()
    first.result(PATIENCE_S)
    its_key = second.result(PATIENCE_S).key
    hashes = TerminalKey.objects.filter(terminal_id=terminal_id).values_list("key_hash", flat=True)
    assert {bytes(one) for one in hashes} == {key_hash(key), key_hash(its_key)}
