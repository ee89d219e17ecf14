"""A key is kept until the shop frees it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0003_lists"),
        ("orders", "0010_refunds_by_payment"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="command",
            name="command_key_once_per_terminal",
        ),
        migrations.AddField(
            model_name="command",
            name="key_freed_at",
            field=models.DateTimeField(help_text="Since when its terminal may use the key again.", null=True),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("archived_at__isnull", True), ("restored_at__isnull", True), ("status", "cancelled")
                ),
                fields=["id"],
                name="order_to_archive",
            ),
        ),
        migrations.AddConstraint(
            model_name="command",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key_freed_at__isnull", True)),
                fields=("terminal", "key"),
                name="command_key_once_per_terminal",
                nulls_distinct=False,
            ),
        ),
    ]
