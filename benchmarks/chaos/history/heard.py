"""What was sent and what was heard, in the shop's words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from benchmarks.chaos.history.exchange import Exchange, Json

FINAL = frozenset({"succeeded", "rejected", "dismissed"})


class Name(NamedTuple):
    """Of a command, by its sender: keys are a terminal's own."""

    who: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command as it was sent once. `order`: the new one that it brings; `verdict`: None where no answer came;
    `command_id`: as it was answered."""

    name: Name
    role: str
    kind: str
    order_id: str | None
    order: Json | None
    body: Json
    began: float
    ended: float | None
    verdict: str | None
    command_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A thing as an answer showed it. `value`: of a command without its state only its id, where it was but taken;
    None where the answer says that there is none."""

    value: Json | None
    who: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Of the feed, as one follower got it."""

    who: str
    after: str | None
    cursor: str
    items: list[Json]
    began: float
    ended: float


@dataclass(slots=True)
class Heard:
    """`commands`, `orders`: by id; `lookups`: by the name that was looked for; `made`: order id -> who made it."""

    sent: dict[Name, list[Sent]] = field(default_factory=dict)
    commands: dict[str, list[Seen]] = field(default_factory=dict)
    lookups: dict[Name, list[Seen]] = field(default_factory=dict)
    orders: dict[str, list[Seen]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    others: list[Exchange] = field(default_factory=list)

    def ids_of(self, name: Name) -> list[str]:
        """All that a command was called, each once: one, or none while nobody has told."""
        answered = [one.command_id for one in self.sent.get(name, ()) if one.command_id]
        found = [one.value["id"] for one in self.lookups.get(name, ()) if one.value]
        return list(dict.fromkeys([*answered, *found]))

    def last(self, path: str) -> Any:
        """The last answer of a path; None where there is none."""
        return next((one.answer for one in reversed(self.others) if one.path == path and one.is_success), None)

    def final_commands(self) -> dict[str, Json]:
        """Settled ones, as they were last seen."""
        return {
            id_: one.value
            for id_, seen in self.commands.items()
            for one in [max(seen, key=lambda one: one.ended)]
            if one.value and one.value.get("state") in FINAL
        }

    def final_orders(self) -> dict[str, Json]:
        return {
            id_: last.value for id_, seen in self.orders.items() if (last := max(seen, key=lambda one: one.ended)).value
        }


def heard(exchanges: Iterable[Exchange]) -> Heard:
    told = Heard()
    for one in exchanges:
        _take(one, told)
    return told


def _take(one: Exchange, told: Heard) -> None:
    match one.method, one.path.split("/")[1:]:
        case "POST", ["commands"]:
            _sent(one, told)
        case "POST", ["commands", "lookup"]:
            for item in _items(one):
                name = Name(one.who, item["key"])
                told.lookups.setdefault(name, []).append(_seen(one, item["command"]))
                if item["command"]:
                    told.commands.setdefault(item["command"]["id"], []).append(_seen(one, item["command"]))
        case "GET", ["commands", id_] if one.is_success or one.status == 404:
            told.commands.setdefault(id_, []).append(_seen(one, one.answer if one.is_success else None))
        case "POST", ["orders"]:
            told.made.setdefault(one.body["id"], one.who)
            if one.is_success:
                told.orders.setdefault(one.answer["id"], []).append(_seen(one, one.answer))
        case "GET", ["orders", id_] if one.is_success or one.status == 404:
            told.orders.setdefault(id_, []).append(_seen(one, one.answer if one.is_success else None))
        case "GET", ["changes"] if one.is_success:
            _page(one, told)
        case _:
            told.others.append(one)


def _seen(one: Exchange, value: Json | None) -> Seen:
    assert one.ended is not None
    return Seen(value=value, who=one.who, began=one.began, ended=one.ended)


def _items(one: Exchange) -> list[Json]:
    """None where it was no success."""
    found: list[Json] = one.answer["items"] if one.is_success else []
    return found


def _sent(one: Exchange, told: Heard) -> None:
    verdicts: Iterator[Json] = iter(_items(one))
    for item in one.body:
        verdict = next(verdicts, {})
        command = verdict.get("command") or {}
        command_id = command.get("id") or verdict.get("command_id")
        sent = Sent(
            name=Name(one.who, item["key"]),
            role=one.role,
            kind=item["kind"],
            order_id=item.get("order_id") or (item.get("order") or {}).get("id"),
            order=item.get("order"),
            body=item.get("body") or {},
            began=one.began,
            ended=one.ended if verdict else None,
            verdict=verdict.get("status"),
            command_id=command_id,
        )
        told.sent.setdefault(sent.name, []).append(sent)
        if sent.order:
            told.made.setdefault(sent.order["id"], one.who)
        if command_id:
            told.commands.setdefault(command_id, []).append(_seen(one, command or {"id": command_id}))


def _page(one: Exchange, told: Heard) -> None:
    assert one.ended is not None
    items = one.answer["items"]
    page = Page(
        who=one.who,
        after=one.query.get("after"),
        cursor=one.answer["next_cursor"],
        items=items,
        began=one.began,
        ended=one.ended,
    )
    told.pages.append(page)
    for item in items:
        if item["kind"] == "order":
            told.orders.setdefault(item["id"], []).append(_seen(one, item["value"]))
