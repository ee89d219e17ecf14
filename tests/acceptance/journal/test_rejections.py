"""Every rejection code is produced through HTTP, and of two that apply the first by precedence is the answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from inventory.models import Hold, Store
from orders.commands.core.outcomes import NO_REJECTIONS, Code
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till
from workers.authorize import authorize_payments
from workers.expire import expire_holds

EMPTY = "tok-empty"
SHIPMENT = "shipment"
_keys = count(1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Ten teas and ten mugs, and a terminal that may do anything."""

    till: Till
    settle: Callable[[Answer, Till], Any]
    settings: Settings

    def order(self, *wanted: tuple[str, int], fulfilment: str = "immediate") -> str:
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in wanted]
        created = self.till.post("/orders", {"currency": "GBP", "fulfilment": fulfilment, "lines": lines})
        assert created.status == 201, created
        return str(created.body["id"])

    def line(self, order_id: str) -> str:
        return str(self.till.get(f"/orders/{order_id}").body["lines"][0]["id"])

    def does(self, path: str, **body: Any) -> None:
        assert self.answer(path, **body)["outcome"]["code"] == Code.APPLIED

    def answer(self, path: str, **body: Any) -> Any:
        command = self.settle(self.till.post(path, body, key=f"k{next(_keys)}"), self.till)
        if command["state"] != "awaiting":
            return command
        authorize_payments()
        execute([UUID(command["order_id"])], helps=False)
        return self.till.get(f"/commands/{command['id']}").body


Case: TypeAlias = Callable[[Desk], tuple[str, dict[str, Any]]]
"""Sets the scene; the call that is refused, and its body."""


def card(quantity: int) -> dict[str, Any]:
    return {"tenders": [{"method": "card", "amount_minor": quantity * PRICE_MINOR}]}


def declined(quantity: int) -> dict[str, Any]:
    return {"tenders": [online(quantity * PRICE_MINOR, EMPTY)]}


def back(quantity: int, sku: str = "TEA-80") -> dict[str, Any]:
    return {"lines": [{"sku": sku, "quantity": quantity, "condition": "sellable"}]}


def rows(*wanted: tuple[str, int]) -> dict[str, Any]:
    return {"lines": [{"line_id": line_id, "quantity": quantity} for line_id, quantity in wanted]}


def tea(desk: Desk, *done: str, quantity: int = 2, fulfilment: str = "immediate") -> str:
    """An order of teas, to which this was done already."""
    order_id = desk.order(("TEA-80", quantity), fulfilment=fulfilment)
    for call in done:
        desk.does(f"/orders/{order_id}/{call}", **(card(quantity) if call == "pay" else {}))
    return order_id


def of(call: str, *done: str, body: dict[str, Any] | None = None, **order: Any) -> Case:
    """The call on an order of teas, to which this was done already."""
    return lambda desk: (f"/orders/{tea(desk, *done, **order)}/{call}", body or {})


def lapsed(desk: Desk, *, sold_since: int) -> str:
    """An order of two teas that lost its hold, after which so many were sold to others."""
    order_id = desk.order(("TEA-80", 2))
    desk.does(f"/orders/{order_id}/reserve", expires_in_s=60)
    Hold.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert expire_holds() == 1
    execute([UUID(order_id)], helps=False)
    tea(desk, "pay", quantity=sold_since)
    return order_id


def no_numbers(desk: Desk) -> None:
    desk.settings.INVOICE_POOL_EMPTY = "reject"
    desk.settings.INVOICE_NUMBER_GENERATOR = "tests.support.shop.generators.none_left"


def unknown_line(desk: Desk) -> tuple[str, dict[str, Any]]:
    return f"/orders/{tea(desk, 'pay', fulfilment=SHIPMENT)}/fulfill", rows((str(uuid4()), 1))


def empty(call: str, body: dict[str, Any]) -> Case:
    return lambda desk: (f"/orders/{desk.order()}/{call}", body)


def without_numbers(desk: Desk) -> tuple[str, dict[str, Any]]:
    no_numbers(desk)
    return f"/orders/{tea(desk)}/pay", card(2)


def too_late(desk: Desk) -> tuple[str, dict[str, Any]]:
    return f"/orders/{lapsed(desk, sold_since=9)}/pay", card(2)


def opened_before(desk: Desk) -> tuple[str, dict[str, Any]]:
    desk.does("/drawer/open", float_minor=100)
    return "/drawer/open", {"float_minor": 100}


def without_open_drawer(desk: Desk) -> tuple[str, dict[str, Any]]:
    Store.objects.update(require_drawer=True)
    return f"/orders/{tea(desk)}/pay", card(2)


CASES: dict[Code, Case] = {
    Code.ORDER_NOT_FOUND: lambda _: (f"/orders/{uuid4()}/pay", card(1)),
    Code.ORDER_CANCELLED: of("cancel", "cancel"),
    Code.ORDER_ALREADY_PAID: of("pay", "pay", body=card(2)),
    Code.ORDER_NOT_DRAFT: of("reserve", "reserve"),
    Code.TRANSITION_NOT_ALLOWED: of("deliver"),
    Code.ORDER_EMPTY: empty("reserve", {}),
    Code.ORDER_NOT_PAID: of("fulfill", "reserve", fulfilment=SHIPMENT),
    Code.LINE_NOT_FOUND: unknown_line,
    Code.QUANTITY_EXCEEDS_REMAINING: of("return", "pay", body=back(3)),
    Code.PAYMENT_DOES_NOT_MATCH_TOTAL: of("pay", body=card(1)),
    Code.PAYMENT_DECLINED: of("pay", body=declined(2)),
    Code.HOLD_NOT_FOUND: of("extend", "reserve", body={"expires_in_s": 60}),
    Code.HOLD_EXPIRED: too_late,
    Code.STOCK_INSUFFICIENT: of("reserve", quantity=11),
    Code.INVOICE_POOL_EMPTY: without_numbers,
    Code.DRAWER_NOT_OPEN: without_open_drawer,
    Code.DRAWER_ALREADY_OPEN: opened_before,
}


def one_too_many_and_one_unknown(desk: Desk) -> tuple[str, dict[str, Any]]:
    order_id = tea(desk, "pay", fulfilment=SHIPMENT)
    return f"/orders/{order_id}/fulfill", rows((desk.line(order_id), 3), (str(uuid4()), 1))


def more_than_ordered_and_than_there_is(desk: Desk) -> tuple[str, dict[str, Any]]:
    order_id = tea(desk, "pay", quantity=10, fulfilment=SHIPMENT)
    return f"/orders/{order_id}/fulfill", rows((desk.line(order_id), 11))


def neither_stock_nor_number(desk: Desk) -> tuple[str, dict[str, Any]]:
    no_numbers(desk)
    return f"/orders/{tea(desk, quantity=11)}/pay", card(11)


PAIRS: list[tuple[Code, Code, Case]] = [
    (Code.ORDER_CANCELLED, Code.ORDER_ALREADY_PAID, of("pay", "pay", "cancel", body=card(2))),
    (Code.ORDER_ALREADY_PAID, Code.ORDER_NOT_DRAFT, of("reserve", "pay")),
    (Code.ORDER_ALREADY_PAID, Code.PAYMENT_DOES_NOT_MATCH_TOTAL, of("pay", "pay", body=card(1))),
    (Code.ORDER_NOT_DRAFT, Code.STOCK_INSUFFICIENT, of("reserve", "reserve", quantity=10)),
    (Code.TRANSITION_NOT_ALLOWED, Code.ORDER_NOT_PAID, of("fulfill", fulfilment=SHIPMENT)),
    (Code.ORDER_EMPTY, Code.PAYMENT_DOES_NOT_MATCH_TOTAL, empty("pay", card(1))),
    (
        Code.ORDER_NOT_PAID,
        Code.LINE_NOT_FOUND,
        of("fulfill", "reserve", body=rows((str(uuid4()), 1)), fulfilment=SHIPMENT),
    ),
    (Code.LINE_NOT_FOUND, Code.QUANTITY_EXCEEDS_REMAINING, one_too_many_and_one_unknown),
    (Code.QUANTITY_EXCEEDS_REMAINING, Code.STOCK_INSUFFICIENT, more_than_ordered_and_than_there_is),
    (Code.PAYMENT_DOES_NOT_MATCH_TOTAL, Code.PAYMENT_DECLINED, of("pay", body=declined(1))),
    (Code.PAYMENT_DOES_NOT_MATCH_TOTAL, Code.STOCK_INSUFFICIENT, of("pay", body=card(1), quantity=11)),
    (Code.HOLD_EXPIRED, Code.STOCK_INSUFFICIENT, too_late),
    (Code.STOCK_INSUFFICIENT, Code.INVOICE_POOL_EMPTY, neither_stock_nor_number),
]


def test_every_code_has_its_case() -> None:
    assert set(CASES) == set(Code) - NO_REJECTIONS


def test_a_pair_names_the_one_that_comes_first_first() -> None:
    precedence = list(Code)
    assert all(precedence.index(first) < precedence.index(second) for first, second, _ in PAIRS)


@pytest.fixture
def desk(backoffice: Till, settle: Callable[[Answer, Till], Any], settings: Settings) -> Iterator[Desk]:
    with banking() as bank:
        bank.declines[EMPTY] = "insufficient funds"
        yield Desk(backoffice, settle, settings)


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(code, case, id=code) for code, case in CASES.items()]
    + [pytest.param(first, case, id=f"{first} before {second}") for first, second, case in PAIRS],
)
def test_it_is_refused_with_the_code_and_nothing_changes(desk: Desk, code: Code, case: Case) -> None:
    path, body = case(desk)
    before = everything()
    if code is Code.ORDER_NOT_FOUND:
        refused = desk.till.post(path, body, key="refused")
        assert (refused.status, refused.code) == (404, code)
    else:
        command = desk.answer(path, **body)
        assert (command["state"], command["outcome"]["code"], command["result"]) == ("rejected", code, None)
        assert command["outcome"]["detail"].endswith(".")
    assert everything() == before


TABLES = (
    "orders_order",
    "orders_orderline",
    "orders_payment",
    "orders_journalentry",
    "orders_statuschange",
    "orders_invoicenumber",
    "orders_creditnote",
    "orders_drawer",
    "orders_closing",
    "inventory_hold",
    "inventory_stocklevel",
    "inventory_stockmovement",
)


def everything() -> Sequence[Any]:
    """What a command may change, as it is."""
    return [cursor().execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES]
