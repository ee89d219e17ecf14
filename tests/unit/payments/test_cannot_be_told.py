"""What a payment provider cannot be told of is decided by nobody: neither a sale nor what goes back for one.

As Stripe counts: KWD in multiples of 0.010, MGA in multiples of 1.00.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.machine import MONEY_KINDS, SYSTEM_KINDS, Fulfilment, Kind, PaymentTerms, Status
from orders.commands.core.order import Command, Order, Payment
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import World
from orders.commands.core.tenders import Method
from orders.journal.core.fold import Folded
from orders.journal.core.fold import fold as core_fold
from orders.payments.stripe.amounts import why_not
from tests.unit.build import (
    NOW,
    apply,
    batch,
    cash,
    command,
    details,
    facts_of,
    level,
    line,
    money_of,
    new_id,
    order,
    refuse,
    rejected,
    world,
)

ONLINE, CARD = Method.ONLINE, Method.CARD
MISFIT = Code.PAYMENT_DOES_NOT_MATCH_TOTAL


def stripes_word(provider: str, amount_minor: int, currency: str) -> str | None:
    assert provider == "stripe", "nobody else was paid by"
    return why_not(amount_minor, currency)


def shop(**fields: Any) -> World:
    return world(level("TEA", 3), why_not=stripes_word, **fields)


def online(amount_minor: int) -> dict[str, Any]:
    return {"method": "online", "amount_minor": amount_minor, "provider": "stripe", "token": "pm_card_visa"}


def to(method: str, amount_minor: int) -> dict[str, Any]:
    return {"method": method, "amount_minor": amount_minor, "payment_id": None, "reference": None}


def taken(amount_minor: int, method: Method = ONLINE) -> Payment:
    provider = "stripe" if method is ONLINE else None
    id_ = new_id() if method is ONLINE else None
    return Payment(id=new_id(), method=method, taken_minor=amount_minor, provider=provider, authorization_id=id_)


def sold(currency: str, *payments: Payment, **fields: Any) -> Order:
    """Three, which were handed over."""
    total = sum(one.taken_minor for one in payments)
    usual: dict[str, Any] = {"status": Status.PAID, "money": {}, "payments": payments, "paid_minor": total}
    return order(line("TEA", 3, total_minor=total, shipped=3), currency=currency, **usual | fields)


def one(refund_to: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    rows = [{"line_id": None, "sku": "TEA", "quantity": 1, "condition": "sellable"}]
    return {"lines": rows, "refund_to": refund_to}


def fold(found: Order, pay: Command, *known: Authorization) -> Folded:
    loaded = replace(
        batch([found], [level("TEA", 3)], pay), authorizations={pay.id: known} if known else {}, why_not=stripes_word
    )
    return core_fold(loaded, now=NOW, new_id=new_id)


@pytest.mark.parametrize(
    ("currency", "total", "refusal"),
    [
        ("KWD", 5_120, "1.707 KWD cannot go back by stripe: Stripe takes KWD in multiples of 0.010 KWD only."),
        ("BHD", 100, "0.033 BHD cannot go back by stripe: Stripe takes BHD in multiples of 0.010 BHD only."),
        ("MGA", 1_000, "3.33 MGA cannot go back by stripe: Stripe takes MGA in multiples of 1.00 MGA only."),
        ("KWD", 5_130, None),
        ("MGA", 30_000, None),
        ("ISK", 500, None),
        ("UGX", 7, None),
        ("JPY", 500, None),
        ("GBP", 1_000, None),
        ("HUF", 1_001, None),
    ],
)
def test_a_third_goes_back_where_its_provider_can_be_told(currency: str, total: int, refusal: str | None) -> None:
    found = sold(currency, taken(total))
    if refusal:
        refused = refuse(found, Kind.RETURN, shop(), **one())
        said = "Say in `refund_to` how it goes back, such as what is over in cash."
        assert (refused.code, refused.detail) == (MISFIT, f"{refusal} {said}")
    else:
        back, _ = apply(found, Kind.RETURN, shop(), **one())
        assert [(moved.method, moved.amount_minor) for moved in back.money_moved] == [(ONLINE, round(total / 3))]
    whole, after = apply(found, Kind.CANCEL, shop())
    assert ([moved.amount_minor for moved in whole.money_moved], money_of(after)) == ([total], ((ONLINE, 0),))


@pytest.mark.parametrize(
    ("rows", "coin_minor", "moved"),
    [
        pytest.param([to("online", 1_707)], 1, None, id="all of it by name"),
        pytest.param([to("online", 1_705), to("cash", 2)], 1, None, id="too fine a part"),
        pytest.param([to("online", 1_700), to("cash", 7)], 1, [1_700, 7], id="what is over in cash"),
        pytest.param([to("online", 1_700), to("cash", 5)], 5, [1_700, 5], id="rounded to the smallest coin"),
        pytest.param([to("online", 1_700), to("cash", 0)], 50, [1_700], id="less than half a coin"),
        pytest.param([to("cash", 1_707)], 1, [1_707], id="all of it in cash"),
    ],
)
def test_a_cashier_finds_another_way(rows: Any, coin_minor: int, moved: list[int] | None) -> None:
    found = sold("KWD", taken(5_120))
    if moved is None:
        assert refuse(found, Kind.RETURN, shop(coin_minor=coin_minor), **one(rows)).code is MISFIT
    else:
        back, _ = apply(found, Kind.RETURN, shop(coin_minor=coin_minor), **one(rows))
        assert [part.amount_minor for part in back.money_moved] == moved


def test_the_last_of_it_goes_back_as_the_first_did() -> None:
    _, after = apply(sold("KWD", taken(5_120)), Kind.RETURN, shop(), **one([to("online", 1_700), to("cash", 7)]))
    assert refuse(after, Kind.RETURN, shop(), **one()).code is MISFIT
    rest = [{"line_id": None, "sku": "TEA", "quantity": 2, "condition": "sellable"}]
    rows = [to("online", 3_410), to("cash", 3)]
    back, gone = apply(after, Kind.RETURN, shop(), lines=rest, refund_to=rows)
    assert sum(moved.amount_minor for moved in back.money_moved) == 5_120 - 1_707
    assert (gone.kept_minor, gone.status) == (0, Status.RETURNED)


def test_each_part_is_told_by_itself() -> None:
    """1.707 is 1.000 of the first payment and 0.707 of the second."""
    refused = refuse(sold("KWD", taken(1_000), taken(4_120)), Kind.RETURN, shop(), **one())
    assert refused.detail.startswith("0.707 KWD cannot go back by stripe")


def test_nobody_is_asked_about_money_that_no_provider_has() -> None:
    found = sold("KWD", taken(5_120, CARD))
    back, _ = apply(found, Kind.RETURN, world(level("TEA", 0), why_not=_must_not_be_asked), **one())
    assert [(moved.method, moved.amount_minor) for moved in back.money_moved] == [(CARD, 1_707)]


def _must_not_be_asked(*_: object) -> None:
    raise AssertionError


@pytest.mark.parametrize(("currency", "is_refused"), [("KWD", True), ("ISK", False)])
def test_the_rest_of_what_was_shipped_in_part(currency: str, is_refused: bool) -> None:
    found = sold(currency, taken(5_120), fulfilment=Fulfilment.SHIPMENT, status=Status.PARTIALLY_SHIPPED)
    found = replace(found, lines=(replace(found.lines[0], shipped=2),))
    if is_refused:
        assert refuse(found, Kind.CANCEL, shop()).code is MISFIT
    else:
        assert [moved.amount_minor for moved in apply(found, Kind.CANCEL, shop())[0].money_moved] == [1_707]


def test_of_a_deposit_what_is_more_than_the_order_is_worth() -> None:
    on_account = {"fulfilment": Fulfilment.SHIPMENT, "payment_terms": PaymentTerms.ON_ACCOUNT, "paid_at": None}
    found = sold("KWD", taken(4_000), status=Status.SHIPPED, **on_account)
    found = replace(found, lines=(replace(found.lines[0], total_minor=5_120),))
    refused = refuse(found, Kind.RETURN, shop(), **one())
    assert refused.detail.startswith("0.587 KWD cannot go back by stripe")


def test_what_no_terminal_sends_gives_no_money_back() -> None:
    """Nobody could say how it goes back."""
    assert SYSTEM_KINDS.isdisjoint(MONEY_KINDS)
    deposit = taken(5_124)
    held = sold("KWD", deposit, status=Status.PROCESSING, fulfilment=Fulfilment.SHIPMENT, paid_at=None)
    assert refuse(held, Kind.RELEASE, shop(), reason="", lapsed=True).code is Code.TRANSITION_NOT_ALLOWED


def test_a_pay_that_cannot_be_asked_for_is_declined_and_nobody_is_asked() -> None:
    found = order(line("TEA", 1, price=5_124), currency="KWD")
    folded = fold(found, command(Kind.PAY, found, tenders=[online(3_000), cash(1_000), online(1_124)]))
    assert folded.awaiting == []
    refused = rejected(folded.decided[0].outcome)
    reason = "Stripe takes KWD in multiples of 0.010 KWD only."
    assert (refused.code, refused.detail) == (
        Code.PAYMENT_DECLINED,
        f"The payment was declined. 1.124 KWD: {reason}",
    )
    assert details(refused) == [{"tender": 2, "amount_minor": 1_124, "reason": reason}]


def test_a_pay_of_other_amounts_is_asked_for() -> None:
    found = order(line("TEA", 1, price=5_124), currency="KWD")
    folded = fold(found, command(Kind.PAY, found, tenders=[online(5_120), cash(4)]))
    assert [one.amount_minor for one in folded.awaiting[0].requested] == [5_120]


def test_what_was_answered_is_not_asked_about_anew() -> None:
    found = order(line("TEA", 1, price=5_124), currency="KWD")
    pay = command(Kind.PAY, found, tenders=[online(5_124)])
    known = Authorization(
        id=UUID(int=1), position=0, state=AuthorizationState.AUTHORIZED, amount_minor=5_124, detail=""
    )
    decided = fold(found, pay, known).decided
    assert facts_of(decided[0].outcome) == [("tender", "online", 5_124, "")]  # type: ignore[arg-type]
