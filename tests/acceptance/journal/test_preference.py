"""The Prefer header (RFC 7240), as far as it says how long to wait."""

import pytest
from django.test import RequestFactory

from orders.journal.api.submit import preferred_wait_s


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=1", 1),
        ("wait=10", 10),
        ("wait=11", 10),
        ("wait=999999", 10),
        ("wait=999999999999", 10),
        ("wait=000000000002", 2),
        ('foo="a, wait=9"', 0),
        ('foo="wait=4; \\"bar", wait=3', 3),
        ("respond-async, wait=1", 1),
        ("return=minimal; foo, WAIT = 1", 1),
        ('wait="1"', 1),
        ("wait=0", 0),
        ("wait", 0),
        ("wait=x", 0),
        ("wait=1x", 0),
        ("wait=-1", 0),
        ("wait=1.5", 0),
        ("await=1", 0),
        ("", 0),
    ],
)
def test_how_long_a_call_waits(rf: RequestFactory, prefer: str, seconds: int) -> None:
    assert preferred_wait_s(rf.post("/", headers={"Prefer": prefer})) == seconds


def test_without_a_preference_it_does_not_wait(rf: RequestFactory) -> None:
    assert preferred_wait_s(rf.post("/")) == 0
