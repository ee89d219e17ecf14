"""A day's sales, and how its report is read."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.support.shop.baskets import list_goods, order
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
Sell = Callable[..., str]
Do = Callable[..., None]


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)


@pytest.fixture
def do(supervisor: Till, settle: Settle) -> Do:
    """A supervisor's command, which takes effect."""

    def done(path: str, **body: Any) -> None:
        settled = settle(supervisor.post(path, body, key=str(uuid4())), supervisor)
        assert settled["outcome"]["code"] == "applied", settled

    return done


@pytest.fixture
def sell(supervisor: Till, do: Do) -> Sell:
    """A paid order's path. `tenders`: by card, unless they are given."""

    def sold(*lines: dict[str, Any], tenders: list[dict[str, Any]] | None = None, **more: Any) -> str:
        created = supervisor.post("/orders", order(*lines, **more)).body
        path = f"/orders/{created['id']}"
        by_card = [{"method": "card", "amount_minor": created["total_minor"]}]
        do(f"{path}/pay", tenders=tenders or by_card)
        return path

    return sold
