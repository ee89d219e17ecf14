"""Expand: who does not know the column need not name it, and what is there already is not read for it."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_guards")]

    operations = [
        migrations.AddField("order", "gift_note", models.TextField(db_default="")),
        AddConstraintNotValid(
            "order",
            models.CheckConstraint(name="order_gift_note_fits", condition=LessThanOrEqual(Length("gift_note"), 500)),
        ),
    ]
