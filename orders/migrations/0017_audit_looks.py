"""What was touched lately is audited at once; what is found is kept."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0009_plain_names_and_codes"),
        ("orders", "0016_repairs_of_outboxes"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("law", models.CharField(max_length=100)),
                ("subject", models.CharField(help_text="The row that breaks it.", max_length=100)),
                ("detail", models.TextField()),
                (
                    "command_id",
                    models.UUIDField(help_text="The first command after which it did, where that is known.", null=True),
                ),
                ("found_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(help_text="When it was seen last.")),
            ],
        ),
        migrations.CreateModel(
            name="AuditLook",
            fields=[
                ("id", models.IntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "step",
                    models.BigIntegerField(default=0, help_text="How often it was written: of two at once one writes."),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, default="", help_text="Where it looks; empty between looks.", max_length=16
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        blank=True, default="", help_text="The last place that it looked at.", max_length=36
                    ),
                ),
                ("examined", models.BigIntegerField(default=0)),
                ("drifts", models.BigIntegerField(default=0)),
                ("began_at", models.DateTimeField(null=True)),
                (
                    "looked_at",
                    models.DateTimeField(help_text="What was committed by then has been looked at.", null=True),
                ),
                ("looked_examined", models.BigIntegerField(default=0)),
                ("looked_drifts", models.BigIntegerField(default=0)),
                (
                    "since",
                    models.BigIntegerField(help_text="The first transaction that it has to look for.", null=True),
                ),
                ("next_since", models.BigIntegerField(help_text="The same of the next look.", null=True)),
                (
                    "floor",
                    models.JSONField(
                        default=dict, help_text="Source -> the place below which nothing appears any more."
                    ),
                ),
                ("next_floor", models.JSONField(default=dict, help_text="What becomes the floor.")),
                (
                    "mark",
                    models.JSONField(
                        default=dict, help_text="What becomes the next floor, once `mark_until` have ended."
                    ),
                ),
                ("mark_until", models.BigIntegerField(default=0)),
                ("marked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="auditround",
            name="step",
            field=models.BigIntegerField(default=0, help_text="How often it was written: of two at once one writes."),
        ),
        migrations.AddIndex(
            model_name="command",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["settled_at"], name="command_settled"
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["posted_at"], name="entry_posted"
            ),
        ),
        migrations.AddIndex(
            model_name="paymentinstruction",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["done_at"], name="instruction_done"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.UniqueConstraint(fields=("law", "subject"), name="finding_once_per_law_and_subject"),
        ),
    ]
