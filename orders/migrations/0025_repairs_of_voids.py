"""Voids that accounting did not take are told again by somebody, who says why."""

import django.db.models.deletion
from django.db import migrations, models

import orders.commands.core.outcomes


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0024_counting"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="repair",
            name="repair_of_one_thing",
        ),
        migrations.AddField(
            model_name="repair",
            name="notice",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="repairs", to="orders.voidnotice"
            ),
        ),
        migrations.AddConstraint(
            model_name="repair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("command__isnull", False),
                        ("entry__isnull", True),
                        ("instruction__isnull", True),
                        ("notice__isnull", True),
                        models.Q(("act", orders.commands.core.outcomes.RepairAct["REFILL"]), _negated=True),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(
                                ("command__isnull", True),
                                ("entry__isnull", False),
                                ("instruction__isnull", True),
                                ("notice__isnull", True),
                            ),
                            models.Q(
                                ("command__isnull", True),
                                ("entry__isnull", True),
                                ("instruction__isnull", False),
                                ("notice__isnull", True),
                            ),
                            models.Q(
                                ("command__isnull", True),
                                ("entry__isnull", True),
                                ("instruction__isnull", True),
                                ("notice__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        ("act", orders.commands.core.outcomes.RepairAct["RETRY"]),
                    ),
                    models.Q(
                        ("command__isnull", True),
                        ("entry__isnull", True),
                        ("instruction__isnull", True),
                        ("notice__isnull", True),
                        ("act", orders.commands.core.outcomes.RepairAct["REFILL"]),
                    ),
                    _connector="OR",
                ),
                name="repair_of_one_thing",
            ),
        ),
    ]
