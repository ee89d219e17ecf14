"""One order's commands and reads: what the core could have made of them, and what it could not."""

import pytest

from tests.unit.benchmarks.chaos.talk import (
    DESK,
    TEA_MINOR,
    Json,
    Talk,
    asks,
    cancelled,
    command,
    new_sale,
    order,
    paid,
    payment,
    sold,
)

RETURNED = {"method": "cash", "amount_minor": 2 * TEA_MINOR}


def given_back(by: int = 2) -> dict[str, object]:
    return paid(
        status="cancelled",
        payment_status="refunded",
        refunded_minor=898,
        returned_quantity=2,
        payments=[payment(1, 898), payment(by, 898, kind="refund")],
        credit_notes=[{"number": f"INV-{10 + by}", "pending": False, "command_id": cancelled(by)["id"]}],
    )


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_sale_that_is_cancelled_is_told_as_it_was(talk: Talk) -> None:
    talk.send(new_sale(), at=0, told=sold())
    talk.look(paid(), at=2)
    talk.send(asks("cancel", key="k2"), at=4, told=cancelled(), by=DESK)
    talk.look(given_back(), at=6)
    talk.send(asks("cancel", key="k3"), at=8, told=command(3, "cancel", code="order_cancelled"), by=DESK)
    assert talk.wrong() == []


def test_what_overlaps_may_be_either_way_round(talk: Talk) -> None:
    """The cancel came first, and the pay was refused; or the other way round, which is not what was read."""
    talk.ask("POST", "/orders", at=0, body={"id": order()["id"]}, answer=order(), status=201)
    pay = {**new_sale(), "order": None, "order_id": order()["id"]}
    talk.send(pay, at=2, ended=9, told=command(1, "pay", code="order_cancelled"))
    told: Json = {"order_status": "cancelled", "payment_status": "unpaid", "refunded_minor": 0, "rounding_minor": 0}
    talk.send(asks("cancel", key="k2"), at=3, ended=8, told=command(2, "cancel", **told))
    talk.look(order(status="cancelled", due_minor=0, cancelled_quantity=2), at=10)
    assert talk.wrong() == []


def test_a_read_of_what_was_before_is_found(talk: Talk) -> None:
    talk.send(new_sale(), at=0, told=sold())
    talk.look(paid(), at=2)
    talk.look(order(), at=4)
    talk.look(paid(), at=6)
    lost, untold = talk.wrong()
    assert lost == f"order {order()['id']}: invoice_number was told, and is not there any more"
    way = "after pay (applied), read paid, paid, kept 898 there is no way to read draft, unpaid, kept 0"
    assert untold == f"order {order()['id']}: {way}"


def test_an_outcome_that_the_rules_do_not_know_is_found(talk: Talk) -> None:
    talk.send(new_sale(), at=0, told=sold())
    talk.send(asks("cancel", key="k2"), at=2, told=command(2, "cancel", code="order_not_paid"), by=DESK)
    talk.look(paid(), at=4)
    assert [line.rpartition("there is no way to ")[2] for line in talk.wrong()] == ["cancel (order_not_paid)"]


def test_a_sale_that_was_paid_twice_is_found(talk: Talk) -> None:
    talk.send(new_sale(), at=0, told=sold())
    talk.send(asks("pay", key="k2", tenders=[RETURNED]), at=2, told=sold(2))
    talk.look(paid(), at=4)
    assert [line.rpartition("there is no way to ")[2] for line in talk.wrong()] == ["pay (applied)"]


def test_a_wrong_amount_is_found(talk: Talk) -> None:
    talk.send(new_sale(), at=0, told=sold(change_minor=3))
    talk.look(paid(), at=2)
    assert ["there is no way to pay (applied)" in line for line in talk.wrong()] == [True]


def test_commands_that_do_not_overlap_take_effect_in_the_order_in_which_they_were_taken(talk: Talk) -> None:
    """The pay was taken before the cancel was sent, and yet was decided after it."""
    talk.ask("POST", "/orders", at=0, body={"id": order()["id"]}, answer=order(), status=201)
    pay = {**new_sale(), "order": None, "order_id": order()["id"]}
    talk.send(pay, at=2, told=command(1, "pay", code=None))
    told: Json = {"order_status": "cancelled", "payment_status": "unpaid", "refunded_minor": 0, "rounding_minor": 0}
    talk.send(asks("cancel", key="k2"), at=4, told=command(2, "cancel", **told))
    seen = command(1, "pay", code="order_cancelled")
    talk.ask("GET", f"/commands/{seen['id']}", at=6, answer=seen)
    talk.look(order(status="cancelled", due_minor=0, cancelled_quantity=2), at=8)
    assert ["there is no way to" in line for line in talk.wrong()] == [True]


@pytest.mark.parametrize("seen", [order(), paid()], ids=["it never came", "it came"])
def test_a_request_without_an_answer_may_have_had_its_effect_or_not(talk: Talk, seen: dict[str, object]) -> None:
    talk.send(new_sale(), at=0)
    talk.look(seen, at=20)
    assert talk.wrong() == []


def test_no_request_without_an_answer_has_its_effect_undone(talk: Talk) -> None:
    talk.send(new_sale(), at=0)
    talk.look(paid(), at=20)
    talk.look(order(), at=22)
    talk.look(paid(), at=24)
    assert ["there is no way to read draft" in line for line in talk.wrong()][-1:] == [True]


@pytest.mark.parametrize(("at", "ways"), [(20, 0), (8, 1)], ids=["after its time", "before its time"])
def test_a_hold_lapses_when_its_time_is_over_and_not_before(talk: Talk, at: float, ways: int) -> None:
    talk.ask("POST", "/orders", at=0, body={"id": order()["id"]}, answer=order(), status=201)
    talk.send(
        asks("reserve", key="k1", expires_in_s=10),
        at=2,
        told=command(1, "reserve", order_status="processing", payment_status="unpaid"),
    )
    talk.look(order(), at=at)
    assert len(talk.wrong()) == ways


@pytest.mark.parametrize("code", ["stock_insufficient", "applied"])
def test_whether_there_was_enough_is_not_the_orders_business(talk: Talk, code: str) -> None:
    talk.send(new_sale(), at=0, told=sold() if code == "applied" else command(1, "pay", code=code))
    talk.look(paid() if code == "applied" else order(), at=2)
    assert talk.wrong() == []


def test_a_shipment_goes_its_way(talk: Talk) -> None:
    draft = order(fulfilment="shipment")
    talk.ask("POST", "/orders", at=0, body={"id": draft["id"]}, answer=draft, status=201)
    told: Json = {"change_minor": 0, "due_minor": 0, "rounding_minor": 0, "invoice_number": "INV-1"}
    done = command(1, "pay", order_status="processing", payment_status="paid", **told)
    talk.send(asks("pay", key="k1", tenders=[{"method": "card", "amount_minor": 898}]), at=2, told=done)
    lines = [{"line_id": draft["lines"][0]["id"], "quantity": 1}]
    done = command(2, "fulfill", order_status="partially_shipped", payment_status="paid")
    talk.send(asks("fulfill", key="k2", lines=lines), at=4, told=done, by=DESK)
    done = command(3, "fulfill", order_status="shipped", payment_status="paid")
    talk.send(asks("fulfill", key="k3"), at=6, told=done, by=DESK)
    done = command(4, "deliver", order_status="delivered", payment_status="paid")
    talk.send(asks("deliver", key="k4"), at=8, told=done, by=DESK)
    card = {**payment(1, 898), "method": "card"}
    seen = paid(fulfilment="shipment", status="delivered", payments=[card])
    talk.look(seen, at=10)
    assert talk.wrong() == []


def test_an_order_that_was_there_and_is_not_any_more_is_found(talk: Talk) -> None:
    talk.ask("GET", f"/orders/{order()['id']}", at=0, status=404, answer={"code": "order_not_found"})
    talk.send(new_sale(), at=2, told=sold())
    talk.look(paid(), at=4)
    assert talk.wrong() == []
    talk.ask("GET", f"/orders/{order()['id']}", at=6, status=404, answer={"code": "order_not_found"})
    assert talk.wrong() == [f"order {order()['id']} was there, and is not any more"]
