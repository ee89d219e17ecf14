"""Each filter of the orders has its index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0003_lists"),
        ("orders", "0006_cancelled_rest"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("status", "paid"), _negated=True),
                fields=["store", "status", "-created_at", "-id"],
                name="order_rare_status",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("payment_status", "paid"), _negated=True),
                fields=["store", "payment_status", "-created_at", "-id"],
                name="order_rare_payment",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["store", "-created_at", "-id"],
                name="order_archived",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["store", "reference", "-created_at", "-id"],
                name="order_reference",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["terminal", "-created_at", "-id"], name="order_terminal"),
        ),
    ]
