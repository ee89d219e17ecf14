"""What a terminal sent, without what its customer pays with."""

import json
from typing import Any

MASKED = frozenset({"token"})
MASK = "..."


def masked(payload: Any) -> Any:
    match payload:
        case dict():
            return {name: MASK if name in MASKED and value else masked(value) for name, value in payload.items()}
        case list():
            return [masked(one) for one in payload]
    return payload


def as_text(payload: Any) -> str:
    return json.dumps(masked(payload), indent=2, ensure_ascii=False)
