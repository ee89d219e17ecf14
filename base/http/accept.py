"""Which of several representations a caller prefers (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator, Sequence

_WEIGHT = re.compile(r"q=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)", re.IGNORECASE)


def preferred(accept: str | None, offered: Sequence[str]) -> str | None:
    """The offered media type with the highest weight, of equal ones the first; None where none will do. Without the
    header, or with nothing in it, any will. Parameters besides the weight are not looked at: there is but one of each
    type."""
    if not accept or not accept.strip():
        return offered[0]
    ranges = list(_ranges(accept))
    weights = [_weight(media_type, ranges) for media_type in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        media_range, *parameters = (piece.strip() for piece in part.lower().split(";"))
        weights = [found[1] for parameter in parameters if (found := _WEIGHT.fullmatch(parameter))]
        if "/" in media_range:
            yield media_range, float(weights[0]) if weights else 1.0


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """That of the range that names it most closely."""
    kind = media_type.partition("/")[0]
    for media_range in (media_type, f"{kind}/*", "*/*"):
        found = [weight for named, weight in ranges if named == media_range]
        if found:
            return max(found)
    return 0.0
