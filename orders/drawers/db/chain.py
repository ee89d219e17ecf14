"""The hash of a closing: of itself as canonical JSON (RFC 8785), so that whoever has the paper can work it out."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785

_EXACT_MAX = 2**53 - 1


def hash_of(figures: Mapping[str, Any]) -> str:
    """SHA-256, in hex; `figures` without `hash`."""
    return sha256(rfc8785.dumps(_as_doubles(figures))).hexdigest()


def _as_doubles(value: Any) -> Any:
    """RFC 8785 writes numbers as a double has them, and the library refuses whole ones that a double has not."""
    match value:
        case dict():
            return {name: _as_doubles(one) for name, one in value.items()}
        case list():
            return [_as_doubles(one) for one in value]
        case int() if abs(value) > _EXACT_MAX:
            return float(value)
    return value
