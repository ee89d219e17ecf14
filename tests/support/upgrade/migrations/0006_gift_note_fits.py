"""Lets everybody through, so it may take its time."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0005_gift_note")]

    operations = [ValidateConstraint("order", "order_gift_note_fits")]
