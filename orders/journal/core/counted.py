"""A terminal's own count of its commands: what of it never arrived, and what arrived more than once."""

from collections.abc import Sequence
from dataclasses import dataclass

BIGINT_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Counted:
    """`gaps`: runs of numbers that never arrived, (first, last); `repeated`: numbers that several commands bear;
    `then`: from which number on to go on looking, None where there is nothing more."""

    gaps: list[tuple[int, int]]
    repeated: list[int]
    then: int | None


def counted(sequences: Sequence[int], *, since: int, limit: int, is_all: bool) -> Counted:
    """What is odd about these numbers, which are in order and not below `since`; at most `limit` of each kind.

    `is_all`: none follow. Otherwise the last one may come again, and is left to the next look.
    """
    gaps: list[tuple[int, int]] = []
    repeated: list[int] = []
    before = since - 1
    ending = None if is_all or sequences[0] == sequences[-1] else sequences[-1]
    for sequence in sequences:
        if sequence == ending:
            break
        if sequence == before:
            if repeated[-1:] == [sequence]:
                continue
            if len(repeated) == limit:
                return Counted(gaps, repeated, sequence)
            repeated.append(sequence)
        elif sequence > before + 1:
            if len(gaps) == limit:
                return Counted(gaps, repeated, before + 1)
            gaps.append((before + 1, sequence - 1))
        before = sequence
    return Counted(gaps, repeated, None if is_all or before == BIGINT_MAX else before + 1)
