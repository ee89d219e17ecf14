"""One command fails for a reason that is not the business's: it alone is parked, and holds up its order alone."""

import signal
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.bell import of_store
from orders.journal.core.batch import OrderSubject, Subject
from orders.journal.db import repair
from orders.journal.db.attempts import Begun, begin
from orders.journal.db.sweep import due
from orders.models import Command, Order, Repair
from tests.support.shop.poison import Poisoned, poison
from tests.support.shop.rung import execute, freed, run
from tests.support.shop.shop import Shop, open_shop, state, states
from workers import execute as executing
from workers import isolate as isolating
from workers.deadline import Overdue
from workers.drawers import take_turn

pytestmark = pytest.mark.usefixtures("own_database")


def parked_sale(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> tuple[UUID, UUID]:
    order_id, command_id = shop.sale()
    with monkeypatch.context() as patch:
        poison(patch, {command_id})
        run([order_id])
    assert state(command_id) == "parked"
    return order_id, command_id


def test_only_the_poison_command_of_a_batch_is_parked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop = open_shop()
    sales = [shop.sale() for _ in range(5)]
    commands = [command_id for _, command_id in sales]
    poison(monkeypatch, {commands[2]})
    (failure,) = run([order_id for order_id, _ in sales])
    assert isinstance(failure, Poisoned)
    assert states(commands) == ["applied", "applied", "parked", "applied", "applied"]
    parked = Command.objects.get(id=commands[2])
    assert (parked.last_error, parked.attempts) == ("cannot decide pay", 1)
    (line,) = (record.__dict__ for record in caplog.records if record.name == "workers.isolate")
    told = {"command_id": commands[2], "kind": "pay", "order_id": sales[2][0], "store": shop.store_id}
    assert {**told, "outcome": "parked", "worker": parked.worker}.items() <= line.items()
    assert Order.objects.get(id=sales[2][0]).status == "draft"
    assert audit() == []


def test_only_the_poison_command_of_a_stores_stock_is_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those behind it go on with the next ring: a store's do not wait for each other."""
    shop = open_shop()
    received = [shop.receive("TEA-80", quantity) for quantity in (1, 2, 4)]
    order_id, sale = shop.sale()
    with monkeypatch.context() as patch:
        poison(patch, {received[1]})
        (failure,) = run([shop.store_id, order_id])
        assert isinstance(failure, Poisoned)
        assert run([shop.store_id]) == []
        assert states([*received, sale]) == ["applied", "parked", "applied", "applied"]
        assert Command.objects.get(id=received[1]).last_error == "cannot decide receive"
        assert shop.level("TEA-80") == (10 + 1 + 4 - 1, 0)
    shop.receive("TEA-80", 8)
    assert run([shop.store_id]) == []
    assert shop.level("TEA-80") == (22, 0)
    assert freed(repair.retry(shop.store_id, received[1], by="olga", reason="")) == []
    assert run([shop.store_id]) == []
    assert shop.level("TEA-80") == (24, 0)
    assert audit() == []


def test_a_payload_that_no_request_can_have_parks_its_command_alone() -> None:
    shop = open_shop()
    unpayable, order_id = shop.order(("TEA-80", 1)), shop.order(("TEA-80", 1))
    without_tenders, reserved = shop.submit(Kind.PAY, unpayable), shop.submit(Kind.RESERVE, order_id)
    (failure,) = run([unpayable, order_id])
    assert isinstance(failure, KeyError)
    assert states([without_tenders, reserved]) == ["parked", "applied"]


def test_what_a_command_that_failed_before_asks_for_is_not_read_with_others() -> None:
    shop = open_shop()
    unpayable, order_id = shop.order(("TEA-80", 1)), shop.order(("TEA-80", 1))
    without_tenders, reserved = shop.submit(Kind.PAY, unpayable), shop.submit(Kind.RESERVE, order_id)
    Command.objects.filter(id=without_tenders).update(attempts=1)
    executed = execute([unpayable, order_id], helps=False)
    assert executed.settled == [reserved]
    assert executed.suspects == frozenset([OrderSubject(unpayable)])


def test_helping_a_poison_command_does_not_harm_the_rung_one(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    _, poisonous = shop.sale()
    order_id, command_id = shop.sale()
    poison(monkeypatch, {poisonous})
    assert run([order_id]) == []
    assert states([command_id, poisonous]) == ["applied", "pending"]
    assert Command.objects.get(id=poisonous).attempts == 0


def test_a_decision_that_never_ends_is_ended_and_its_command_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise its worker hangs, is killed by its time limit, and whoever helps next hangs as well."""
    monkeypatch.setattr(executing, "DECISIONS_MAX_S", 1.0)
    shop = open_shop()
    (hanging_order, hanging), (order_id, command_id), (_, helped) = [shop.sale() for _ in range(3)]
    poison(monkeypatch, {hanging}, hangs=True)
    assert run([order_id]) == []
    assert states([hanging, command_id]) == ["pending", "applied"]
    (failure,) = run([hanging_order])
    assert isinstance(failure, Overdue)
    assert state(hanging) == "parked"
    assert run([order_id]) == []
    execute([])
    assert state(helped) == "applied"
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert audit() == []


def test_a_poison_command_that_failed_before_is_left_out_by_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    _, suspect = shop.sale()
    Command.objects.filter(id=suspect).update(attempts=1)
    order_id, command_id = shop.sale()
    assert execute([order_id]).settled == [command_id]
    assert state(suspect) == "pending"


def test_a_suspect_is_run_alone_by_its_own_ring() -> None:
    shop = open_shop()
    order_id, suspect = shop.sale()
    Command.objects.filter(id=suspect).update(attempts=1)
    assert run([order_id]) == []
    assert state(suspect) == "applied"
    assert Command.objects.get(id=suspect).attempts == 2


def test_later_commands_of_the_order_wait_and_other_orders_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    order_id, parked = parked_sale(shop, monkeypatch)
    later = [shop.submit(Kind.CANCEL, order_id), shop.submit(Kind.RESERVE, order_id)]
    other_order, other = shop.sale()
    run([order_id])
    run([other_order])
    assert states([*later, other]) == ["pending", "pending", "applied"]
    assert set(Command.objects.filter(id__in=later).values_list("blocked_by", flat=True)) == {parked}
    assert due(now=timezone.now() + timedelta(days=1), limit=9) == []


def test_what_is_freed_comes_before_what_was_begun_alone_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator retries it, or its payment provider answers, after the later one was chosen and before it is run."""
    shop = open_shop()
    order_id, parked = parked_sale(shop, monkeypatch)
    later = shop.submit(Kind.CANCEL, order_id)
    begun = begin(OrderSubject(order_id))
    assert begun
    assert begun.command_id == later
    repair.retry(shop.store_id, parked, by="olga")
    execute([order_id], helps=False, alone=later)
    assert states([parked, later]) == ["pending", "pending"]
    run([order_id])
    assert states([parked, later]) == ["applied", "applied"]
    assert list(Command.objects.order_by("settled_at").values_list("id", flat=True)) == [parked, later]


def test_a_drawers_command_that_was_freed_comes_first_too() -> None:
    shop = open_shop()
    drawer_id = shop.caller.terminal_id
    opened = shop.submit(Kind.DRAWER_OPEN, drawer_id=drawer_id, float_minor=100)
    moved = shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=drawer_id, amount_minor=-20, reason="to the bank")
    assert take_turn(drawer_id, alone=moved).settled is None
    assert states([opened, moved]) == ["pending", "pending"]
    assert take_turn(drawer_id, alone=opened).settled == opened
    assert take_turn(drawer_id, alone=moved).settled == moved


@pytest.mark.parametrize(
    ("repaired", "outcomes"),
    [(repair.retry, ["applied", "applied"]), (repair.dismiss, ["dismissed", "applied"])],
    ids=["retry", "dismiss"],
)
def test_an_operator_frees_what_waits(
    repaired: Callable[..., repair.Repaired | None], outcomes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop()
    order_id, parked = parked_sale(shop, monkeypatch)
    cancel = shop.submit(Kind.CANCEL, order_id)
    run([order_id])
    assert freed(repaired(shop.store_id, parked, by="olga", reason="twice")) == [cancel]
    assert repaired(shop.store_id, parked, by="olga") is None
    run([order_id])
    assert states([parked, cancel]) == outcomes
    (kept,) = Repair.objects.filter(command=parked).values_list("act", "by", "reason")
    assert kept == (repaired.__name__, "olga", "twice")
    assert audit() == []


def test_what_was_run_alone_is_announced_and_so_is_what_was_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    (bad_order, bad), (order_id, command_id) = shop.sale(), shop.sale()
    heard: list[UUID] = []
    monkeypatch.setattr(isolating, "announce", heard.extend)
    poison(monkeypatch, {bad})
    run([bad_order, order_id])
    assert heard == [bad, command_id, of_store(shop.store_id)]


def test_a_poison_stock_command_does_not_hold_up_its_store(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    poisonous, receive = shop.receive("TEA-80", 1), shop.receive("TEA-80", 2)
    poison(monkeypatch, {poisonous})
    run([shop.store_id])
    run([shop.store_id])
    assert states([poisonous, receive]) == ["parked", "applied"]
    assert shop.level("TEA-80") == (12, 0)


def test_one_that_fails_every_time_without_a_trace_is_parked_after_the_limit() -> None:
    """Its worker died each time: all that is left of it are the counted attempts."""
    shop = open_shop()
    order_id, command_id = shop.sale()
    Command.objects.filter(id=command_id).update(attempts=20)
    (failure,) = run([order_id])
    assert str(failure) == "failed 20 times, at last: its worker died each time"
    assert state(command_id) == "parked"


def test_exactly_the_command_that_was_begun_is_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was accepted earlier may become visible only after the attempt was counted: it is run before."""
    shop = open_shop()
    order_id, earlier = shop.sale()
    begun_one = shop.submit(Kind.CANCEL, order_id)
    Command.objects.filter(id=earlier).update(state="parked")  # as if it were not committed yet

    def begin_then_commit(subject: Subject) -> Begun | None:
        found = begin(subject)
        Command.objects.filter(id=earlier, state="parked").update(state="pending")
        return found

    monkeypatch.setattr(isolating, "begin", begin_then_commit)
    poison(monkeypatch, {begun_one})
    isolating.isolate([OrderSubject(order_id)])
    assert states([earlier, begun_one]) == ["applied", "parked"]
