"""A reason of blanks says nothing: where one is asked for, or given for a repair, it is refused and nothing changes."""

from typing import Any
from uuid import uuid4

import pytest

from orders.models import Command, Repair
from tests.support.shop.till import Till

BLANK = ["", " ", "\t\n", "\u00a0\u2003"]
CALLS = [
    ("/commands/{command}/retry", {}),
    ("/commands/{command}/dismiss", {}),
    ("/invoice-pool/void", {"number": "INV-1"}),
    ("/inventory/adjust", {"items": [{"sku": "TEA-80", "quantity": 1}]}),
]


@pytest.mark.parametrize("reason", BLANK)
@pytest.mark.parametrize(("path", "body"), CALLS)
def test_blanks_are_no_reason(backoffice: Till, path: str, body: dict[str, Any], reason: str) -> None:
    found = path.replace("{command}", str(uuid4()))
    answer = backoffice.post(found, {**body, "reason": reason}, key="k1")
    assert (answer.status, answer.code, answer.pointers) == (422, "validation_failed", ["#/reason"])
    assert not Command.objects.exists()
    assert not Repair.objects.exists()


def test_blanks_around_a_reason_are_no_harm(backoffice: Till) -> None:
    body = {"items": [{"sku": "TEA-80", "quantity": 1}], "reason": " found \n"}
    assert backoffice.post("/inventory/adjust", body, key="k1").status == 202
