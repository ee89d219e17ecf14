"""Percentages and rates: decimal text to the outside, whole millionths where something is worked out with them."""

MILLIONTHS_A_PERCENT = 10_000


def millionths(percent: str) -> int:
    """20 % is 200,000. `percent`: with at most four decimals."""
    whole, _, decimals = percent.partition(".")
    return int(whole) * MILLIONTHS_A_PERCENT + int(decimals.ljust(4, "0"))


def percent(of: int) -> str:
    """Of millionths, without trailing zeros."""
    whole, decimals = divmod(of, MILLIONTHS_A_PERCENT)
    return f"{whole}.{decimals:04}".rstrip("0").rstrip(".")
