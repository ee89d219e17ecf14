"""A code of goods is one product's; codes and reasons have the lengths that calls take."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0008_movements_of_commands"),
    ]

    operations = [
        migrations.AlterField(
            model_name="location",
            name="code",
            field=models.CharField(max_length=64),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                models.F("store"),
                django.db.models.functions.text.LPad("gtin", 14, models.Value("0")),
                condition=models.Q(("gtin__regex", "[1-9]")),
                name="product_gtin_once_per_store",
            ),
        ),
    ]
