"""Money: what orders keep is what their payments say, each payment has its command, and drawers add up."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.chaos.history.exchange import Json
from benchmarks.chaos.history.heard import Heard

GIVES_BACK = ("cancel", "return")


def adrift(heard: Heard, *, closings: Mapping[str, Sequence[Json]], bank: Json | None) -> Iterator[str]:
    """What is wrong, a line each. `closings`: of every terminal whose drawer is closed, by the name of the terminal;
    `bank`: what the payment provider has, None where nobody asked."""
    orders, commands = heard.final_orders(), heard.final_commands()
    owners: dict[str, set[str]] = defaultdict(set)
    for id_, order in orders.items():
        yield from _of_order(f"order {id_}", order, commands)
        for payment in order["payments"]:
            owners[payment["id"]].add(id_)
    yield from (f"payment {id_} is of {len(of)} orders" for id_, of in owners.items() if len(of) > 1)
    payments = [payment for order in orders.values() for payment in order["payments"]]
    yield from _of_commands(payments, commands)
    for terminal, of_one in closings.items():
        yield from _of_drawer(terminal, of_one, [one for one in payments if one["terminal"] == terminal])
    if bank is not None:
        online = sum(_signed(one) for one in payments if one["method"] == "online")
        if bank["captured_minor"] - bank["refunded_minor"] != online:
            kept = bank["captured_minor"] - bank["refunded_minor"]
            yield f"the payment provider keeps {kept}, and orders that were paid online {online}"
        if bank["set_aside_minor"]:
            yield f"the payment provider has set {bank['set_aside_minor']} aside, for nothing"


def _signed(payment: Json) -> int:
    amount: int = payment["amount_minor"]
    return amount if payment["kind"] == "payment" else -amount


def _of_order(what: str, order: Json, commands: Mapping[str, Json]) -> Iterator[str]:
    for kind, name in (("payment", "paid_minor"), ("refund", "refunded_minor")):
        told = sum(one["amount_minor"] for one in order["payments"] if one["kind"] == kind)
        if told != order[name]:
            yield f"{what}: its {kind}s come to {told}, and {name} is {order[name]}"
    for one in order["payments"]:
        command = commands.get(one["command_id"])
        if command and (command["state"] != "succeeded" or command["order_id"] != order["id"]):
            yield f"{what} has a {one['kind']} of a command that {command['state']} for order {command['order_id']}"


def _of_commands(payments: Sequence[Json], commands: Mapping[str, Json]) -> Iterator[str]:
    """What a cashier was told to give back was given back, once."""
    refunded: dict[str, int] = defaultdict(int)
    for one in payments:
        if one["kind"] == "refund":
            refunded[one["command_id"]] += one["amount_minor"]
    for id_, command in commands.items():
        told = (command["result"] or {}).get("refunded_minor", 0) if command["kind"] in GIVES_BACK else 0
        if told != refunded.get(id_, 0):
            yield f"command {id_} was to give back {told}, and orders have {refunded.get(id_, 0)} of it"


def _of_drawer(terminal: str, closings: Sequence[Json], payments: Sequence[Json]) -> Iterator[str]:
    """What was taken in cash is in the drawers, all of it, once."""
    in_order = sorted(closings, key=lambda one: one["number"])
    for place, (number, one) in enumerate(zip(range(1, len(in_order) + 1), in_order, strict=True)):
        before = in_order[place - 1]["hash"] if place else None
        if (one["number"], one["previous_hash"], one["hash"]) != (number, before, hash_of(one)):
            yield f"closing {one['number']} of {terminal} does not follow on the one before it"
    counted = sum(_kept_in_cash(one) for one in in_order)
    taken = sum(_signed(one) for one in payments if one["method"] == "cash")
    if counted != taken:
        yield f"the drawers of {terminal} took {counted} in cash, and its orders {taken}"


def _kept_in_cash(closing: Json) -> int:
    expected = sum(one["expected_minor"] for one in closing["methods"] if one["method"] == "cash")
    moved = sum(one["amount_minor"] for one in closing["movements"])
    kept: int = expected - closing["float_minor"] - moved
    return kept


def hash_of(closing: Json) -> str:
    """As RFC 8785 has it, of what has neither fractions nor exponents."""
    content = {name: value for name, value in closing.items() if name != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
