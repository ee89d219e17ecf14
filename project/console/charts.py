"""Commands a minute, and how long they took, as the charts of the admin's first page have them."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orders.commands.core.machine import DRAWER_KINDS, Kind
from orders.commands.core.outcomes import CommandState
from orders.journal.db.reads.lately import Count, Lately

MINUTE = timedelta(minutes=1)
SPANS_MINUTES = 3
"""A line goes on over so many in which nothing was settled. A longer pause is one."""
_TICKS = {"color": "#9ca3af"}


def _options(*, stacked: bool, whole: bool) -> str:
    return json.dumps(
        {
            "animation": False,
            "responsive": True,
            "maintainAspectRatio": False,
            "spanGaps": SPANS_MINUTES,
            "interaction": {"mode": "index", "intersect": False},
            "scales": {
                "x": {
                    "stacked": stacked,
                    "grid": {"display": False},
                    "ticks": {**_TICKS, "maxTicksLimit": 7, "maxRotation": 0},
                },
                "y": {
                    "stacked": stacked,
                    "beginAtZero": True,
                    "ticks": {**_TICKS, "maxTicksLimit": 5, **({"precision": 0} if whole else {})},
                },
            },
            "plugins": {
                "legend": {
                    "position": "bottom",
                    "labels": {**_TICKS, "usePointStyle": True, "pointStyle": "circle", "boxHeight": 6, "boxWidth": 6},
                }
            },
        }
    )


BARS, LINES = _options(stacked=True, whole=True), _options(stacked=False, whole=False)
OUTCOMES = {"succeeded": "#16a34a", "refused": "#f97316", "open": "#2563eb", "parked or dismissed": "#dc2626"}
"""Which colour each has."""
KINDS = {"pay": "#7c3aed", "hold": "#0891b2", "ship": "#65a30d", "take back": "#f97316", "stock": "#a16207"} | {
    "drawer": "#64748b"
}
DELAYS = {"half of them": "#16a34a", "95 of 100": "#f97316", "99 of 100": "#dc2626"}
_GROUPS = {
    Kind.PAY: "pay",
    **dict.fromkeys((Kind.RESERVE, Kind.RELEASE, Kind.EXTEND, Kind.ALLOCATE, Kind.BACKORDER), "hold"),
    **dict.fromkeys((Kind.FULFILL, Kind.DELIVER), "ship"),
    **dict.fromkeys((Kind.CANCEL, Kind.RETURN), "take back"),
    **dict.fromkeys(DRAWER_KINDS, "drawer"),
}
_ENDS = {
    CommandState.SUCCEEDED: "succeeded",
    CommandState.REJECTED: "refused",
    CommandState.PARKED: "parked or dismissed",
    CommandState.DISMISSED: "parked or dismissed",
}


def by_outcome(recent: Lately, *, at: datetime, zone: str) -> str:
    return _chart(recent, OUTCOMES, lambda one: _ENDS.get(CommandState(one.state), "open"), at, zone)


def by_kind(recent: Lately, *, at: datetime, zone: str) -> str:
    return _chart(recent, KINDS, lambda one: group_of(one.kind), at, zone)


def by_delay(found: Mapping[datetime | None, Sequence[float]], recent: Lately, *, at: datetime, zone: str) -> str:
    """A line for half of a minute's commands, for 95 and for 99 of a hundred: the milliseconds that they took."""
    of_minute = {minute.astimezone(UTC): parts for minute, parts in found.items() if minute}
    minutes = _minutes(recent.since, at)
    sets = [
        {
            "label": name,
            "data": [round(1_000 * of_minute[one][n], 1) if one in of_minute else None for one in minutes],
            "borderColor": colour,
            "backgroundColor": colour,
            "borderWidth": 1.5,
            "pointRadius": 1.5,
        }
        for n, (name, colour) in enumerate(DELAYS.items())
    ]
    return json.dumps({"labels": _labels(minutes, zone), "datasets": sets})


def group_of(kind: str) -> str:
    return _GROUPS.get(Kind(kind), "stock")


def _chart(recent: Lately, series: dict[str, str], named: Callable[[Count], str], at: datetime, zone: str) -> str:
    """JSON as Chart.js takes it: a bar a minute, by the clock of the zone."""
    counts: Counter[tuple[str, datetime]] = Counter()
    for one in recent.counts:
        counts[named(one), one.minute.astimezone(UTC)] += one.commands
    minutes = _minutes(recent.since, at)
    sets = [_set(name, colour, [counts[name, minute] for minute in minutes]) for name, colour in series.items()]
    return json.dumps({"labels": _labels(minutes, zone), "datasets": sets})


def _labels(minutes: Sequence[datetime], zone: str) -> list[str]:
    return [f"{minute.astimezone(ZoneInfo(zone)):%H:%M}" for minute in minutes]


def _set(name: str, colour: str, data: Sequence[int]) -> dict[str, Any]:
    return {"label": name, "data": data, "backgroundColor": colour, "maxBarThickness": 12}


def _minutes(since: datetime, at: datetime) -> list[datetime]:
    first = since.astimezone(UTC).replace(second=0, microsecond=0)
    return [first + n * MINUTE for n in range(int((at - first) / MINUTE) + 1)]
