"""No answer contradicts an earlier one: keys, outcomes, what of an order never changes, and places in the feed."""

import json
from base64 import urlsafe_b64decode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from benchmarks.chaos.history.exchange import Json
from benchmarks.chaos.history.heard import FINAL, Heard, Name, Page, Seen, Sent

NUMBERS = {"invoice_number", "invoice_pending", "credit_note_number", "credit_note_pending"}
"""Of a result: what may follow later."""
OF_ORDER = ("number", "total_minor", "fulfilment", "currency")
"""What never changes, for as long as nobody replaces its lines."""
OF_LINE = ("id", "sku", "quantity", "line_total_minor")


def contradictions(heard: Heard) -> Iterator[str]:
    """What is wrong, a line each."""
    yield from _names(heard)
    for name, sent in heard.sent.items():
        yield from _verdicts(name, sent)
        yield from _vanished(f"key {name.key} of {name.who}", [*_known(name, heard), *heard.lookups.get(name, ())])
    for id_, seen in heard.commands.items():
        yield from _outcomes(f"command {id_}", seen)
        yield from _vanished(f"command {id_}", seen)
    for id_, seen in heard.orders.items():
        yield from _changed(f"order {id_}", seen)
        yield from _vanished(f"order {id_}", seen)
    yield from _feed(heard.pages)


def _names(heard: Heard) -> Iterator[str]:
    names: dict[str, list[Name]] = defaultdict(list)
    for name in {*heard.sent, *heard.lookups}:
        ids = heard.ids_of(name)
        for id_ in ids:
            names[id_].append(name)
        if len(ids) > 1:
            yield f"key {name.key} of {name.who} is {len(ids)} commands: {', '.join(ids)}"
    for id_, of_it in names.items():
        if len(of_it) > 1:
            yield f"command {id_} answers to {len(of_it)} keys: {', '.join(sorted(name.key for name in of_it))}"


def _verdicts(name: Name, sent: Iterable[Sent]) -> Iterator[str]:
    """Who was told that it was taken is told later that it was taken before."""
    told_at = min((one.ended for one in sent if one.ended and one.command_id), default=None)
    for one in sent:
        if told_at is not None and one.began > told_at and one.verdict in ("accepted", "refused"):
            yield f"key {name.key} of {name.who} was taken, and is {one.verdict} when it is sent again"


def _known(name: Name, heard: Heard) -> list[Seen]:
    return [
        Seen(value={"id": one.command_id}, who=name.who, began=one.began, ended=one.ended)
        for one in heard.sent[name]
        if one.command_id and one.ended
    ]


def _vanished(what: str, seen: Iterable[Seen]) -> Iterator[str]:
    known_at = min((one.ended for one in seen if one.value), default=None)
    if known_at is not None and any(one.value is None and one.began > known_at for one in seen):
        yield f"{what} was there, and is not any more"


def _outcomes(what: str, seen: list[Seen]) -> Iterator[str]:
    """A settled one never changes, but for numbers that follow."""
    final = [one for one in seen if one.value and one.value.get("state") in FINAL]
    if len(told := {_text(_lasting(one.value)) for one in final if one.value}) > 1:
        yield f"{what} has {len(told)} outcomes: {'; '.join(sorted(told))}"
    settled_at = min((one.ended for one in final), default=None)
    if settled_at is not None:
        for one in seen:
            state = one.value.get("state") if one.value else None
            if state and state not in FINAL and one.began > settled_at:
                yield f"{what} was settled, and is {state} again"
    for name in ("invoice_number", "credit_note_number"):
        yield from _given(f"{what}: {name}", final, _of_result(name))


def _of_result(name: str) -> Callable[[Json], str | None]:
    return lambda command: (command["result"] or {}).get(name)


def _lasting(command: Json) -> Any:
    result = {name: value for name, value in (command["result"] or {}).items() if name not in NUMBERS}
    return [command["state"], command["outcome"], result, command["kind"], command["order_id"]]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _given(what: str, seen: Iterable[Seen], read: Callable[[Json], str | None]) -> Iterator[str]:
    """A number that was told once is the same ever after."""
    told = [(one.began, one.ended, read(one.value)) for one in seen if one.value]
    if len(numbers := {number for _, _, number in told if number}) > 1:
        yield f"{what} is {' and '.join(sorted(numbers))}"
    known_at = min((ended for _, ended, number in told if number), default=None)
    if known_at is not None and any(number is None and began > known_at for began, _, number in told):
        yield f"{what} was told, and is not there any more"


def _changed(what: str, seen: list[Seen]) -> Iterator[str]:
    lasting = {
        _text([[value[name] for name in OF_ORDER], [[line[name] for name in OF_LINE] for line in value["lines"]]])
        for one in seen
        if (value := one.value)
    }
    if len(lasting) > 1:
        yield f"{what} is read in {len(lasting)} ways that never change: {'; '.join(sorted(lasting))}"
    yield from _given(f"{what}: invoice_number", seen, lambda value: value["invoice_number"])


def _feed(pages: Iterable[Page]) -> Iterator[str]:
    by_follower: dict[str, list[Page]] = defaultdict(list)
    for page in sorted(pages, key=lambda one: one.began):
        by_follower[page.who].append(page)
    mirrors = {}
    for who, of_one in by_follower.items():
        for page in of_one:
            if page.after and page.after != "now" and _place(page.cursor) < _place(page.after):
                yield f"the feed went back for {who}: from {_place(page.after)} to {_place(page.cursor)}"
        for earlier, later in pairwise(of_one):
            if later.after not in (earlier.cursor, earlier.after):
                yield f"{who} did not follow on where it was"
        if not of_one[-1].items:
            mirrors[who] = _mirror(of_one)
    yield from _unlike(mirrors)


def _place(cursor: str) -> tuple[int, ...]:
    """Of what the cursor says the place, which alone has an order (orders.feed.core.cursor)."""
    _, _, *place = json.loads(urlsafe_b64decode(cursor.encode("ascii")))
    return tuple(map(int, place))


def _mirror(pages: Iterable[Page]) -> dict[tuple[str, str], Json]:
    """What a follower takes the shop for."""
    return {
        (item["kind"], str(item["id"])): item["value"]
        for page in pages
        for item in page.items
        if item["kind"] in ("order", "movement")
    }


def _unlike(mirrors: dict[str, dict[tuple[str, str], Json]]) -> Iterator[str]:
    """Whoever has followed to the end knows the same."""
    things = Counter(thing for mirror in mirrors.values() for thing in mirror)
    for (kind, id_), known_by in things.items():
        values = {_text(mirror[kind, id_]) for mirror in mirrors.values() if (kind, id_) in mirror}
        if known_by < len(mirrors):
            lacking = [who for who, mirror in mirrors.items() if (kind, id_) not in mirror]
            yield f"{kind} {id_} never came to {', '.join(lacking)}"
        elif len(values) > 1:
            yield f"{kind} {id_} is not the same for all who follow: {'; '.join(sorted(values))}"
