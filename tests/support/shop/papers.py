"""Receipts as a till asks for them."""

from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from tests.support.shop.till import Answer, Till

TEXT, PAGE = "text/plain", "text/html"


def receipt(till: Till, order_id: object, *, command: object = None) -> Any:
    found = asked(till, order_id, command=command)
    assert found.status == 200, found
    return found.body


def printed(till: Till, order_id: object, *, command: object = None) -> list[str]:
    """The lines of it as text."""
    found = asked(till, order_id, command=command, Accept=TEXT)
    assert found.status == 200, found
    lines: list[str] = found.body.splitlines()
    return lines


def page(till: Till, order_id: object, *, command: object = None) -> str:
    """What a browser shows of it: no tag, no style."""
    reader = _Words()
    reader.feed(asked(till, order_id, command=command, Accept=PAGE).body)
    return "\n".join(reader.words)


def asked(till: Till, order_id: object, *, command: object = None, **headers: str) -> Answer:
    query = f"?command={command}" if command else ""
    return till.get(f"/orders/{order_id}/receipt{query}", **headers)


def amounts(lines: list[str]) -> list[tuple[str, str]]:
    """(label, amount) of the lines that have both."""
    pairs = (line.strip().rsplit("  ", 1) for line in lines)
    return [(pair[0].strip(), pair[1].strip()) for pair in pairs if len(pair) == 2]


def pay(till: Till, settle: Any, order_id: object, *tenders: tuple[str, int], key: str = "p", **more: Any) -> UUID:
    """The pay's id."""
    body = {"tenders": [{"method": method, "amount_minor": minor} for method, minor in tenders], **more}
    return done(till, settle, order_id, "pay", body, key=key)


def done(till: Till, settle: Any, order_id: object, kind: str, body: Any = None, *, key: str = "k") -> UUID:
    settled = settle(till.post(f"/orders/{order_id}/{kind}", body, key=key), till)
    assert settled["state"] == "succeeded", settled
    return UUID(settled["id"])


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._is_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_style:
            self.words.append(data.strip())
