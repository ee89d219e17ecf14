"""What the log tells of commands: one line for a call, then one for each command that is settled, or none at all."""

import logging
from uuid import UUID

import pytest

from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

TELLERS = ("orders.journal.submit", "workers.told")


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name in TELLERS]


def sold_together(pos: Till) -> list[str]:
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
    paid = {"tenders": [{"method": "cash", "amount_minor": PRICE_MINOR}]}
    sales = [{"key": f"k{number}", "kind": "pay", "order": order, "body": paid} for number in range(3)]
    accepted = pos.post("/commands", sales).body["items"]
    execute([UUID(item["order_id"]) for item in accepted])
    return [item["command_id"] for item in accepted]


def test_commands_that_came_together_are_one_line_of_their_call_and_one_each_of_their_batch(
    pos: Till, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    ids = [UUID(one) for one in sold_together(pos)]
    accepted, *settled = told(caplog)
    assert (accepted.getMessage(), accepted.__dict__["command_ids"]) == ("3 commands are accepted", ids)
    assert {line.__dict__["command_id"] for line in settled} == set(ids)
    assert [line.getMessage() for line in settled] == ["pay is settled: applied"] * 3
    assert {line.__dict__["batch"] for line in settled} == {3}
    assert [hasattr(line, "trace_id") for line in settled] == [False] * 3


def test_where_the_log_keeps_only_what_went_wrong_nothing_is_told_of_what_did_not(
    pos: Till, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    sold_together(pos)
    assert told(caplog) == []
