"""The words of the stock ledger."""

from enum import StrEnum


class MovementKind(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    ADJUST = "adjust"
    SET = "set"
    IMPORT = "import"
    RETURN_IN = "return_in"
    DAMAGED = "damaged"
    RESERVE = "reserve"
    RELEASE = "release"
    TRANSFER = "transfer"


COUNTS = frozenset({MovementKind.SET, MovementKind.IMPORT})
"""After which it is known what lies there."""
