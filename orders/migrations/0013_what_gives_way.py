"""A count may make what was held give way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0005_rows_that_stay"),
        ("orders", "0012_business_days"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="command",
            name="command_kind_known",
        ),
        migrations.AlterField(
            model_name="command",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pay", "pay"),
                    ("reserve", "reserve"),
                    ("release", "release"),
                    ("fulfill", "fulfill"),
                    ("deliver", "deliver"),
                    ("cancel", "cancel"),
                    ("return", "return"),
                    ("extend", "extend"),
                    ("allocate", "allocate"),
                    ("backorder", "backorder"),
                    ("receive", "receive"),
                    ("adjust", "adjust"),
                    ("count", "count"),
                    ("write_off", "write_off"),
                    ("transfer", "transfer"),
                    ("import", "import"),
                    ("hold", "hold"),
                    ("release_hold", "release_hold"),
                    ("commit_hold", "commit_hold"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="statuschange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pay", "pay"),
                    ("reserve", "reserve"),
                    ("release", "release"),
                    ("fulfill", "fulfill"),
                    ("deliver", "deliver"),
                    ("cancel", "cancel"),
                    ("return", "return"),
                    ("extend", "extend"),
                    ("allocate", "allocate"),
                    ("backorder", "backorder"),
                    ("receive", "receive"),
                    ("adjust", "adjust"),
                    ("count", "count"),
                    ("write_off", "write_off"),
                    ("transfer", "transfer"),
                    ("import", "import"),
                    ("hold", "hold"),
                    ("release_hold", "release_hold"),
                    ("commit_hold", "commit_hold"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="command",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "pay",
                            "reserve",
                            "release",
                            "fulfill",
                            "deliver",
                            "cancel",
                            "return",
                            "extend",
                            "allocate",
                            "backorder",
                            "receive",
                            "adjust",
                            "count",
                            "write_off",
                            "transfer",
                            "import",
                            "hold",
                            "release_hold",
                            "commit_hold",
                        ],
                    )
                ),
                name="command_kind_known",
            ),
        ),
    ]
