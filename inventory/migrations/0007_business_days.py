"""A store says when its business days begin."""

from datetime import time

from django.db import migrations, models

# Whatever writes it: a zone that nobody knows would stop every batch of the store.
KNOWN = """
ALTER TABLE inventory_store ADD CONSTRAINT store_time_zone_known
    CHECK (timezone(time_zone, '2000-01-01T00:00:00Z'::timestamptz) IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0006_currency_in_use"),
    ]

    operations = [
        migrations.AddField(
            model_name="store",
            name="time_zone",
            field=models.CharField(default="UTC", help_text="In the IANA database, as Europe/London.", max_length=64),
        ),
        migrations.AddField(
            model_name="store",
            name="day_starts_at",
            field=models.TimeField(
                default=time, help_text="When its business days begin: what is sold earlier belongs to the day before."
            ),
        ),
        migrations.RunSQL(KNOWN, "ALTER TABLE inventory_store DROP CONSTRAINT store_time_zone_known;"),
    ]
