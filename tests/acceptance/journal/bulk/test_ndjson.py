"""POST /commands as application/x-ndjson: one command a line."""

from typing import Any

import pytest
from pydantic_core import to_json

from orders.models import Command
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

NDJSON = "application/x-ndjson"


def sale(key: str) -> dict[str, Any]:
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
    tenders = [{"method": "card", "amount_minor": PRICE_MINOR}]
    return {"key": key, "kind": "pay", "order": order, "body": {"tenders": tenders}}


def send(till: Till, content: bytes) -> Answer:
    return till.call("POST", "/commands", content, **{"Content-Type": NDJSON})


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\n\n"])
def test_each_line_is_a_command(pos: Till, newline: bytes) -> None:
    accepted = send(pos, newline.join(to_json(sale(str(n))) for n in range(3)) + newline)
    assert (accepted.status, [item["status"] for item in accepted.body["items"]]) == (202, ["accepted"] * 3)
    assert [command.key for command in Command.objects.order_by("seq")] == ["0", "1", "2"]


def test_lines_and_an_array_are_the_same_commands(pos: Till) -> None:
    first = send(pos, to_json(sale("1")))
    again = pos.post("/commands", [sale("1")])
    assert again.body["items"][0]["status"] == "replayed"
    assert again.body["items"][0]["command_id"] == first.body["items"][0]["command_id"]


def test_a_line_that_is_no_json_never_spoils_the_others(pos: Till) -> None:
    answer = send(pos, b"\n".join([to_json(sale("1")), b"{", b'{"a": NaN}', b"\xff", b"5", to_json(sale("6"))]))
    assert [item["status"] for item in answer.body["items"]] == ["accepted", *["refused"] * 4, "accepted"]
    codes = [item["problem"]["code"] for item in answer.body["items"][1:5]]
    assert codes == ["malformed_json", "malformed_json", "malformed_json", "validation_failed"]
    assert "Line 2" in answer.body["items"][1]["problem"]["detail"]
    assert Command.objects.count() == 2


@pytest.mark.parametrize("content", [b"\n", b"\n".join([b"{}"] * 501)])
def test_there_are_one_to_five_hundred_lines(pos: Till, content: bytes) -> None:
    refused = send(pos, content)
    assert (refused.status, refused.code) == (422, "validation_failed")
