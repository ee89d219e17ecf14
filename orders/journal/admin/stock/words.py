"""What became of a form's command, in words, and what to do about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from base import written
from base.admin.column import instant_of
from base.admin.window import link, link_to, link_to_list
from inventory.core.products import PIECE
from inventory.models import Product
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import CommandState
from orders.journal.admin.stock.forms import FORMS
from orders.journal.models import Command

KINDS = (*FORMS, Kind.IMPORT)
LATE = timedelta(seconds=10)
NOT_TWICE = "Do not enter it again: it would be booked twice."

Table: TypeAlias = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
"""Title, headings, rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`tone`: a variant of a label; `says`: sentences; `links`: where to go from here; `is_open`: look again."""

    title: str
    tone: str
    says: Sequence[str]
    tables: Sequence[Table] = ()
    links: Sequence[str] = field(default_factory=list)
    is_open: bool = False


def told(command: Command) -> Told:
    match CommandState(command.state):
        case CommandState.SUCCEEDED:
            return _imported(command) if command.kind == Kind.IMPORT else _moved(command)
        case CommandState.REJECTED:
            return _refused(command)
        case CommandState.PARKED:
            says = [
                "Something failed that has nothing to do with what you entered. Nothing was changed.",
                f"It is kept, and waits for somebody who retries or dismisses it. {NOT_TWICE}",
            ]
            links = [link("orders_command", command.id, "The command, with what failed")]
            return Told(title="It failed, and is kept", tone="danger", says=says, links=links)
        case CommandState.DISMISSED:
            says = [f"{command.dismissed_by} gave it up: {(command.outcome or {}).get('detail', '')}"]
            return Told(title="Nothing was changed", tone="danger", says=says, links=_again(command))
    return _waits(command)


def _waits(command: Command) -> Told:
    waited = timezone.now() - command.accepted_at
    says = [f"It is stored, and will be carried out. {NOT_TWICE} This page looks again by itself."]
    links = []
    if waited > LATE:
        says.append(f"No worker has come to it for {waited.seconds} seconds.")
        links = [link_to(reverse("admin:index"), "Whether workers are there")]
    return Told(title="It waits for a worker", tone="warning", says=says, links=links, is_open=True)


def _moved(command: Command) -> Told:
    units = Units(command)
    result = command.result or {}
    says = [_did(command, item, units) for item in command.payload["items"]]
    says += [f"{sku} is not counted: nothing was changed." for sku in result["skipped"]]
    rows = [
        [
            link_to_list("inventory_stockmovement", one["sku"], one["sku"]),
            one["location"],
            *(units.written(one["sku"], one[name]) for name in ("on_hand", "reserved", "available")),
        ]
        for one in result["items"]
    ]
    now = ("Now there", ("product", "location", "on hand", "held", "available"), rows)
    tables = [now, _gave_way(result, units)]
    return Told(title="Done", tone="success", says=says, tables=tables, links=_again(command))


def _gave_way(result: Mapping[str, Any], units: "Units") -> Table:
    rows = [[*_whose(one), units.written(one["sku"], one["quantity"])] for one in result.get("released", ())]
    return "Gave way", ("held for", "product", "quantity"), rows


def _did(command: Command, item: Mapping[str, Any], units: "Units") -> str:
    quantity = f"{units.written(item['sku'], item['quantity'])} of {item['sku']}"
    match Kind(command.kind):
        case Kind.RECEIVE:
            return f"{quantity} received."
        case Kind.COUNT:
            return f"{quantity} counted."
        case Kind.WRITE_OFF:
            return f"{quantity} written off: {command.payload['reason']}."
        case Kind.TRANSFER:
            return f"{quantity} carried from {item['from_location']} to {item['to_location']}."
    return f"Adjusted by {quantity}."


def _imported(command: Command) -> Told:
    result = command.result or {}
    counts, refused = result["counts"], result["rows"]
    says = [f"{_rows(counts['set'])} set."]
    if counts["skipped"]:
        says.append(f"{_rows(counts['skipped'])} passed over: their products are not counted.")
    if counts["refused"]:
        says.append(f"{_rows(counts['refused'])} refused. Mend them, and import a file with these alone.")
    rows = [[row["line"], row["sku"] or "-", row["detail"]] for row in refused]
    title = f"Refused, the first {len(rows)}" if counts["refused"] > len(rows) else "Refused"
    tables = [(title, ("line", "product", "why"), rows), _gave_way(result, Units(command))]
    tone = "warning" if counts["refused"] else "success"
    title = "Done, but for some rows" if counts["refused"] else "Done"
    return Told(title=title, tone=tone, says=says, tables=tables, links=_again(command))


def _rows(count: int) -> str:
    return f"{count:,} row{pluralize(count)} {pluralize(count, 'was,were')}"


def _refused(command: Command) -> Told:
    outcome, units = command.outcome or {}, Units(command)
    says = [_why(command, line, units) for line in outcome.get("lines", ())] or [outcome.get("detail", "")]
    says.append(f"Nothing was changed. {_advice(command, outcome)}")
    rows = [
        [one["order_number"] or one["reference"], one["location"], units.written(line["sku"], one["quantity"]), until]
        for line in outcome.get("lines", ())
        for one in line.get("held_by") or ()
        for until in [instant_of(command, datetime.fromisoformat(one["until"])) if one["until"] else "-"]
    ]
    tables = [("Held by", ("order or reference", "location", "quantity", "until"), rows)]
    return Told(title="Refused", tone="danger", says=says, tables=tables, links=_again(command))


def _advice(command: Command, outcome: Mapping[str, Any]) -> str:
    """Holds that give way make room for what is held, and no more."""
    if command.kind == Kind.TRANSFER:
        return "Carry less of it, or count what lies there."
    if all(line["requested"] <= line["on_hand"] for line in outcome.get("lines", ())):
        return "Look whether the figure is right; if it is, send it again and let holds give way."
    return "Look whether the figure is right, or count what lies there."


def _why(command: Command, line: Mapping[str, Any], units: "Units") -> str:
    on_hand, requested = (units.written(line["sku"], line[name]) for name in ("on_hand", "requested"))
    held = units.written(line["sku"], line["on_hand"] - line["available"])
    if command.kind == Kind.COUNT:
        return f"{requested} of {line['sku']} counted, but {held} are held for orders."
    not_possible, there = f"{requested} less is not possible", ""
    if command.kind == Kind.TRANSFER:
        source = command.payload["items"][0]["from_location"]
        not_possible, there = f"{requested} cannot be carried from {source}", " there"
    if line["requested"] > line["on_hand"]:
        return f"{line['sku']}: {not_possible}: only {on_hand} are on hand{there}."
    return f"{line['sku']}: {not_possible}: of {on_hand} on hand{there} {held} are held for orders."


def _whose(one: Mapping[str, Any]) -> Iterator[str]:
    yield link("orders_order", one["order_id"], "an order") if "order_id" in one else one["reference"]
    yield one["sku"]


def _again(command: Command) -> list[str]:
    """The same for another product, or another way for this one."""
    if command.kind == Kind.IMPORT:
        return [link_to(reverse("stock:import"), "Import another file")]
    sku = command.payload["items"][0]["sku"]
    product = Product.objects.filter(store=command.store_id, sku=sku).first()
    another = link_to(reverse("stock:move", args=[command.kind]), f"{FORMS[command.kind].title} another product")
    return [another, link("inventory_product", product.pk, f"The page of {sku}")] if product else [another]


class Units:
    """Of a command's products: their quantities as people write them."""

    def __init__(self, command: Command) -> None:
        skus = {item["sku"] for item in command.payload["items"]} if command.kind != Kind.IMPORT else set()
        if command.kind == Kind.IMPORT:
            skus = {one["sku"] for one in (command.result or {}).get("released", ())}
        found = Product.objects.filter(store=command.store_id, sku__in=skus)
        self._locale = command.store.locale
        self._products = {sku: (decimals, unit) for sku, decimals, unit in found.values_list(*_NAMES)}

    def written(self, sku: str, steps: int) -> str:
        decimals, unit = self._products.get(sku, (0, PIECE))
        quantity = written.quantity(steps, decimals, self._locale)
        return quantity if unit == PIECE else f"{quantity} {unit}"


_NAMES = ("sku", "quantity_decimals", "unit")
