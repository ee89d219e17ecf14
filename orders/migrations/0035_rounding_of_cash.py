"""Cash is rounded to what coins can pay, and money is taken by two more methods."""

import django.db.models.expressions
from django.db import migrations, models

import orders.commands.core.machine
import orders.commands.core.tenders

# What a sale was rounded by stays; what goes back is rounded beside it.
FROZEN = """
CREATE TRIGGER order_rounding_of_sale_frozen BEFORE UPDATE OF rounding_minor, refund_rounding_minor ON orders_order
    FOR EACH ROW WHEN (OLD.paid_at IS NOT NULL
        AND OLD.rounding_minor - OLD.refund_rounding_minor <> NEW.rounding_minor - NEW.refund_rounding_minor)
    EXECUTE FUNCTION ringup_refuse_paid_order_change();
"""
UNFROZEN = "DROP TRIGGER order_rounding_of_sale_frozen ON orders_order;"


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0013_store_and_taxes"),
        ("orders", "0034_credit_notes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="account",
            name="account_name_known",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="order_refunded_within_paid_and_none_negative",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="order_paid_at_iff_paid",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_method_known",
        ),
        migrations.AddField(
            model_name="order",
            name="refund_rounding_minor",
            field=models.BigIntegerField(db_default=0, help_text="Of that, by cash that it gave back."),
        ),
        migrations.AddField(
            model_name="order",
            name="rounding_minor",
            field=models.BigIntegerField(db_default=0, help_text="What the store gained since cash is rounded."),
        ),
        migrations.AlterField(
            model_name="account",
            name="name",
            field=models.CharField(
                choices=[
                    ("cash", "cash"),
                    ("card", "card"),
                    ("online", "online"),
                    ("transfer", "transfer"),
                    ("voucher", "voucher"),
                    ("revenue", "revenue"),
                    ("tax", "tax"),
                    ("deposits", "deposits"),
                    ("rounding", "rounding"),
                    ("cash_transfer", "cash_transfer"),
                    ("cash_difference", "cash_difference"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[
                    ("cash", "cash"),
                    ("card", "card"),
                    ("online", "online"),
                    ("transfer", "transfer"),
                    ("voucher", "voucher"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        (
                            "cash",
                            "card",
                            "online",
                            "transfer",
                            "voucher",
                            "revenue",
                            "tax",
                            "deposits",
                            "rounding",
                            "cash_transfer",
                            "cash_difference",
                        ),
                    )
                ),
                name="account_name_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_minor__gte", 0),
                    ("refunded_minor__gte", 0),
                    (
                        "refunded_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("paid_minor"), "-", models.F("rounding_minor")
                        ),
                    ),
                    ("total_minor__gte", 0),
                ),
                name="order_refunded_within_paid_and_none_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("invoice_pending", False),
                        ("paid_at__isnull", True),
                        ("paid_minor", 0),
                        ("payment_status", orders.commands.core.machine.PaymentStatus["UNPAID"]),
                        ("refund_rounding_minor", 0),
                        ("rounding_minor", 0),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(
                                ("paid_minor__gt", models.F("refunded_minor")),
                                ("payment_status", orders.commands.core.machine.PaymentStatus["PARTIALLY_PAID"]),
                            ),
                            models.Q(
                                ("paid_minor__gt", 0),
                                ("paid_minor__lte", models.F("refunded_minor")),
                                ("payment_status", orders.commands.core.machine.PaymentStatus["REFUNDED"]),
                            ),
                            models.Q(
                                (
                                    "paid_minor",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("refunded_minor"), "+", models.F("rounding_minor")
                                    ),
                                ),
                                ("paid_minor__gt", 0),
                                ("payment_status", orders.commands.core.machine.PaymentStatus["REFUNDED"]),
                            ),
                            _connector="OR",
                        ),
                        ("invoice_pending", False),
                        ("paid_at__isnull", True),
                    ),
                    models.Q(
                        ("paid_at__isnull", False),
                        models.Q(
                            (
                                "payment_status__in",
                                [
                                    orders.commands.core.machine.PaymentStatus["UNPAID"],
                                    orders.commands.core.machine.PaymentStatus["PARTIALLY_PAID"],
                                ],
                            ),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="order_paid_at_iff_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["cash", "card", "online", "transfer", "voucher"])),
                name="payment_method_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    models.Q(
                        ("kind", orders.commands.core.tenders.PaymentKind["TENDER"]),
                        ("method", orders.commands.core.tenders.Method["CASH"]),
                    ),
                    _connector="OR",
                ),
                name="payment_of_something_unless_cash_is_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tendered_minor", models.F("amount_minor")),
                    models.Q(
                        ("kind", orders.commands.core.tenders.PaymentKind["TENDER"]),
                        ("method", orders.commands.core.tenders.Method["CASH"]),
                    ),
                    _connector="OR",
                ),
                name="payment_change_is_of_cash_that_is_taken",
            ),
        ),
        migrations.RunSQL(FROZEN, UNFROZEN),
    ]
