"""The figures of the admin's first page, each with the list that it is made of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from base.outside.signs import Role
from base.written import amount
from orders.commands.core.outcomes import CommandState
from orders.commands.core.tenders import PaymentKind
from orders.journal.db.reads.lately import Lately
from orders.journal.db.reads.taken import Taken
from project.console.clock import ago, lasts
from project.console.now import Now, StoreNow
from project.console.sentences import WORDS

DOES = {Role.COMMANDS: "settles commands", Role.IO: "asks others, sweeps", Role.BEAT: "looks what is due"}
CAUSE_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """`page`, `query`: of the list in the admin, as a check has them."""

    name: str
    value: str
    more: str
    page: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[str, ...]
    page: str
    query: str = ""


def figures(now: Now, recent: Lately, *, delays: list[float] | None, low: int, short: int) -> list[Figure]:
    total = sum(one.commands for one in recent.counts)
    minutes = max((now.at - recent.since).total_seconds() / 60, 1)
    entries = sum(store.entries_pending for store in now.stores)
    since = min((store.entries_pending_since for store in now.stores if store.entries_pending_since), default=None)
    drawers = sum(store.drawers_open for store in now.stores)
    return [
        Figure(
            "Commands a minute", _rate(total / minutes), f"{total:,} in {minutes:.0f} min", "orders_command", "is=all"
        ),
        Figure("Settled within", *_delays(delays), "orders_command", "is=succeeded"),
        Figure("Waiting", f"{now.pending:,}", _waiting(now), "orders_command", "is=pending"),
        Figure("Parked", f"{now.parked:,}", "retried or dismissed by a person", "orders_command", "is=parked"),
        Figure("To accounting", f"{entries:,}", _since(since, now.at), "orders_journalentry", "state__exact=pending"),
        Figure(
            "To payment providers",
            f"{now.payments_pending + now.authorizations:,}",
            f"{now.authorizations:,} asked before a sale",
            "orders_paymentinstruction",
            "state__exact=pending",
        ),
        Figure(
            "Low stock", f"{low:,}", "levels at their reorder point", "inventory_lowstock", "recovered_at__isempty=1"
        ),
        Figure("Shortfalls", f"{short:,}", "sold, and to be counted", "inventory_shortfall", "counted_at__isempty=1"),
        Figure("Drawers open", f"{drawers:,}", _tills(now), "orders_drawer", "opened_at__isempty=0"),
    ]


def refusals(recent: Lately) -> list[Row]:
    """The commonest first."""
    codes: Counter[str] = Counter()
    for one in recent.counts:
        if one.state == CommandState.REJECTED:
            codes[one.code] += one.commands
    return [
        Row((_words(code), f"{count:,}"), "orders_command", f"is=rejected&outcome_code__exact={code}")
        for code, count in codes.most_common()
    ]


def retries(found: list[tuple[str, int]]) -> list[Row]:
    return [
        Row((cause[:CAUSE_LENGTH_MAX], f"{count:,}"), "orders_command", urlencode({"is": "all", "cause": cause}))
        for cause, count in found
    ]


def payments(found: Sequence[Taken]) -> list[Row]:
    """What was given back stands beside what was taken."""
    currencies = {one.currency for one in found}
    return [_of_payments(one, {"store__currency": one.currency} if len(currencies) > 1 else {}) for one in found]


def _of_payments(one: Taken, which: Mapping[str, str]) -> Row:
    back = ", given back" if one.kind == PaymentKind.REFUND else ""
    cells = (f"{one.method}{back}", f"{one.payments:,}", amount(one.amount_minor, one.currency, one.locale))
    query = {"kind__exact": one.kind, "method__exact": one.method, "on": "today", **which}
    return Row(cells, "orders_payment", urlencode(query))


def pools(now: Now) -> list[Row]:
    """Who is empty first comes first."""
    pooled = sorted((store for store in now.stores if store.free is not None), key=_left)
    return [
        Row((store.code, f"{store.free:,}", _empty_in(store)), "orders_invoicenumber", f"store__id__exact={store.id}")
        for store in pooled
    ]


def machines(now: Now) -> list[tuple[str, str, bool]]:
    """(who, what it says, whether it is well)"""
    if now.signs is None:
        return [("broker", "does not answer", False)]
    given = {role: datetime.fromtimestamp(at, now.at.tzinfo) for role, at in now.signs.items()}
    return [
        ("broker", "answers", True),
        *(
            (
                DOES[role],
                f"a sign of life {ago(at, now.at)}" if now.signs[role] else "never came",
                role not in now.silent,
            )
            for role, at in given.items()
        ),
    ]


def _left(store: StoreNow) -> tuple[float, int]:
    endless = store.minutes_to_empty is None and store.free
    return (float("inf") if endless else store.minutes_to_empty or 0.0, store.free or 0)


def _empty_in(store: StoreNow) -> str:
    if not store.free:
        return "empty"
    return "nothing is taken" if store.minutes_to_empty is None else f"empty in {lasts(store.minutes_to_empty)}"


def _rate(a_minute: float) -> str:
    return f"{a_minute:,.0f}" if a_minute >= 10 or not a_minute else f"{a_minute:.1f}"


def _delays(found: list[float] | None) -> tuple[str, str]:
    if not found:
        return "-", "nothing was settled"
    half, most, nearly_all = (seconds_of(one) for one in found)
    return half, f"half of them; 95 % in {most}, 99 % in {nearly_all}"


def seconds_of(seconds: float) -> str:
    return f"{1_000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s" if seconds < 60 else lasts(seconds / 60)


def _waiting(now: Now) -> str:
    if now.pending and now.pending_since is None:
        return "behind an earlier one of the same order"
    return _since(now.pending_since, now.at)


def _since(at: datetime | None, now: datetime) -> str:
    return f"the oldest came {ago(at, now)}" if at else "nothing waits"


def _tills(now: Now) -> str:
    return f"of {sum(store.tills for store in now.stores):,} tills"


def _words(code: str) -> str:
    return WORDS.get(code, code.replace("_", " "))
