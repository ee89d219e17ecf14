"""A key that comes again: what it came with before is read only where a till is told what differs, and not without end.

Small bodies by Django's test client: what counts is what is read of the database.
"""

from typing import Any

import pytest

from base.sql.sets import cursor
from orders.journal.db.reads.commands import payloads
from orders.models import Command
from tests.support.grown.plans import watched
from tests.support.shop.till import Answer, Till

TOO_MANY = 40


def delivery(quantity: int, reason: str = "delivery") -> dict[str, Any]:
    return {"items": [{"sku": "TEA-80", "quantity": quantity}], "reason": reason}


def bulk(till: Till, *bodies: dict[str, Any]) -> Answer:
    return till.post("/commands", [{"key": f"k{n}", "kind": "receive", "body": body} for n, body in enumerate(bodies)])


def pointers(answer: Answer) -> list[list[str] | None]:
    """Of each item what is named as different; None where it is not refused."""
    problems = [item["problem"] for item in answer.body["items"]]
    return [problem and [error["pointer"] for error in problem["errors"]] for problem in problems]


def test_a_replay_reads_no_payload(backoffice: Till) -> None:
    bodies = [delivery(n + 1) for n in range(3)]
    bulk(backoffice, *bodies)
    with watched() as went:
        assert pointers(bulk(backoffice, *bodies)) == [None] * 3
        again = backoffice.post("/inventory/receive", bodies[0], key="k0")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (202, "true")
    looked = [one.text for one in went if "orders_command" in one.text and "INSERT" not in one.text]
    assert looked
    assert [text for text in looked if "payload" in text] == []


def test_each_of_many_is_told_what_differs_by_one_statement_more(backoffice: Till) -> None:
    bodies = [delivery(n + 1) for n in range(TOO_MANY)]
    bulk(backoffice, *bodies)
    changed = [delivery(n + 2) if n % 2 else delivery(n + 1, "again") for n in range(TOO_MANY)]
    with watched() as went:
        answer = bulk(backoffice, *changed)
    assert pointers(answer) == [["#/items"] if n % 2 else ["#/reason"] for n in range(TOO_MANY)]
    assert len([one for one in went if "payload" in one.text]) == 1


def test_two_items_of_one_request(backoffice: Till) -> None:
    items = [{"key": "same", "kind": "receive", "body": body} for body in (delivery(1), delivery(1, "again"))]
    assert pointers(backoffice.post("/commands", items)) == [None, ["#/reason"]]


@pytest.mark.parametrize(("fit", "read"), [(0, 1), (1, 1), (2, 2), (3, 3)])
def test_no_more_is_read_than_memory_bears(backoffice: Till, fit: int, read: int) -> None:
    """One at least; of those behind it is not told what differs."""
    bulk(backoffice, *[delivery(n + 1) for n in range(3)])
    ids = list(Command.objects.order_by("seq").values_list("id", flat=True))
    ((size,),) = cursor().execute("SELECT max(pg_column_size(payload)) FROM orders_command").fetchall()
    assert list(payloads(ids, bytes_max=fit * size)) == ids[:read]
