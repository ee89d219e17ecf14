"""An operator's clicks."""

from typing import Any

from django.test import Client


def act(operator: Client, url: str, action: str, *rows: object, **more: str) -> Any:
    chosen = {"action": action, "_selected_action": [str(row) for row in rows], "index": "0", **more}
    return operator.post(url, chosen, follow=True)
