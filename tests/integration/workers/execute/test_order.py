"""What a batch takes on: its order, its size, whom it helps, and what a rejected command does to its neighbours."""

import psycopg
import pytest
from pytest_django.fixtures import Settings

import workers.sizes
from base.sql.sets import cursor
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.models import Order, StatusChange
from orders.terminals.db.keys import create_terminal
from orders.terminals.db.reads import caller_by_key, key_hash
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, state, states
from workers import execute as transaction
from workers.sizes import Sizes

pytestmark = pytest.mark.usefixtures("own_database")


def test_commands_of_one_order_take_effect_in_the_journals_order() -> None:
    shop = open_shop()
    order_id = shop.order(("TEA-80", 2))
    kinds = [Kind.RESERVE, Kind.RELEASE, Kind.RESERVE, Kind.CANCEL, Kind.RESERVE]
    commands = [shop.submit(kind, order_id) for kind in kinds]
    execute([order_id])
    assert states(commands) == ["applied", "applied", "applied", "applied", "order_cancelled"]
    history = StatusChange.objects.filter(order_id=order_id).order_by("id").values_list("kind", flat=True)
    assert list(history) == kinds[:4]
    assert audit() == []


def test_the_journals_order_is_that_of_acceptance_not_of_ids() -> None:
    shop = open_shop()
    order_id = shop.order(("TEA-80", 1))
    cancel, pay = shop.submit(Kind.CANCEL, order_id), shop.pay(order_id)
    with unguarded():
        cursor().execute("UPDATE orders_command SET seq = seq + 1000 WHERE id = %s", (cancel,))
    execute([order_id])
    assert states([pay, cancel]) == ["applied", "applied"]
    assert Order.objects.get(id=order_id).payment_status == "refunded"


def test_a_rejected_command_changes_nothing_and_its_neighbours_proceed() -> None:
    shop = open_shop(shelf={"TEA-80": 3})
    sales = [shop.sale(("TEA-80", quantity)) for quantity in (2, 2, 1)]
    execute([order_id for order_id, _ in sales])
    assert states([command_id for _, command_id in sales]) == ["applied", "stock_insufficient", "applied"]
    refused = Order.objects.get(id=sales[1][0])
    assert (refused.status, refused.paid_minor, refused.paid_at) == ("draft", 0, None)
    assert shop.level("TEA-80") == (0, 0)
    assert audit() == []


def test_a_ring_for_a_settled_command_helps_others() -> None:
    shop = open_shop()
    first_order, first = shop.sale()
    execute([first_order], helps=False)
    others = [shop.sale()[1] for _ in range(3)]
    received = shop.receive("MUG-RED", 5)
    assert sorted(execute([first_order]).settled) == sorted([*others, received])
    assert states([first, *others, received]) == ["applied"] * 5


def test_helping_passes_over_orders_and_stores_that_somebody_has(own_database: str) -> None:
    shop, harbour = open_shop(), open_shop("harbour")
    (rung, settled), (held, waiting), (_, helped) = [shop.sale() for _ in range(3)]
    stocked, later = [one.receive("TEA-80", 1) for one in (shop, harbour)]
    with psycopg.connect(own_database) as somebody:
        somebody.execute("SELECT FROM orders_order WHERE id = %s FOR UPDATE", (held,))
        somebody.execute("SELECT FROM inventory_store WHERE id = %s FOR UPDATE", (harbour.store_id,))
        execute([rung])
    assert states([settled, helped, stocked]) == ["applied"] * 3
    assert states([waiting, later]) == ["pending"] * 2


def other_till(shop: Shop) -> Shop:
    caller = caller_by_key(key_hash(create_terminal(store_id=shop.store_id, name="the other till", role=Role.POS)))
    assert caller
    return Shop(caller)


def test_terminals_have_their_turns_when_others_are_helped(settings: Settings) -> None:
    """One that sent many before does not keep another's sale waiting for all of them."""
    shop = open_shop()
    many = [shop.sale() for _ in range(6)]
    _, single = other_till(shop).sale()
    settings.COMMAND_BATCH_MAX = 2
    assert sorted(execute([]).settled) == sorted([many[0][1], single])


def test_of_what_was_sent_together_a_batch_takes_little_beside_a_sale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two, and as many as of the others; while nobody else waits, no more than is short. And it knows that there are
    more."""
    seen = Sizes()
    monkeypatch.setattr(transaction, "sizes", seen)
    monkeypatch.setattr(workers.sizes, "SHORT", 6)
    shop = open_shop()
    many = [shop.sale()[1] for _ in range(22)]
    _, single = other_till(shop).sale()
    beside = execute([])
    assert (sorted(beside.settled), beside.is_full) == (sorted([*many[:3], single]), True)
    seen.note([one.command.terminal_id for one in beside.decided if one.command.id == single])
    many += [shop.sale()[1] for _ in range(3)]
    alone = execute([])
    assert (sorted(alone.settled), alone.is_full) == (sorted(many[3:9]), True)


@pytest.mark.parametrize("commands_max", [1, 3, 5])
def test_a_batch_has_a_limit(settings: Settings, commands_max: int) -> None:
    settings.COMMAND_BATCH_MAX = commands_max
    shop = open_shop()
    sales = [shop.sale() for _ in range(7)]
    assert len(execute([sales[-1][0]]).settled) <= commands_max
    rounds = 1
    while execute([]).settled:
        rounds += 1
    assert rounds >= 7 / commands_max
    assert set(states([command_id for _, command_id in sales])) == {"applied"}


def test_an_order_with_more_commands_than_a_batch_takes_several(settings: Settings) -> None:
    settings.COMMAND_BATCH_MAX = 2
    shop = open_shop()
    order_id = shop.order(("TEA-80", 1))
    commands = [shop.submit(kind, order_id) for kind in (Kind.RESERVE, Kind.RELEASE, Kind.RESERVE, Kind.RELEASE)]
    assert execute([order_id]).settled == commands[:2]
    assert execute([order_id]).settled == commands[2:]


def test_a_batch_serves_several_stores_with_their_own_stock_and_numbers() -> None:
    shops = [open_shop(code, shelf={"TEA-80": 1}, numbers=1) for code in ("corner", "harbour")]
    sales = [shop.sale() for shop in shops for _ in range(2)]
    execute([order_id for order_id, _ in sales])
    assert states([command_id for _, command_id in sales]) == ["applied", "stock_insufficient"] * 2
    assert audit() == []


def test_an_unknown_order_is_nobodys_trouble() -> None:
    shop = open_shop()
    order_id, command_id = shop.sale()
    execute([command_id, order_id], helps=False)
    assert state(command_id) == "applied"
