"""A day with a delivery, a sale that is cancelled and one that is kept, as its clients saw it."""

from benchmarks.chaos.history.exchange import Exchange
from tests.unit.benchmarks.chaos.talk import (
    DESK,
    OFFICE,
    Json,
    Talk,
    asks,
    cancelled,
    closing,
    command,
    cursor,
    id_of,
    new_sale,
    paid,
    payment,
    sold,
)

FOLLOWER, ANEW = ("Follower", "auditor"), ("Anew", "auditor")
RECEIVED = command(8, "receive", order=None)
FIRST = paid(
    status="cancelled",
    payment_status="refunded",
    refunded_minor=898,
    returned_quantity=2,
    payments=[payment(1, 898), payment(2, 898, kind="refund")],
    credit_notes=[{"number": "INV-12", "pending": False, "command_id": cancelled()["id"]}],
)
SECOND = paid(2, by=3)
TEA = {"sku": "TEA", "tracks_stock": True, "on_hand": 8, "reserved": 0}
SETTLED = sold(3, order=2)


def movement(number: int, change: int, after: int, by: int) -> Json:
    value = {"id": number, "sku": "TEA", "location": "shop", "quantity_change": change, "reserved_change": 0}
    of = {"quantity_after": after, "reserved_after": 0, "command_id": id_of(1000 + by), "order_id": None}
    return {"kind": "movement", "id": number, "value": {**value, **of}}


MOVED = [movement(1, 10, 10, 8), movement(2, -2, 8, 1), movement(3, 2, 10, 2), movement(4, -2, 8, 3)]
ORDERS = [{"kind": "order", "id": one["id"], "value": one} for one in (FIRST, SECOND)]


def follow(talk: Talk, by: tuple[str, str], *, at: float) -> None:
    """From the start to the end."""
    for place, items in enumerate([MOVED, ORDERS, []]):
        query = {"after": cursor(place)} if place else {}
        answer = {"items": items, "next_cursor": cursor(place + 1)}
        talk.ask("GET", "/changes", at=at + 2 * place, by=by, query=query, answer=answer)


def entry(kind: str, invoice: str, note: str | None = None) -> Json:
    return {"kind": kind, "invoice_number": invoice, "credit_note_number": note}


def told() -> list[Exchange]:
    talk = Talk()
    talk.send(
        asks("receive", key="r1", order=None, items=[{"sku": "TEA", "quantity": 10}]), at=0, told=RECEIVED, by=OFFICE
    )
    talk.send(new_sale(), at=2, told=sold())
    talk.send(asks("cancel", key="c1"), at=4, told=cancelled(), by=DESK)
    talk.send(new_sale(2, key="k2"), at=6, told=command(3, "pay", order=2, code=None))
    talk.ask("GET", f"/commands/{SETTLED['id']}", at=8, answer=SETTLED)
    talk.send(new_sale(2, key="k2"), at=10, told=SETTLED, verdict="replayed")
    talk.ask("POST", "/commands/lookup", at=12, answer={"items": [{"key": "k2", "command": SETTLED}]})
    talk.look(SECOND, at=14)
    follow(talk, FOLLOWER, at=16)
    follow(talk, ANEW, at=30)
    first = closing(1, cash_minor=0)
    closings = [first, closing(2, cash_minor=898, previous_hash=first["hash"])]
    talk.ask("GET", "/closings", at=40, answer={"items": closings})
    talk.ask("GET", "/inventory/items", at=42, answer={"items": [TEA]})
    entries = [entry("sale", "INV-1"), entry("cancellation", "INV-1", "INV-12"), entry("sale", "INV-2")]
    talk.ask("GET", "/accounting/entries", at=44, answer={"items": entries})
    talk.ask("GET", "/bank", at=46, answer={"captured_minor": 0, "refunded_minor": 0, "set_aside_minor": 0})
    return talk.exchanges()
