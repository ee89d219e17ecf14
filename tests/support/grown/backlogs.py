"""Backlogs beside a shop of two years: a hundred thousand of one kind of thing that can wait, made and undone."""

import pytest
from django.utils import timezone

MANY = 100_000
SEVERAL_MS = 500
"""Of hundreds of statements one waits for the machine, each time."""
NOW = timezone.now()


def of(sql: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("backlog", [sql], indirect=True, ids=["backlog"])
