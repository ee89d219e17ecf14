"""Goods: what lies there is what came less what left, as commands and orders tell it, and as the ledger does."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from benchmarks.chaos.history.exchange import Json
from benchmarks.chaos.history.heard import Heard, Sent

SIGNS = {"receive": 1, "adjust": 1, "write_off": -1, "commit_hold": -1}
"""Of a quantity that such a command names."""
COUNTS = ("count", "import")
"""After which what was there before is not known any more."""
HELD_IN = ("processing", "partially_shipped")


def missing(heard: Heard, items: Mapping[str, Json] | None) -> Iterator[str]:
    """What is wrong, a line each. `items`: sku -> what is there in the end; None where nobody asked."""
    movements = _movements(heard)
    yield from _broken_chains(movements.values())
    if items is None:
        return
    orders = list(heard.final_orders().values())
    there = _moved(heard)
    for order in orders:
        for line in order["lines"]:
            if line["tracks_stock"]:
                there[line["sku"]] += line["returned_quantity"] - line["shipped_quantity"]
    opened: Counter[str] = Counter()
    of_ledger: Counter[str] = Counter()
    ours = set(heard.commands)
    for one in movements.values():
        of_ledger[one["sku"]] += one["quantity_change"]
        if one["command_id"] not in ours and not one["order_id"]:
            opened[one["sku"]] += one["quantity_change"]
    counted = {
        item["sku"] for sent in _succeeded(heard) if sent.kind in COUNTS for item in sent.body.get("items") or ()
    }
    for sku, item in items.items():
        if not item["tracks_stock"]:
            continue
        if sku not in counted and there[sku] + opened[sku] != item["on_hand"]:
            yield f"{sku}: {item['on_hand']} on hand, and {there[sku] + opened[sku]} by what came and what left"
        if movements and of_ledger[sku] != item["on_hand"]:
            yield f"{sku}: {item['on_hand']} on hand, and {of_ledger[sku]} by the ledger"
        if not 0 <= item["reserved"] <= item["on_hand"]:
            yield f"{sku}: {item['reserved']} reserved of {item['on_hand']}"
    yield from _holds(orders, heard, items)


def _succeeded(heard: Heard) -> Iterator[Sent]:
    final = heard.final_commands()
    for name, sent in heard.sent.items():
        if any(final.get(id_, {}).get("state") == "succeeded" for id_ in heard.ids_of(name)):
            yield sent[0]


def _moved(heard: Heard) -> Counter[str]:
    """By commands without an order, by what came back damaged, and by what was found as it was sold."""
    there: Counter[str] = Counter()
    for command in heard.final_commands().values():
        for one in (command["result"] or {}).get("shortfalls") or ():
            there[one["sku"]] += one["quantity"]
    for sent in _succeeded(heard):
        for item in (sent.body.get("items") or ()) if sent.kind in SIGNS else ():
            there[item["sku"]] += SIGNS[sent.kind] * item["quantity"]
        for line in (sent.body.get("lines") or ()) if sent.kind == "return" else ():
            if line.get("condition") == "damaged":
                there[line["sku"]] -= line["quantity"]
    return there


def _movements(heard: Heard) -> dict[str, Json]:
    """By id, of all that followers were told."""
    return {str(item["id"]): item["value"] for page in heard.pages for item in page.items if item["kind"] == "movement"}


def _broken_chains(movements: Iterable[Json]) -> Iterator[str]:
    """Of each level what is there after a movement is what was there after the one before, and what it moved."""
    levels: dict[tuple[str, str], tuple[int, int]] = {}
    for one in sorted(movements, key=lambda one: one["id"]):
        level = one["sku"], one["location"]
        on_hand, reserved = levels.get(level, (0, 0))
        after = on_hand + one["quantity_change"], reserved + one["reserved_change"]
        levels[level] = one["quantity_after"], one["reserved_after"]
        if after != levels[level]:
            yield f"movement {one['id']} of {one['sku']} leaves {levels[level]}, and should leave {after}"


def _holds(orders: Iterable[Json], heard: Heard, items: Mapping[str, Json]) -> Iterator[str]:
    held = _held_by_references(heard)
    for order in orders:
        skus = {line["id"]: line["sku"] for line in order["lines"]}
        if order["holds"] and order["status"] not in HELD_IN:
            yield f"order {order['id']} is {order['status']}, and holds goods"
        for hold in order["holds"]:
            held[skus[hold["line_id"]]] += hold["quantity"]
    for sku, item in items.items():
        if item["tracks_stock"] and item["reserved"] != held[sku]:
            yield f"{sku}: {item['reserved']} reserved, and {held[sku]} held"


def _held_by_references(heard: Heard) -> Counter[str]:
    """What is held for a time is over by then, and so is a reference that was let go altogether."""
    held: dict[tuple[str, str], int] = {}
    lapsing: set[str] = set()
    for sent in _succeeded(heard):
        if sent.kind not in ("hold", "release_hold", "commit_hold"):
            continue
        reference = sent.body["reference"]
        if sent.body.get("expires_in_s") or not sent.body.get("items"):
            lapsing.add(reference)
        for item in sent.body.get("items") or ():
            sign = 1 if sent.kind == "hold" else -1
            held[reference, item["sku"]] = held.get((reference, item["sku"]), 0) + sign * item["quantity"]
    left: Counter[str] = Counter()
    for (reference, sku), quantity in held.items():
        left[sku] += 0 if reference in lapsing else quantity
    return left
