"""What a command asks for, between the journal's JSON and the rules' values."""

from dataclasses import fields
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel
from pydantic_core import to_json

from orders.commands.core import payloads
from orders.commands.core.holds import expiry_payload
from orders.commands.core.machine import Kind
from orders.commands.core.payloads import Allocate, Backorder, OnShortage, Payload, Release, ReleaseHold, StockItem
from orders.commands.core.tenders import Method
from orders.journal.api.bulk.bodies import BODIES
from orders.journal.db.payloads import Made, json_of, payload_of
from orders.sales.api import bodies as of_orders
from orders.stock.api import bodies as of_stock

COUNT = UUID(int=7)
TEA = StockItem("TEA", 2, "shop")
ITEMS = [{"sku": "TEA", "quantity": 2, "location": "shop"}]
LEAST: dict[str, Any] = {
    "tenders": [],
    "lines": [],
    "items": [],
    "reference": "cart-1",
    "float_minor": 0,
    "amount_minor": 0,
    "reason": "bank",
    "counted": [],
}

ROWS = [
    (of_orders.TenderIn, payloads.Tender),
    (of_orders.FulfillLineIn, payloads.ShipLine),
    (of_orders.ReturnLineIn, payloads.ReturnLine),
    (of_orders.RefundToIn, payloads.RefundPart),
    (of_stock.StockItemIn, payloads.StockItem),
    (of_stock.AdjustItemIn, payloads.StockItem),
    (of_stock.CountItemIn, payloads.StockItem),
    (of_stock.HeldItemIn, payloads.StockItem),
    (of_stock.TransferItemIn, payloads.TransferItem),
]

SHOWN_ONLY = {"cashier"}
"""No rule asks for it: payments show it out of the journal."""


def names(kind: type[Any]) -> set[str]:
    return {one.name for one in fields(kind)}


@pytest.mark.parametrize("kind", list(BODIES))
def test_nothing_is_lost_of_what_a_request_says(kind: Kind) -> None:
    body = of_stock.ImportFileIn if kind is Kind.IMPORT else BODIES[kind]
    assert set(body.model_fields) - SHOWN_ONLY <= names(type(payload_of(kind, LEAST)))


@pytest.mark.parametrize(("said", "taken"), ROWS)
def test_nothing_is_lost_of_a_row(said: type[BaseModel], taken: type[Any]) -> None:
    assert set(said.model_fields) <= names(taken)


def test_each_kind_has_a_payload_of_its_own() -> None:
    made = [type(payload_of(kind, LEAST)) for kind in Kind]
    assert len(set(made)) == len(Kind)
    assert set(made) == set(get_args(Payload))


def test_what_was_left_out_has_its_default() -> None:
    tender = {"method": "cash", "amount_minor": 450, "reference": None, "provider": None, "token": None}
    pay = payload_of(Kind.PAY, {"tenders": [tender]})
    assert pay == payloads.Pay(
        [payloads.Tender(Method.CASH, 450, "", None, None)], None, False, OnShortage.REJECT, False
    )
    assert payload_of(Kind.FULFILL, {"lines": None}) == payloads.Fulfill(None)
    assert payload_of(Kind.FULFILL, {"lines": []}) == payloads.Fulfill([])


MADE = [
    (Kind.RELEASE, expiry_payload(), {"reason": "hold_expired", "lapsed": True}),
    (
        Kind.RELEASE_HOLD,
        expiry_payload("cart-1"),
        {"reference": "cart-1", "items": [], "reason": "hold_expired", "lapsed": True},
    ),
    (
        Kind.RELEASE_HOLD,
        ReleaseHold("cart-1", [TEA], "recount", gives_way_to=COUNT),
        {"reference": "cart-1", "items": ITEMS, "reason": "recount", "gives_way_to": str(COUNT)},
    ),
    (
        Kind.BACKORDER,
        Backorder([TEA], "recount", gives_way_to=COUNT),
        {"items": ITEMS, "reason": "recount", "gives_way_to": str(COUNT)},
    ),
    (Kind.ALLOCATE, Allocate(), {}),
    (Kind.RELEASE, Release("left the shop"), {"reason": "left the shop"}),
]


@pytest.mark.parametrize(("kind", "payload", "stored"), MADE)
def test_what_tasks_and_batches_ask_for_is_stored_and_read_as_it_was(kind: Kind, payload: Made, stored: Any) -> None:
    assert json_of(payload) == stored
    assert payload_of(kind, stored) == payload


def test_what_a_task_asks_for_has_the_same_bytes_each_time() -> None:
    """Its fingerprint is made of them."""
    assert to_json(json_of(expiry_payload("cart-1"))) == (
        b'{"reference":"cart-1","items":[],"reason":"hold_expired","lapsed":true}'
    )


@pytest.mark.parametrize(("kind", "stored"), [(Kind.PAY, {}), (Kind.COUNT, {}), (Kind.HOLD, {"items": []})])
def test_what_no_request_can_have_asked_for_is_a_bug(kind: Kind, stored: Any) -> None:
    with pytest.raises(KeyError):
        payload_of(kind, stored)
