"""Stores that were stopped in the middle of everything, and what settles them: the data of a release, for the next."""

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from orders.journal.core.batch import subject_of
from orders.journal.db.attempts import park
from orders.journal.db.repair import retry
from orders.models import Command
from tests.faults.test_crash_points import COMMANDS, SHELF
from tests.support.payments.paper_bank import banking, online
from tests.support.samples.a_row_of_each import shop_with_a_row_of_each
from tests.support.shop.rung import execute, run, run_drawer
from tests.support.shop.shop import PRICE_MINOR, open_shop
from workers import run as ring
from workers.authorize import authorize_payments

ROUNDS = 5
_LEAVE_ALONE = "UPDATE orders_command SET attempts = %s WHERE state = 'pending'"
"""Who is rung for another order's sake does not help along what failed before."""
_UNSETTLED = "SELECT order_id, store_id, drawer_id FROM orders_command WHERE state IN ('pending', 'awaiting')"
_PARKED = "SELECT store_id, id FROM orders_command WHERE state = 'parked'"


def make_busy_shop() -> None:
    """A row of whatever there is; a command of each kind that is pending, each in a store of its own; one that is
    parked, one that awaits its provider; a sale whose number follows."""
    shop_with_a_row_of_each()
    for kind, prepare in COMMANDS.items():
        prepare(open_shop(kind.replace("_", "-"), shelf=SHELF, stockroom={"TEA-80": 1_000}, numbers=10))
        cursor().execute(_LEAVE_ALONE, (1,))
    late = open_shop("late", numbers=0)
    assert run([late.sale()[0]]) == []
    online_order = late.order(("POSTAGE", 1))
    late.submit(Kind.PAY, online_order, tenders=[online(PRICE_MINOR)])
    with banking():
        execute([online_order])
    till = late.caller.terminal_id
    late.submit(Kind.DRAWER_OPEN, drawer_id=till, float_minor=100)
    assert run_drawer(till) == []
    late.submit(Kind.DRAWER_MOVEMENT, drawer_id=till, amount_minor=5, reason="found")
    late.submit(Kind.DRAWER_CLOSE, drawer_id=till, counted=[{"method": "cash", "amount_minor": 105}])
    park(late.sale()[1], "Bug: it cannot be decided")
    cursor().execute(_LEAVE_ALONE, (0,))


def states() -> set[tuple[str, str]]:
    """(kind, state) of what is not settled."""
    return set(Command.objects.exclude(state__in=("succeeded", "rejected")).values_list("kind", "state"))


def settle_busy_shop() -> None:
    with banking():
        for store_id, command_id in cursor().execute(_PARKED).fetchall():
            assert retry(store_id, command_id, by="olga", reason="mended")
        for _ in range(ROUNDS):
            subjects = {subject_of(*row) for row in cursor().execute(_UNSETTLED).fetchall()}
            assert ring.run(list(subjects)) == []
            authorize_payments()
