"""A store's own numbers are counted by a row, so that they have no gap; a sequence keeps what rolled back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0009_plain_names_and_codes"),
        ("orders", "0018_numbers_that_follow"),
    ]

    operations = [
        migrations.RunSQL("DROP SEQUENCE orders_invoice_seq", "CREATE SEQUENCE orders_invoice_seq AS bigint"),
        migrations.CreateModel(
            name="InvoiceCounter",
            fields=[
                (
                    "store",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="inventory.store",
                    ),
                ),
                ("drawn", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("drawn__gte", 0)), name="counter_not_negative")
                ],
            },
        ),
    ]
