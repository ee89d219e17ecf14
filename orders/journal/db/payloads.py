"""Payloads between the journal's JSON and the core's values: made of it where a command is read, and made it again
where a task or a batch submits one.

What was taken in was judged then: one that does not fit is a bug, and its command is parked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from base.import_rows import RefusedRow
from orders.commands.core.drawer_payloads import DrawerClose, DrawerMovement, DrawerOpen
from orders.commands.core.machine import Kind
from orders.commands.core.payloads import (
    Adjust,
    Allocate,
    Backorder,
    Cancel,
    CommitHold,
    Condition,
    Count,
    Deliver,
    Extend,
    Fulfill,
    Hold,
    Import,
    OnShortage,
    Pay,
    Payload,
    Receive,
    RefundPart,
    Release,
    ReleaseHold,
    Reserve,
    Return,
    ReturnLine,
    ShipLine,
    StockItem,
    Tender,
    Transfer,
    TransferItem,
    WriteOff,
)
from orders.commands.core.tenders import Method

Json: TypeAlias = Mapping[str, Any]
Made: TypeAlias = Release | ReleaseHold | Backorder | Allocate
"""What no terminal asks for like this."""


def payload_of(kind: Kind, json: Json) -> Payload:
    return _READ[kind](json)


def json_of(payload: Made) -> dict[str, Any]:
    match payload:
        case Release():
            return {"reason": payload.reason, **_lapsed(payload)}
        case ReleaseHold():
            told = {"reference": payload.reference, "items": _items_told(payload.items), "reason": payload.reason}
            return {**told, **_lapsed(payload), **_gives_way(payload)}
        case Backorder():
            return {"items": _items_told(payload.items), "reason": payload.reason, **_gives_way(payload)}
        case Allocate():
            return {}


def _lapsed(payload: Release | ReleaseHold) -> dict[str, bool]:
    return {"lapsed": True} if payload.lapsed else {}


def _gives_way(payload: ReleaseHold | Backorder) -> dict[str, str]:
    return {"gives_way_to": str(payload.gives_way_to)} if payload.gives_way_to else {}


def _items_told(items: Iterable[StockItem]) -> list[dict[str, Any]]:
    return [{"sku": item.sku, "location": item.location, "quantity": item.quantity} for item in items]


def _pay(json: Json) -> Pay:
    return Pay(
        [
            Tender(
                Method(one["method"]),
                one["amount_minor"],
                one.get("reference") or "",
                one.get("provider"),
                one.get("token"),
            )
            for one in json["tenders"]
        ],
        json.get("expected_total_minor"),
        json.get("partial", False),
        _shortage(json),
        json.get("skip_missing", False),
        json.get("printed_number"),
    )


def _shortage(json: Json) -> OnShortage:
    return OnShortage(json.get("shortage") or "reject")


def _reserve(json: Json) -> Reserve:
    return Reserve(json.get("expires_in_s"), _shortage(json), json.get("skip_missing", False))


def _release(json: Json) -> Release:
    return Release(_reason(json), json.get("lapsed") is True)


def _reason(json: Json) -> str:
    return json.get("reason") or ""


def _backorder(json: Json) -> Backorder:
    return Backorder(_items(json), _reason(json), _id(json, "gives_way_to"))


def _id(json: Json, name: str) -> UUID | None:
    return UUID(json[name]) if json.get(name) else None


def _items(json: Json) -> Sequence[StockItem]:
    return [StockItem(one["sku"], one["quantity"], one.get("location")) for one in json["items"]]


def _fulfill(json: Json) -> Fulfill:
    lines = json.get("lines")
    return Fulfill(lines if lines is None else [ShipLine(UUID(one["line_id"]), one["quantity"]) for one in lines])


def _cancel(json: Json) -> Cancel:
    return Cancel(_reason(json), _refund_to(json), json.get("printed_number"))


def _refund_to(json: Json) -> Sequence[RefundPart] | None:
    if (parts := json.get("refund_to")) is None:
        return None
    return [
        RefundPart(Method(one["method"]), one["amount_minor"], _id(one, "payment_id"), one.get("reference") or "")
        for one in parts
    ]


def _return(json: Json) -> Return:
    lines = [
        ReturnLine(_id(one, "line_id"), one.get("sku"), one["quantity"], Condition(one["condition"]))
        for one in json["lines"]
    ]
    return Return(lines, json.get("location"), _reason(json), _refund_to(json), json.get("printed_number"))


def _receive(json: Json) -> Receive:
    return Receive(_items(json), _reason(json), json.get("reference") or "")


def _write_off(json: Json) -> WriteOff:
    return WriteOff(_items(json), _reason(json), json.get("reference") or "", _shortage(json))


def _transfer(json: Json) -> Transfer:
    items = [
        TransferItem(one["sku"], one["quantity"], one["from_location"], one["to_location"]) for one in json["items"]
    ]
    return Transfer(items, _reason(json))


def _import(json: Json) -> Import:
    misread = [
        RefusedRow(line=one["line"], index=one["index"], sku=one["sku"], code=one["code"], detail=one["detail"])
        for one in json.get("misread", ())
    ]
    reference, count = json.get("reference") or "", json.get("misread_count", 0)
    return Import(_items(json), _reason(json), reference, _shortage(json), json.get("lines"), misread, count)


def _release_hold(json: Json) -> ReleaseHold:
    lapsed, gives_way_to = json.get("lapsed") is True, _id(json, "gives_way_to")
    return ReleaseHold(json["reference"], _items(json), _reason(json), lapsed, gives_way_to)


def _drawer_close(json: Json) -> DrawerClose:
    return DrawerClose(json.get("terminal"), {Method(one["method"]): one["amount_minor"] for one in json["counted"]})


_READ: Mapping[Kind, Callable[[Json], Payload]] = {
    Kind.PAY: _pay,
    Kind.RESERVE: _reserve,
    Kind.RELEASE: _release,
    Kind.FULFILL: _fulfill,
    Kind.DELIVER: lambda _: Deliver(),
    Kind.CANCEL: _cancel,
    Kind.RETURN: _return,
    Kind.EXTEND: lambda json: Extend(json.get("expires_in_s")),
    Kind.ALLOCATE: lambda _: Allocate(),
    Kind.BACKORDER: _backorder,
    Kind.RECEIVE: _receive,
    Kind.ADJUST: lambda json: Adjust(_items(json), _reason(json), _shortage(json)),
    Kind.COUNT: lambda json: Count(_items(json), _reason(json), _shortage(json)),
    Kind.WRITE_OFF: _write_off,
    Kind.TRANSFER: _transfer,
    Kind.IMPORT: _import,
    Kind.HOLD: lambda json: Hold(json["reference"], _items(json), json.get("expires_in_s")),
    Kind.RELEASE_HOLD: _release_hold,
    Kind.COMMIT_HOLD: lambda json: CommitHold(json["reference"], _items(json)),
    Kind.DRAWER_OPEN: lambda json: DrawerOpen(json.get("terminal"), json["float_minor"]),
    Kind.DRAWER_MOVEMENT: lambda json: DrawerMovement(json.get("terminal"), json["amount_minor"], json["reason"]),
    Kind.DRAWER_CLOSE: _drawer_close,
}
