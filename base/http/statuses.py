"""Statuses that mean more than one thing here."""

COME_BACK = frozenset({429, 503})
"""The call was right, and nothing of it was done: it may come again."""
