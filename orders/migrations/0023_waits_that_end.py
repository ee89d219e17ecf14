"""An unpaid order that waits for stock stops waiting when what it holds would lapse, also where it holds nothing."""

from django.db import migrations, models

import orders.commands.core.machine

UNTIL = """
UPDATE orders_order AS "order"
SET awaits_until = (SELECT min(expires_at) FROM inventory_hold WHERE order_id = "order".id)
WHERE status = 'processing' AND payment_status = 'unpaid' AND backordered_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0022_turns_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="awaits_until",
            field=models.DateTimeField(help_text="When it stops waiting for stock, unless it is paid.", null=True),
        ),
        migrations.RunSQL(UNTIL),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("awaits_until__isnull", False)),
                fields=["awaits_until", "id"],
                name="order_wait_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("awaits_until__isnull", True),
                    models.Q(
                        ("backordered_at__isnull", False),
                        ("payment_status", orders.commands.core.machine.PaymentStatus["UNPAID"]),
                        ("status", orders.commands.core.machine.Status["PROCESSING"]),
                    ),
                    _connector="OR",
                ),
                name="order_wait_ends_only_while_unpaid",
            ),
        ),
    ]
