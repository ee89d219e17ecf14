"""The movements of a stock command are found by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_business_days")]

    operations = [
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(
                fields=["command_id"], name="movement_command", condition=models.Q(("order_id__isnull", True))
            ),
        )
    ]
