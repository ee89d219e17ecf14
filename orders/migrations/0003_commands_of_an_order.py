"""An order's commands are found however long the journal is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="command",
            index=models.Index(
                condition=models.Q(state__in=["rejected", "parked"]), fields=["order"], name="command_unapplied"
            ),
        ),
    ]
