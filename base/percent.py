"""Percentages and rates: decimal text to the outside, whole millionths where something is worked out with them."""

import re

PATTERN = r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$"
"""From 0 to 100, with at most four decimals."""
MILLIONTHS_A_PERCENT = 10_000


def millionths(percent: str) -> int:
    """20 % is 200,000. `percent`: as PATTERN has it."""
    assert re.fullmatch(PATTERN, percent, re.ASCII), percent
    whole, _, decimals = percent.partition(".")
    return int(whole) * MILLIONTHS_A_PERCENT + int(decimals.ljust(4, "0"))


def percent(of: int) -> str:
    """Of millionths, without trailing zeros."""
    whole, decimals = divmod(of, MILLIONTHS_A_PERCENT)
    return f"{whole}.{decimals:04}".rstrip("0").rstrip(".")


def shortest(text: str) -> str:
    """Without trailing zeros: one percentage is one text."""
    return percent(millionths(text))
