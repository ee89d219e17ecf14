"""Money goes back to where it came from, and only then is anything refunded."""

from django.db import migrations, models

import orders.commands.core.machine
import orders.commands.core.tenders


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0020_what_is_over_stays_over"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "payment_status__in",
                            [
                                orders.commands.core.machine.PaymentStatus["REFUNDED"],
                                orders.commands.core.machine.PaymentStatus["PARTIALLY_REFUNDED"],
                            ],
                        ),
                        _negated=True,
                    ),
                    ("refunded_minor__gt", 0),
                    _connector="OR",
                ),
                name="order_refunded_only_where_money_went_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", orders.commands.core.tenders.PaymentKind["TENDER"]), ("reverses__isnull", True)),
                    models.Q(
                        ("kind", orders.commands.core.tenders.PaymentKind["REFUND"]),
                        models.Q(
                            ("reverses__isnull", False),
                            ("method", orders.commands.core.tenders.Method["CASH"]),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="payment_reverses_iff_refund_or_is_cash",
            ),
        ),
    ]
