"""Which products are counted."""

PLACEHOLDER_GTIN = "0000000000000"
"""Stands for whatever has no code of its own: services, postage, a line that the till makes up."""


def tracked_by_default(gtin: str | None) -> bool:
    return gtin != PLACEHOLDER_GTIN
