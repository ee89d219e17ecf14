"""What is so just now, as values: what sentences and checks are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from base.outside.signs import Role

MINUTES = 10
"""How far back a sentence looks."""


class Severity(StrEnum):
    """`look`: somebody should see to it; `bad`: the shop does not work as it should."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refill:
    """The last one of a store's pool: since when accounting is asked, and what it said if it was not as it should be.
    `is_over`: it was refused, and is not asked for again."""

    requested_at: datetime
    error: str | None
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreNow:
    """`sold`, `refused` by code, `waiting`: pays of the last minutes. `queue`: of its sales. `free`: None where numbers
    are from no pool."""

    id: int
    code: str
    zone: str = "UTC"
    queue: str = ""
    has_products: bool = True
    tills: int = 1
    tills_missing: int = 0
    drawers_open: int = 0
    lacks_drawer: bool = False
    sold: int = 0
    last_sale_at: datetime | None = None
    refused: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    free: int | None = None
    low: int = 0
    minutes_to_empty: float | None = None
    numbers_follow: int = 0
    restored_at: datetime | None = None
    set_aside: int = 0
    refill: Refill | None = None
    entries_pending: int = 0
    entries_pending_since: datetime | None = None
    entries_parked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """`since`: from when on all commands are counted. `signs`: role -> when somebody of it last gave one, 0: not in the
    last days; None: the broker does not answer. `silent`: who has not given one for too long. `unserved`: queues that
    nobody takes commands from. `dead_letters`: messages that the broker gave up; None: it does not answer."""

    at: datetime
    since: datetime
    stores: Sequence[StoreNow]
    refuses_when_empty: bool = False
    signs: Mapping[Role, float] | None = field(default_factory=dict)
    silent: Sequence[Role] = ()
    unserved: Sequence[str] = ()
    parked: int = 0
    pending: int = 0
    pending_since: datetime | None = None
    payments_parked: int = 0
    payments_pending: int = 0
    authorizations: int = 0
    audited_at: datetime | None = None
    findings: int = 0
    dead_letters: int | None = 0
