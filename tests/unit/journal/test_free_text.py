"""What people write is kept and told, and decides nothing: whatever word of the program it happens to be."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from orders.commands.core import payloads
from orders.commands.core.machine import Fulfilment, Kind, Status
from orders.commands.core.order import Order
from orders.commands.core.rule import Applied
from orders.commands.core.tenders import Method
from orders.journal.core.decide import decide
from project.env import PROJECT_FOLDER
from tests.unit.build import NOW, applied, card, command, hold, level, line, order, world

PLAIN = "what a person wrote"
IS_A_NAME = {"Hold", "ReleaseHold", "CommitHold"}
"""Their `reference` is what is held under, and no free text."""


def words() -> Iterator[str]:
    """Whatever stands in the program as one."""
    for room in ("base", "inventory", "orders", "workers"):
        for file in (PROJECT_FOLDER / room).rglob("*.py"):
            if "migrations" not in file.parts:
                for node in ast.walk(ast.parse(file.read_text())):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value


@pytest.fixture(scope="module")
def own_words() -> list[str]:
    return sorted({word for word in words() if re.fullmatch(r"[a-z][a-z_:]{2,30}", word)})


def held() -> Order:
    """Whose hold has lapsed, and nobody has released it."""
    tea = line("TEA", 2)
    return order(
        tea,
        status=Status.PROCESSING,
        fulfilment=Fulfilment.SHIPMENT,
        holds=(hold(tea, 2, expires_at=NOW - timedelta(hours=1)),),
    )


def sold() -> Order:
    return order(line("TEA", 2, shipped=2), status=Status.PAID, money={Method.CARD: 900})


ITEMS = [{"sku": "TEA", "quantity": 1, "location": "shop"}]
MOVED = [{"sku": "TEA", "quantity": 1, "from_location": "shop", "to_location": "depot"}]
BACK = [{"line_id": None, "sku": "TEA", "quantity": 1, "condition": "sellable"}]
CASES: dict[Kind, tuple[Order | None, dict[str, Any]]] = {
    Kind.PAY: (order(line("TEA", 2)), {"tenders": [card(900, reference=PLAIN)]}),
    Kind.RELEASE: (held(), {"reason": PLAIN}),
    Kind.CANCEL: (sold(), {"reason": PLAIN, "refund_to": [card(900, reference=PLAIN)]}),
    Kind.RETURN: (sold(), {"lines": BACK, "reason": PLAIN, "refund_to": [card(450, reference=PLAIN)]}),
    Kind.BACKORDER: (held(), {"items": ITEMS, "reason": PLAIN}),
    Kind.RECEIVE: (None, {"items": ITEMS, "reason": PLAIN, "reference": PLAIN}),
    Kind.WRITE_OFF: (None, {"items": ITEMS, "reason": PLAIN, "reference": PLAIN}),
    Kind.ADJUST: (None, {"items": ITEMS, "reason": PLAIN}),
    Kind.COUNT: (None, {"items": [{**ITEMS[0], "quantity": 4}], "reason": PLAIN}),
    Kind.TRANSFER: (None, {"items": MOVED, "reason": PLAIN}),
    Kind.IMPORT: (None, {"items": ITEMS, "reason": PLAIN, "reference": PLAIN}),
}


def decided(kind: Kind, text: str, issued_by: str) -> Applied:
    found, payload = CASES[kind]
    asked = command(kind, found, **_written(payload, text))
    asked = replace(asked, id=UUID(int=1), issued_by=issued_by)
    stock = world(level("TEA", 5, reserved=2), new_id=lambda: UUID(int=0))
    return applied(decide(found, asked, stock))


def _written(json: Any, text: str) -> Any:
    match json:
        case dict():
            return {name: _written(value, text) for name, value in json.items()}
        case list():
            return [_written(one, text) for one in json]
    return text if json == PLAIN else json


@pytest.mark.parametrize("kind", CASES)
def test_no_word_decides_anything(kind: Kind, own_words: list[str]) -> None:
    told = repr(decided(kind, PLAIN, PLAIN))
    assert len(own_words) > 1_000
    for word in own_words:
        assert repr(decided(kind, word, word)).replace(repr(word), repr(PLAIN)) == told.replace(
            repr(word), repr(PLAIN)
        ), word


COMPARED = re.compile(
    r"\b(reason|cashier|detail|void_reason|issued_by|created_by|last_error)\b\s*(=|<>|!=|IN|I?LIKE|~)\s*\(?'[^']+'",
    re.IGNORECASE,
)


def test_no_statement_asks_for_a_word_either() -> None:
    assert COMPARED.search("WHERE change.reason = 'hold_expired'")
    assert [text for text in words() if COMPARED.search(text)] == []


def test_every_kind_that_takes_free_text_is_tried() -> None:
    takes = {
        name
        for name, one in vars(payloads).items()
        if is_dataclass(one) and {"reason", "reference"} & {field.name for field in fields(one)}
    }
    tried = {type(command(kind, found, **payload).payload).__name__ for kind, (found, payload) in CASES.items()}
    parts = {"Tender", "RefundPart", "RefusedRow"}
    assert takes - parts - IS_A_NAME == tried - {"Pay"}
