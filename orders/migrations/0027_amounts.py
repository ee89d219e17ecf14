"""What orders come to: discounts, taxes, and what each line has of them. It is frozen as the order is made."""

import django.db.models.expressions
from django.db import migrations, models

WORKED_OUT = """
CREATE FUNCTION ringup_amount(quantity bigint, unit_price_minor bigint, decimals smallint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
        WHEN decimals = 0 THEN quantity * unit_price_minor
        ELSE round(quantity::numeric * unit_price_minor / (ARRAY[1, 10, 100, 1000])[decimals + 1])::bigint
    END;
CREATE FUNCTION ringup_part(minor bigint, units bigint, quantity bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
        WHEN units = 0 THEN 0
        ELSE round(minor::numeric * units / quantity)::bigint
    END;
"""
NOT_WORKED_OUT = """
DROP FUNCTION ringup_part(bigint, bigint, bigint);
DROP FUNCTION ringup_amount(bigint, bigint, smallint);
"""
# A sale sets none of these.
FROZEN = """
DROP TRIGGER order_totals_frozen ON orders_order;
CREATE TRIGGER order_totals_frozen BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.paid_at IS NOT NULL AND (OLD.total_minor, OLD.paid_minor, OLD.currency, OLD.paid_at, OLD.discount_minor,
              OLD.own_discount_minor, OLD.own_discount_percent, OLD.tax_minor, OLD.exempted_minor,
              OLD.prices_include_tax, OLD.taxes)
          IS DISTINCT FROM (NEW.total_minor, NEW.paid_minor, NEW.currency, NEW.paid_at, NEW.discount_minor,
              NEW.own_discount_minor, NEW.own_discount_percent, NEW.tax_minor, NEW.exempted_minor,
              NEW.prices_include_tax, NEW.taxes))
    EXECUTE FUNCTION ringup_refuse_paid_order_change();
CREATE TRIGGER order_amounts_of_drafts_only BEFORE UPDATE OF total_minor, discount_minor, own_discount_minor,
    own_discount_percent, tax_minor, exempted_minor, prices_include_tax, taxes ON orders_order FOR EACH ROW
    WHEN (OLD.status <> 'draft' AND OLD.paid_at IS NULL) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_exempt_as_created BEFORE UPDATE OF tax_exempt ON orders_order
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
DROP TRIGGER line_as_agreed ON orders_orderline;
CREATE TRIGGER line_as_agreed BEFORE UPDATE OF id, order_id, store_id, product_id, position, sku, name, tracks_stock,
    quantity, unit_price_minor, unit, quantity_decimals, list_price_minor, discount_minor, own_discount_minor,
    own_discount_percent, tax_code, tax_rate, net_minor, tax_minor ON orders_orderline
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0013_store_and_taxes"),
        ("orders", "0026_codes_to_enrol_with"),
    ]

    operations = [
        migrations.RunSQL(WORKED_OUT, NOT_WORKED_OUT),
        migrations.RemoveConstraint(
            model_name="orderline",
            name="line_price_not_negative",
        ),
        migrations.AddField(
            model_name="order",
            name="discount_minor",
            field=models.BigIntegerField(db_default=0, help_text="Of the order and of its lines."),
        ),
        migrations.AddField(
            model_name="order",
            name="exempted_minor",
            field=models.BigIntegerField(db_default=0, help_text="Tax that was left away."),
        ),
        migrations.AddField(
            model_name="order",
            name="own_discount_minor",
            field=models.BigIntegerField(help_text="As it was given off the whole order.", null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="own_discount_percent",
            field=models.DecimalField(decimal_places=4, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="prices_include_tax",
            field=models.BooleanField(db_default=True),
        ),
        migrations.AddField(
            model_name="order",
            name="tax_minor",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount_minor",
            field=models.BigIntegerField(db_default=0, help_text="Its own, and its share of the order's."),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_minor",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="tax_exempt",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="order",
            name="taxes",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()), help_text="As they were: by code and rate."
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="quantity_decimals",
            field=models.SmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="list_price_minor",
            field=models.BigIntegerField(default=0, help_text="The catalogue's, as it was."),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="orderline",
            name="net_minor",
            field=models.BigIntegerField(default=0, help_text="Without tax."),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="orderline",
            name="own_discount_minor",
            field=models.BigIntegerField(help_text="As it was given off this line.", null=True),
        ),
        migrations.AddField(
            model_name="orderline",
            name="own_discount_percent",
            field=models.DecimalField(decimal_places=4, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_code",
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_rate",
            field=models.DecimalField(decimal_places=4, help_text="In percent.", max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="orderline",
            name="unit",
            field=models.CharField(db_default="piece", max_length=64),
        ),
        migrations.AlterField(
            model_name="order",
            name="total_minor",
            field=models.BigIntegerField(help_text="With its tax."),
        ),
        migrations.AddField(
            model_name="order",
            name="subtotal_minor",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.CombinedExpression(
                    django.db.models.expressions.CombinedExpression(
                        models.F("total_minor"), "+", models.F("discount_minor")
                    ),
                    "+",
                    models.Case(
                        models.When(prices_include_tax=True, then=models.F("exempted_minor")),
                        default=django.db.models.expressions.CombinedExpression(
                            models.F("tax_minor"), "*", models.Value(-1)
                        ),
                    ),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="amount_minor",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("quantity", "unit_price_minor", "quantity_decimals", function="ringup_amount"),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_minor__gte", 0),
                    ("exempted_minor__gte", 0),
                    ("tax_minor__gte", 0),
                    models.Q(
                        models.Q(("exempted_minor", 0), ("tax_exempt", False)),
                        models.Q(("tax_exempt", True), ("tax_minor", 0)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("own_discount_minor__isnull", True), ("own_discount_percent__isnull", True), _connector="OR"
                    ),
                ),
                name="order_discount_and_tax_make_sense",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("list_price_minor__gte", 0), ("unit_price_minor__gte", 0)),
                name="line_price_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_minor__gte", 0),
                    ("net_minor__gte", 0),
                    ("tax_minor__gte", 0),
                    (
                        "net_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount_minor"), "-", models.F("discount_minor")
                        ),
                    ),
                    models.Q(
                        ("own_discount_minor__isnull", True), ("own_discount_percent__isnull", True), _connector="OR"
                    ),
                ),
                name="line_net_within_amount_less_discount",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tax_code__isnull", True), ("tax_minor", 0), ("tax_rate__isnull", True)),
                    models.Q(("tax_code__isnull", False), ("tax_rate__gte", 0), ("tax_rate__lte", 100)),
                    _connector="OR",
                ),
                name="line_tax_iff_code",
            ),
        ),
        migrations.RunSQL(FROZEN),
    ]
