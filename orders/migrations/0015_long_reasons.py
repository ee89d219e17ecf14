"""A reason has the length that calls take."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0014_audit_rounds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="statuschange",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
    ]
