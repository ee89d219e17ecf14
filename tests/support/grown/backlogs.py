"""Backlogs beside a shop of two years: a hundred thousand of one kind of thing that can wait, made and undone."""

import pytest
from django.utils import timezone

MANY = 100_000
SEVERAL_ROWS = 600_000
"""Of ten things that wait each ten thousand are counted, by some steps each."""
NOW = timezone.now()


def of(sql: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("backlog", [sql], indirect=True, ids=["backlog"])
