"""Calls that were told to come back later are counted: a monitor sees what a till does not complain about."""

import pytest
from prometheus_client import REGISTRY

from base.http.problems import Problem


def counted(status: int, code: str) -> float | None:
    return REGISTRY.get_sample_value("ringup_calls_turned_away_total", {"status": str(status), "code": code})


@pytest.mark.parametrize(
    ("status", "code"), [(429, "too_many_requests"), (503, "database_unavailable")], ids=["429", "503"]
)
def test_who_is_to_come_back_later_is_counted(status: int, code: str) -> None:
    before = counted(status, code) or 0
    assert Problem(status, code, "Later.").response().status_code == status
    assert counted(status, code) == before + 1


def test_who_need_not_come_back_is_not() -> None:
    Problem(404, "order_not_found", "There is none.").response()
    assert counted(404, "order_not_found") is None
