"""What operators gave up is counted without looking at what else they did."""

from django.db import migrations, models

import orders.commands.core.outcomes


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0023_waits_that_end"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="repair",
            index=models.Index(
                condition=models.Q(("act", orders.commands.core.outcomes.RepairAct["DISMISS"])),
                fields=["id"],
                name="repair_dismissal",
            ),
        ),
    ]
