"""What a terminal sent, without what its customer pays with."""

import json
from typing import Any

from django.utils.html import format_html

from base.admin.column import in_money

MASKED = frozenset({"token"})
MASK = "..."


def masked(payload: Any) -> Any:
    match payload:
        case dict():
            return {name: MASK if name in MASKED and value else masked(value) for name, value in payload.items()}
        case list():
            return [masked(one) for one in payload]
    return payload


def as_page(row: Any, told: Any) -> str:
    """As it stands on a page, with amounts as the row's store writes them."""
    if told is None:
        return "-"
    text = json.dumps(in_money(row, masked(told)), indent=2, ensure_ascii=False)
    return format_html('<pre class="whitespace-pre-wrap">{}</pre>', text)
