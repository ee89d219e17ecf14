"""What the models of this app share."""

from django.db import models
from django.db.models import Func, Value

from inventory.models import Store


def next_value(sequence: str) -> Func:
    return Func(Value(sequence), function="nextval", template="%(function)s(%(expressions)s::regclass)")


def unchecked_store() -> models.ForeignKey[Store, Store]:
    return models.ForeignKey(Store, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
