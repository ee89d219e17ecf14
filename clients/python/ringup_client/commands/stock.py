"""Commands on goods without an order, for the back office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ringup_client.values import Asked, Goods, Moved


@dataclass(frozen=True, slots=True)
class Receive(Asked):
    kind: ClassVar[str] = "receive"
    items: Sequence[Goods]
    reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Adjust(Asked):
    """Quantities have a sign."""

    kind: ClassVar[str] = "adjust"
    items: Sequence[Goods]
    reason: str
    shortage: str | None = None


@dataclass(frozen=True, slots=True)
class Count(Asked):
    kind: ClassVar[str] = "count"
    items: Sequence[Goods]
    reason: str | None = None
    shortage: str | None = None


@dataclass(frozen=True, slots=True)
class WriteOff(Asked):
    kind: ClassVar[str] = "write_off"
    items: Sequence[Goods]
    reference: str | None = None
    reason: str | None = None
    shortage: str | None = None


@dataclass(frozen=True, slots=True)
class Transfer(Asked):
    kind: ClassVar[str] = "transfer"
    items: Sequence[Moved]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Import(Asked):
    """Counts of many levels, each of which stands for itself."""

    kind: ClassVar[str] = "import"
    items: Sequence[Goods]
    reference: str | None = None
    reason: str | None = None
    shortage: str | None = None


@dataclass(frozen=True, slots=True)
class Hold(Asked):
    kind: ClassVar[str] = "hold"
    reference: str
    items: Sequence[Goods]
    expires_in_s: int | None = None


@dataclass(frozen=True, slots=True)
class ReleaseHold(Asked):
    """None: all that is held under the reference."""

    kind: ClassVar[str] = "release_hold"
    reference: str
    items: Sequence[Goods] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CommitHold(Asked):
    kind: ClassVar[str] = "commit_hold"
    reference: str
    items: Sequence[Goods]
