"""A history as somebody tells it: what was asked and answered when, without a shop."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from copy import deepcopy
from io import StringIO
from typing import Any

from benchmarks.chaos.history.check import wrong
from benchmarks.chaos.history.exchange import Exchange, History, read_exchanges
from benchmarks.chaos.history.money import hash_of

Json = dict[str, Any]
TILL, DESK, OFFICE = ("Till 1", "pos"), ("Desk", "supervisor"), ("Office", "backoffice")
EPOCH = "01a1fe16-c0de-7b01-9c4e-2d1f5a7e9b33"
TEA_MINOR = 449


def id_of(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


class Talk:
    """Each call asks at the instant `at`, and is answered a second later unless `ended` says when; None: never."""

    def __init__(self) -> None:
        self._file = StringIO()
        self._now = 0.0
        self._history = History(self._file, now=lambda: self._now)
        self._later: list[tuple[float, int, int, Any]] = []

    def ask(
        self,
        method: str,
        path: str,
        *,
        at: float,
        answer: Any = None,
        ended: float | None = -1.0,
        status: int = 200,
        body: Any = None,
        by: tuple[str, str] = TILL,
        query: Mapping[str, str] | None = None,
    ) -> None:
        self._now = at
        number = self._history.asked(
            who=by[0], role=by[1], method=method, path=path, query=dict(query or {}), body=body
        )
        if ended is not None:
            self._later.append((at + 1 if ended == -1 else ended, number, status, deepcopy(answer)))

    def send(self, item: Json, *, at: float, told: Json | None = None, verdict: str = "accepted", **how: Any) -> None:
        """`told`: the command as it is answered; where there is none, no answer comes."""
        ended = how.pop("ended", -1.0) if told else None
        known = {"command": told, "command_id": told["id"]} if told else {}
        answer = {"items": [{"index": 0, "status": verdict, **known}]}
        self.ask("POST", "/commands", at=at, body=[item], answer=answer, ended=ended, **how)

    def look(self, order: Json, *, at: float, **how: Any) -> None:
        self.ask("GET", f"/orders/{order['id']}", at=at, answer=order, **how)

    def exchanges(self) -> list[Exchange]:
        for ended, number, status, answer in sorted(self._later, key=lambda one: one[0]):
            self._now = ended
            self._history.answered(number, status=status, answer=answer)
        self._later = []
        return read_exchanges(self._file.getvalue().splitlines())

    def wrong(self) -> list[str]:
        return wrong(self.exchanges())


def command(number: int, kind: str, *, order: int | None = 1, code: str | None = "applied", **result: Any) -> Json:
    """`code`: None while it is pending."""
    states = {None: "pending", "applied": "succeeded", "dismissed": "dismissed"}
    return {
        "id": id_of(1000 + number),
        "kind": kind,
        "state": states.get(code, "rejected"),
        "order_id": None if order is None else id_of(order),
        "outcome": None if code is None else {"code": code, "detail": "", "lines": []},
        "result": result if code == "applied" else None,
    }


def order(number: int = 1, *, quantity: int = 2, status: str = "draft", **changed: Any) -> Json:
    """Of `quantity` packets of tea."""
    shipped, returned, cancelled = (
        changed.pop(name, 0) for name in ("shipped_quantity", "returned_quantity", "cancelled_quantity")
    )
    line = {
        "id": id_of(100 * number),
        "sku": "TEA",
        "quantity": quantity,
        "tracks_stock": True,
        "line_total_minor": quantity * TEA_MINOR,
        "shipped_quantity": shipped,
        "returned_quantity": returned,
        "cancelled_quantity": cancelled,
    }
    made = {
        "id": id_of(number),
        "number": f"O-{number}",
        "status": status,
        "payment_status": "unpaid",
        "fulfilment": "immediate",
        "payment_terms": "prepaid",
        "currency": "GBP",
        "total_minor": quantity * TEA_MINOR,
        "paid_minor": 0,
        "refunded_minor": 0,
        "due_minor": quantity * TEA_MINOR,
        "rounding_minor": 0,
        "invoice_number": None,
        "paid_at": None,
        "lines": [line],
        "holds": [],
        "payments": [],
        "credit_notes": [],
    }
    assert changed.keys() <= made.keys()
    return {**made, **changed}


def paid(number: int = 1, *, by: int = 1, **changed: Any) -> Json:
    """A sale in cash, paid by the command `by`."""
    return order(
        number,
        **{
            "status": "paid",
            "payment_status": "paid",
            "paid_minor": 2 * TEA_MINOR,
            "due_minor": 0,
            "shipped_quantity": 2,
            "paid_at": "2026-11-21T10:00:00Z",
            "invoice_number": f"INV-{number}",
            "payments": [payment(by, 2 * TEA_MINOR)],
            **changed,
        },
    )


def payment(by: int, amount_minor: int, *, kind: str = "payment") -> Json:
    return {
        "id": id_of(5000 + by),
        "kind": kind,
        "method": "cash",
        "amount_minor": amount_minor,
        "command_id": id_of(1000 + by),
        "terminal": TILL[0],
    }


def new_sale(number: int = 1, *, key: str = "k1") -> Json:
    """A pay with its order."""
    tenders = [{"method": "cash", "amount_minor": 900}]
    return {"key": key, "kind": "pay", "order": {"id": id_of(number)}, "body": {"tenders": tenders}}


def asks(kind: str, *, key: str, order: int | None = 1, **body: Any) -> Json:
    """A command on an order that there is, or on none."""
    return {"key": key, "kind": kind, "order_id": None if order is None else id_of(order), "body": body}


def sold(number: int = 1, *, order: int = 1, **changed: Any) -> Json:
    told = {"order_status": "paid", "payment_status": "paid", "change_minor": 2, "due_minor": 0, "rounding_minor": 0}
    return command(number, "pay", order=order, **{**told, "invoice_number": f"INV-{order}", **changed})


def cancelled(number: int = 2, **changed: Any) -> Json:
    told = {"order_status": "cancelled", "payment_status": "refunded", "refunded_minor": 898, "rounding_minor": 0}
    return command(number, "cancel", **{**told, "credit_note_number": f"INV-{10 + number}", **changed})


def cursor(changed_in: int, row: int = 0) -> str:
    return urlsafe_b64encode(json.dumps([EPOCH, 1, changed_in, 0, row]).encode()).decode()


def closing(number: int, *, cash_minor: int, previous_hash: str | None = None, **changed: Any) -> Json:
    """With a float of 5.00."""
    made: Json = {
        "number": number,
        "float_minor": 500,
        "methods": [{"method": "cash", "expected_minor": 500 + cash_minor}],
        "movements": [],
        "previous_hash": previous_hash,
        **changed,
    }
    return {"hash": hash_of(made), **made}
