"""What models share: words that the core and the database both know, and the marks of what changed."""

from datetime import datetime
from enum import StrEnum

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


def known(field: str, words: type[StrEnum], *, name: str) -> models.CheckConstraint:
    """The database knows the same words as the core."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [word.value for word in words]}), name=name)


def changed_in() -> "models.BigIntegerField[int, int]":
    """The number of the transaction that wrote the row, or changed last what is shown of it; a trigger sets it."""
    return models.BigIntegerField(
        editable=False, db_default=Func(function="ringup_xid", output_field=models.BigIntegerField())
    )


def changed_at() -> "models.DateTimeField[datetime, datetime]":
    return models.DateTimeField(editable=False, db_default=Now())


def changed_later_in() -> "models.BigIntegerField[int | None, int | None]":
    """The same of what another row tells of as it is written: null until it is changed after that."""
    return models.BigIntegerField(editable=False, null=True)


def changed_later_at() -> "models.DateTimeField[datetime | None, datetime | None]":
    return models.DateTimeField(editable=False, null=True)


def changed_index(name: str) -> models.Index:
    """Serves who follows the store's changes."""
    return models.Index(fields=["store", "changed_in", "id"], name=name)


def changed_later_index(name: str, row: str = "id") -> models.Index:
    """The same; what was never changed is not in it, so that a sale pays nothing for it."""
    return models.Index(fields=["store", "changed_in", row], name=name, condition=Q(changed_in__isnull=False))
