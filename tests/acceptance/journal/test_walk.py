"""The status machine, walked through a real server and a real worker: every command from every state of an order.

What is expected stands here, as the contract has it; what the machine's own table says has to be the same, and what a
dry run tells of the commands before they are submitted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from orders.commands.core.machine import ORDER_KINDS, SYSTEM_KINDS, Fulfilment, Kind, PaymentTerms, Status, may_lead_to
from orders.commands.core.roles import Role
from tests.support.http.walks import KINDS, REFUSALS, SHORT, WALKS
from tests.support.processes.served import Served
from tests.support.shop.in_time import when_in_time
from tests.support.shop.shop import PRICE_MINOR

QUANTITY = 3
ITEMS_MAX = 200

UNREACHABLE = {(Kind.RETURN, Fulfilment.SHIPMENT, Status.PARTIALLY_SHIPPED, Status.RETURNED)}
"""Where something was never handed over, not everything can come back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command from one state; `answer`: the status after it, or a code."""

    fulfilment: Fulfilment
    terms: PaymentTerms
    way: tuple[str, ...]
    state: Status
    call: str
    answer: str


def kind_of(call: str) -> Kind:
    return KINDS.get(call) or Kind(call)


def steps() -> Iterator[Step]:
    for fulfilment, each_terms, grid in WALKS:
        header, *rows = grid.strip("\n").splitlines()
        _, _, *calls = header.split()
        for row in rows:
            way, leads_to, *cells = row.split()
            state = Status(SHORT.get(leads_to, leads_to))
            done = () if way == "-" else tuple(way.split(","))
            for terms in each_terms:
                for call, cell in zip(calls, cells, strict=True):
                    answer = state if cell == "=" else SHORT.get(cell, cell)
                    yield Step(fulfilment, terms, done, state, call, answer)


def body_of(call: str, line_id: str) -> dict[str, Any]:
    match call:
        case "pay":
            return {"tenders": [{"method": "cash", "amount_minor": QUANTITY * PRICE_MINOR}]}
        case "deposit":
            return {"tenders": [{"method": "cash", "amount_minor": 1}], "partial": True}
        case "reserve":
            return {"expires_in_s": 600}
        case "extend":
            return {"expires_in_s": 3600}
        case "one":
            return {"lines": [{"line_id": line_id, "quantity": 1}]}
        case "return" | "all":
            quantity = 1 if call == "return" else QUANTITY
            return {"lines": [{"sku": "TEA-80", "quantity": quantity, "condition": "sellable"}]}
        case _:
            return {}


@dataclass(frozen=True, slots=True)
class Walked:
    """`states`: status and payment status after each command of the way and the last one, where they were applied."""

    step: Step
    codes: list[str]
    states: list[tuple[str, str]]
    status: str


@pytest.fixture(scope="module")
def walked(served: Served) -> list[Walked]:
    taken = list(steps())
    goods = {"items": [{"sku": "TEA-80", "quantity": QUANTITY * len(taken)}]}
    settled(served, [{"key": str(uuid4()), "kind": "receive", "body": goods}])
    items: list[dict[str, Any]] = []
    orders = [create(served, step) for step in taken]
    for step, (order_id, line_id) in zip(taken, orders, strict=True):
        for call in (*step.way, step.call):
            body = body_of(call, line_id)
            items.append({"key": str(uuid4()), "kind": kind_of(call), "order_id": order_id, "body": body})
    commands = settled(served, items)
    statuses = dict(listed(served))
    found = []
    for step, (order_id, _) in zip(taken, orders, strict=True):
        theirs, commands = commands[: len(step.way) + 1], commands[len(step.way) + 1 :]
        results = [one["result"] for one in theirs if one["result"]]
        states = [(result["order_status"], result["payment_status"]) for result in results]
        found.append(Walked(step, [one["outcome"]["code"] for one in theirs], states, statuses[order_id]))
    return found


def create(served: Served, step: Step) -> tuple[str, str]:
    """The ids of a new order and of its line."""
    lines = [{"sku": "TEA-80", "quantity": QUANTITY}]
    order = {"currency": "GBP", "fulfilment": step.fulfilment, "payment_terms": step.terms, "lines": lines}
    created = served.call("POST", "/orders", order, role=Role.BACKOFFICE)
    assert created.status == 201, created
    return created.body["id"], created.body["lines"][0]["id"]


def settled(served: Served, items: list[dict[str, Any]]) -> list[Any]:
    """The commands of a few bulk requests, once all are settled."""
    commands: list[Any] = []
    for start in range(0, len(items), ITEMS_MAX):
        part = items[start : start + ITEMS_MAX]
        told = foretold(served, part)
        ask = partial(served.call, "POST", "/commands", part, role=Role.BACKOFFICE, Prefer="wait=10")
        answer = served.settled(ask)
        assert answer.status == 200, answer
        commands += [item["command"] for item in answer.body["items"]]
        assert [item["command"]["outcome"] for item in answer.body["items"]] == told
    return commands


def foretold(served: Served, items: list[dict[str, Any]]) -> list[Any]:
    answer = when_in_time(lambda: served.call("POST", "/commands?dry_run=true", items, role=Role.BACKOFFICE))
    assert answer.status == 200, answer
    return [item["outcome"] for item in answer.body["items"]]


def listed(served: Served) -> Iterator[tuple[str, str]]:
    """The id and status of every order."""
    cursor: str | None = ""
    while cursor is not None:
        page = served.call("GET", f"/orders?limit=200{cursor}", role=Role.AUDITOR).body
        yield from ((order["id"], order["status"]) for order in page["items"])
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"


def test_every_command_from_every_state_does_what_the_contract_says(walked: list[Walked]) -> None:
    for one in walked:
        *way, code = one.codes
        assert way == ["applied"] * len(one.step.way), one
        is_refused = one.step.answer in REFUSALS
        assert code == (REFUSALS[one.step.answer] if is_refused else "applied"), one
        assert one.status == (one.step.state if is_refused else one.step.answer), one
        if not is_refused:
            assert one.states[-1][0] == one.step.answer, one


def test_money_follows(walked: list[Walked]) -> None:
    for one in walked:
        paid = "unpaid"
        for call, (status, payment_status) in zip((*one.step.way, one.step.call), one.states, strict=False):
            is_kept = "one" in one.step.way and "return" not in one.step.way
            paid = after(call, status, paid, is_kept=is_kept)
            assert payment_status == paid, one


def after(call: str, status: str, paid: str, *, is_kept: bool) -> str:
    """The payment status after a command that was applied. `is_kept`: the customer has one tea and keeps it."""
    if call in ("pay", "deposit"):
        return "paid" if call == "pay" else "partially_paid"
    if paid == "partially_paid":
        return "refunded" if kind_of(call) is Kind.CANCEL and not is_kept else paid
    if paid == "unpaid" or kind_of(call) not in (Kind.CANCEL, Kind.RETURN):
        return paid
    is_cancelled = kind_of(call) is Kind.CANCEL
    return "refunded" if status == "returned" or (is_cancelled and not is_kept) else "partially_refunded"


def test_the_machine_and_the_contract_say_the_same(walked: list[Walked]) -> None:
    """Every transition that the machine's table has was walked, and no other was."""
    taken = set()
    for one in walked:
        before = "draft"
        for call, (status, _) in zip((*one.step.way, one.step.call), one.states, strict=False):
            taken.add((kind_of(call), one.step.fulfilment, Status(before), Status(status)))
            before = status
    reached = {(fulfilment, status) for _, fulfilment, *statuses in taken for status in statuses}
    allowed = {
        (kind, fulfilment, status, target)
        for kind in ORDER_KINDS - SYSTEM_KINDS
        for fulfilment, status in reached
        for target in may_lead_to(kind=kind, fulfilment=fulfilment, status=status)
    }
    assert allowed - taken == UNREACHABLE
    assert taken <= allowed
    assert {status for _, status in reached} == set(Status)
    asked = {(one.step.fulfilment, kind_of(one.step.call)) for one in walked}
    assert asked == {(fulfilment, kind) for fulfilment in Fulfilment for kind in ORDER_KINDS - SYSTEM_KINDS}
