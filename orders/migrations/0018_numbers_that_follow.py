"""Sales that wait for a number are found by their store."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0017_audit_looks"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="order_number_follows",
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("invoice_pending", True)), fields=["store", "paid_at"], name="order_number_follows"
            ),
        ),
    ]
