"""Who waits for a product is found in the order of their turns."""

from django.db import migrations, models

SINCE = """
UPDATE orders_orderline AS line SET backordered_at = "order".backordered_at FROM orders_order AS "order"
WHERE "order".id = line.order_id AND line.backordered_quantity > 0
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0021_what_went_back"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="orderline",
            name="line_backordered",
        ),
        migrations.AddField(
            model_name="orderline",
            name="backordered_at",
            field=models.DateTimeField(help_text="Its order's, while the line waits for stock.", null=True),
        ),
        migrations.RunSQL(SINCE),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("backordered_quantity__gt", 0)),
                fields=["product", "backordered_at", "order"],
                name="line_backordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("backordered_at__isnull", True), ("backordered_quantity", 0)),
                    models.Q(("backordered_at__isnull", False), ("backordered_quantity__gt", 0)),
                    _connector="OR",
                ),
                name="line_waits_since",
            ),
        ),
    ]
