"""Figures of latency."""

import pytest

from project.demo.report import percentiles


@pytest.mark.parametrize(
    ("values", "figures"),
    [
        ([], {"p50": 0.0, "p95": 0.0, "p99": 0.0}),
        ([7.0], {"p50": 7.0, "p95": 7.0, "p99": 7.0}),
        ([3.0, 1.0, 2.0], {"p50": 2.0, "p95": 3.0, "p99": 3.0}),
        ([float(n) for n in range(1, 101)], {"p50": 50.0, "p95": 95.0, "p99": 99.0}),
    ],
)
def test_percentiles_are_values_that_were_seen(values: list[float], figures: dict[str, float]) -> None:
    assert percentiles(values) == figures
