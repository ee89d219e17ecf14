"""Words that the core and the database both know."""

from enum import StrEnum

from django.db import models
from django.db.models import Q


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


def known(field: str, words: type[StrEnum], *, name: str) -> models.CheckConstraint:
    """The database knows the same words as the core."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [word.value for word in words]}), name=name)
