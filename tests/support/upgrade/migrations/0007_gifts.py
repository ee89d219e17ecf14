"""The same for an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0006_gift_note_fits")]

    operations = [
        AddIndexConcurrently("order", models.Index("store", name="order_gifts", condition=models.Q(gift_note__gt="")))
    ]
