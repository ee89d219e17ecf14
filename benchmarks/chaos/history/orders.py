"""Each order's commands and reads in one line: as the core has it, and as nobody can say it was otherwise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from benchmarks.chaos.history.exchange import Json
from benchmarks.chaos.history.heard import FINAL, Heard, Name, Seen, Sent
from benchmarks.chaos.history.model import Ask, Lapse, Look, draft_of, step
from benchmarks.chaos.history.search import Operation, tell

OPEN = float("inf")
CLOCKS_DIFFER_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """`taken`: when it was known that it comes before whatever is sent from then on; `done`: when it was known to have
    happened."""

    what: Ask | Look | Lapse
    began: float
    taken: float = OPEN
    done: float = OPEN


def untellable(heard: Heard, *, clocks_differ_s: float) -> Iterator[str]:
    """What is wrong, a line for each order."""
    by_order: dict[str, list[Sequence[Sent]]] = {}
    for sent in heard.sent.values():
        if sent[0].order_id:
            by_order.setdefault(sent[0].order_id, []).append(sent)
    for order_id, views in heard.orders.items():
        operations = [one for sent in by_order.get(order_id, ()) for one in _asked(sent, heard, clocks_differ_s)]
        if line := _untellable(order_id, views, operations, heard):
            yield line


def _untellable(order_id: str, views: Sequence[Seen], asked: Sequence[Operation[Timed]], heard: Heard) -> str | None:
    shown = [one for one in views if one.value]
    if not shown or not shown[0].value:
        return None
    told = tell(
        [*_reads(shown), *asked],
        before=_before,
        start=draft_of(shown[0].value, maker=heard.made.get(order_id)),
        step=lambda order, timed: step(order, timed.what),
    )
    if told.is_possible:
        return None
    if told.is_possible is None:
        return f"order {order_id}: too many ways to tell it"
    way, stuck = (", ".join(map(_said, those)) for those in (told.order, told.stuck))
    return f"order {order_id}: after {way or 'nothing'} there is no way to {stuck}"


def _before(first: Timed, second: Timed) -> bool:
    """A command that was taken comes before whatever is sent later; a read shows what was settled before it began."""
    known = first.done if isinstance(second.what, Look) else min(first.taken, first.done)
    return known < second.began


def _reads(shown: Sequence[Seen]) -> Iterator[Operation[Timed]]:
    for one in shown:
        assert one.value
        yield Operation(what=Timed(what=Look(view=one.value), began=one.began, done=one.ended), is_read=True)


def _asked(sent: Sequence[Sent], heard: Heard, clocks_differ_s: float) -> Iterator[Operation[Timed]]:
    """Of one command, however often it was sent; and the lapse of what it holds for a time."""
    first = sent[0]
    if all(one.verdict == "refused" for one in sent):
        return
    began = min(one.began for one in sent)
    taken = min((one.ended for one in sent if one.ended and one.command_id), default=OPEN)
    command_id = next(iter(heard.ids_of(first.name)), None)
    settled = [one for one in heard.commands.get(command_id or "", []) if is_final(one.value)]
    seen = min(settled, key=lambda one: one.ended, default=None)
    ask = Ask(
        id=UUID(command_id) if command_id else _id_of(first.name),
        kind=first.kind,
        who=first.name.who,
        role=first.role,
        body=first.body,
        seen=seen.value if seen else None,
    )
    done = seen.ended if seen else OPEN
    yield Operation(what=Timed(what=ask, began=began, taken=taken, done=done), is_certain=seen is not None)
    if first.body.get("expires_in_s") and not (seen and seen.value and seen.value["state"] == "rejected"):
        lapses = began + first.body["expires_in_s"] - clocks_differ_s
        yield Operation(what=Timed(what=Lapse(), began=lapses), is_certain=False)


def is_final(command: Json | None) -> bool:
    return command is not None and command.get("state") in FINAL


def _id_of(name: Name) -> UUID:
    """Of one that nobody has told the id of."""
    return uuid5(NAMESPACE_OID, "\n".join(name))


def _said(timed: Timed) -> str:
    match timed.what:
        case Ask(kind=kind, seen=seen):
            return f"{kind} ({seen['outcome']['code'] if seen else 'open'})"
        case Look(view=view):
            return (
                f"read {view['status']}, {view['payment_status']}, kept {view['paid_minor'] - view['refunded_minor']}"
            )
        case Lapse():
            return "lapse"
