"""Invoice numbers: each belongs to one order, or is one credit note's; and what accounting has is what was sold."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from benchmarks.chaos.history.exchange import Json
from benchmarks.chaos.history.heard import Heard

CREDIT_NOTES = ("cancellation", "return")


def misused(heard: Heard, entries: list[Json] | None) -> Iterator[str]:
    """What is wrong, a line each. `entries`: all that accounting has of the store; None where nobody asked."""
    owners: dict[str, set[str]] = defaultdict(set)
    for owner, number in _told(heard):
        owners[number].add(owner)
    for number, owned_by in owners.items():
        if len(owned_by) > 1:
            yield f"number {number} belongs to {' and '.join(sorted(owned_by))}"
    orders = heard.final_orders()
    for id_, order in orders.items():
        if order["paid_at"] and not order["invoice_number"]:
            yield f"order {id_} is paid and has no invoice number"
    if entries is not None:
        yield from _unlike(list(orders.values()), entries)


def _told(heard: Heard) -> Iterator[tuple[str, str]]:
    """Whose number it was, wherever one was told."""
    for id_, seen in heard.orders.items():
        for one in seen:
            if one.value and (number := one.value["invoice_number"]):
                yield f"order {id_}", number
            for note in one.value["credit_notes"] if one.value else ():
                if number := note["number"]:
                    yield f"credit note of {note['command_id']}", number
    for id_, seen in heard.commands.items():
        for one in seen:
            result = (one.value or {}).get("result") or {}
            if number := result.get("invoice_number"):
                yield f"order {(one.value or {})['order_id']}", number
            if number := result.get("credit_note_number"):
                yield f"credit note of {id_}", number


def _unlike(orders: list[Json], entries: list[Json]) -> Iterator[str]:
    """A credit note that gives nothing back is not booked."""
    sales = Counter(one["invoice_number"] for one in entries if one["kind"] == "sale")
    notes = Counter(one["credit_note_number"] for one in entries if one["kind"] in CREDIT_NOTES)
    for number, count in (sales + notes).items():
        if count > 1:
            yield f"number {number} is booked {count} times"
    sold = {order["invoice_number"] for order in orders if order["paid_at"] and order["total_minor"]}
    back = {note["number"] for order in orders for note in order["credit_notes"]}
    yield from (f"number {number} was sold under, and is not booked" for number in sorted(sold - {None} - {*sales}))
    yield from (f"number {number} is booked, and nobody sold under it" for number in sorted({*sales} - sold))
    yield from (f"credit note {number} is booked, and nobody has it" for number in sorted({*notes} - back))
