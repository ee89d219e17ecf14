"""What the sender of a command is told, as JSON: the details of a refusal, and the result of what succeeded."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from orders.commands.core.payloads import ReturnLine, ShipLine
from orders.commands.core.results import (
    AwaitedLine,
    CalledOff,
    Declined,
    Deposited,
    Detail,
    Extended,
    GaveWay,
    HeldBy,
    HeldUnder,
    Imported,
    ItemDone,
    Lacking,
    LetGo,
    LevelAfter,
    Moved,
    NotHeld,
    NotReturnable,
    RecordedStock,
    Refund,
    Reserved,
    Result,
    Shipped,
    Short,
    Sold,
    TakenBack,
    TooMany,
    Waits,
)
from orders.commands.core.rule import Applied

Json: TypeAlias = dict[str, Any]


def result_of(outcome: Applied, *, number: str | None, is_pending: bool) -> Json:
    """What the terminal of a command that succeeded is told, with the number of its invoice or credit note."""
    told = {} if outcome.result is None else fields_of(outcome.result)
    if outcome.gave_way is not None:
        told["released"] = [_gave_way(one) for one in outcome.gave_way]
    if order := outcome.order:
        told |= {"order_status": order.status, "payment_status": order.payment_status}
    if outcome.takes_number:
        told |= _numbered(outcome, number, is_pending)
    return told


def _numbered(outcome: Applied, number: str | None, is_pending: bool) -> Json:
    if isinstance(outcome.result, CalledOff | TakenBack):
        return {"credit_note_number": number, "credit_note_pending": is_pending}
    return {"invoice_number": number, "invoice_pending": is_pending}


def details_of(lines: Iterable[Detail]) -> list[Json]:
    return [_detail(line) for line in lines]


def fields_of(result: Result) -> Json:
    match result:
        case Sold():
            return {
                "change_minor": result.change_minor,
                "rounding_minor": result.rounding_minor,
                "due_minor": 0,
                "skipped": result.skipped,
                "backordered": _awaited(result.backordered),
                "shortfalls": [_recorded(one) for one in result.shortfalls],
            }
        case Deposited():
            return {
                "change_minor": 0,
                "rounding_minor": 0,
                "due_minor": result.due_minor,
                "skipped": [],
                "backordered": _awaited(result.backordered),
                "shortfalls": [],
                "invoice_number": None,
                "invoice_pending": False,
            }
        case Reserved():
            return {
                "expires_at": _instant(result.expires_at),
                "skipped": result.skipped,
                "backordered": _awaited(result.backordered),
            }
        case Extended():
            return {"expires_at": _instant(result.expires_at)}
        case Shipped():
            return {"skipped": result.skipped}
        case Waits():
            return {"backordered": _awaited(result.backordered)}
        case CalledOff():
            return _refunded(result)
        case TakenBack():
            lines = [{"line_id": str(id_), "quantity": quantity} for id_, quantity in result.lines.items()]
            return {**_refunded(result), "lines": lines, "skipped": result.skipped}
        case Moved():
            return {"items": [_level(one) for one in result.items], "skipped": result.skipped}
        case Imported():
            counts = {"set": result.set, "skipped": result.skipped, "refused": result.refused}
            return {"counts": counts, "rows": [row.as_json() for row in result.rows]}
        case HeldUnder():
            return {**_done(result), "expires_at": _instant(result.expires_at), "skipped": result.skipped}
        case LetGo():
            return _done(result)
    assert_never(result)


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _awaited(lines: Iterable[AwaitedLine]) -> list[Json]:
    return [{"line_id": str(one.line_id), "sku": one.sku, "quantity": one.quantity} for one in lines]


def _recorded(one: RecordedStock) -> Json:
    return {"sku": one.sku, "quantity": one.quantity, "location": one.location}


def _refunded(result: CalledOff | TakenBack) -> Json:
    """So that the cashier gives each part back by the right means."""
    sum_minor = sum(one.amount_minor for one in result.refunds)
    return {
        "refunded_minor": sum_minor,
        "rounding_minor": result.rounding_minor,
        "refunds": [_refund(one) for one in result.refunds],
        "credit_note_number": None,
        "credit_note_pending": False,
    }


def _refund(one: Refund) -> Json:
    return {
        "id": str(one.id),
        "payment_id": str(one.payment_id) if one.payment_id else None,
        "method": one.method,
        "amount_minor": one.amount_minor,
        "reference": one.reference or None,
        "provider": one.provider,
    }


def _level(one: LevelAfter) -> Json:
    return {
        "sku": one.sku,
        "location": one.location,
        "on_hand": one.on_hand,
        "reserved": one.reserved,
        "available": one.available,
    }


def _done(result: HeldUnder | LetGo) -> Json:
    return {"reference": result.reference, "items": [_item(one) for one in result.items]}


def _item(one: ItemDone) -> Json:
    """An inventory service's callers look at each whether it went well."""
    return {
        "index": one.index,
        "sku": one.sku,
        "quantity": one.quantity,
        "success": True,
        "skipped": one.skipped,
    }


def _gave_way(one: GaveWay) -> Json:
    whose = {"order_id": str(one.order_id)} if one.order_id else {"reference": one.reference}
    return {"sku": one.sku, "quantity": one.quantity, **whose}


def _detail(line: Detail) -> Json:
    match line:
        case ShipLine():
            return {"quantity": line.quantity, "line_id": str(line.line_id)}
        case ReturnLine():
            return _return_line(line)
        case TooMany():
            return {"line_id": str(line.line_id), "requested": line.requested, "remaining": line.remaining}
        case NotReturnable():
            return {**_return_line(line.line), "remaining": line.remaining}
        case Declined():
            return {"tender": line.tender, "amount_minor": line.amount_minor, "reason": line.reason}
        case Lacking():
            levels = [
                {"location": one.location, "on_hand": one.on_hand, "available": one.available} for one in line.locations
            ]
            return {
                "sku": line.sku,
                "requested": line.requested,
                "available": line.available,
                "on_hand": line.on_hand,
                "locations": levels,
                **_holders(line),
            }
        case NotHeld():
            told = {"index": line.index, "sku": line.sku, "requested": line.requested, "held": line.held}
            return {**told, **_holders(line)}
    assert_never(line)


def _return_line(line: ReturnLine) -> Json:
    return {
        "line_id": str(line.line_id) if line.line_id else None,
        "sku": line.sku,
        "quantity": line.quantity,
        "condition": line.condition,
    }


def _holders(line: Short) -> Json:
    return {} if line.held_by is None else {"held_by": [_holder(one) for one in line.held_by]}


def _holder(one: HeldBy) -> Json:
    return {
        "quantity": one.quantity,
        "until": _instant(one.until),
        "location": one.location,
        "order_number": one.order_number,
        "reference": one.reference,
    }
