"""What a store decides for all its sales, and its taxes. A product's tax is one of its own store's."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
ALTER TABLE inventory_product ADD CONSTRAINT product_tax_of_its_store
    FOREIGN KEY (store_id, tax_code) REFERENCES inventory_tax (store_id, code);
CREATE TRIGGER tax_never_deleted BEFORE DELETE ON inventory_tax
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_stays_what_it_is BEFORE UPDATE OF id, store_id, code ON inventory_tax FOR EACH ROW
    WHEN ((OLD.id, OLD.store_id, OLD.code) IS DISTINCT FROM (NEW.id, NEW.store_id, NEW.code))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_rate_never_deleted BEFORE DELETE ON inventory_taxrate
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_rate_stays_whose_it_is BEFORE UPDATE OF id, store_id, tax_id, valid_from ON inventory_taxrate
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_never_emptied BEFORE TRUNCATE ON inventory_tax
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_rate_never_emptied BEFORE TRUNCATE ON inventory_taxrate
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""

DOWN = """
ALTER TABLE inventory_product DROP CONSTRAINT product_tax_of_its_store;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0012_names_and_reports_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tax",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                (
                    "account",
                    models.CharField(
                        blank=True, db_default="", default="", help_text="Where accounting keeps it.", max_length=64
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "taxes",
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("rate", models.DecimalField(decimal_places=4, help_text="In percent.", max_digits=7)),
            ],
        ),
        migrations.AddField(
            model_name="product",
            name="quantity_decimals",
            field=models.SmallIntegerField(
                db_default=0,
                default=0,
                help_text="Quantities are whole numbers: with 3 decimals of a unit, 345 is 0.345.",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="tax_code",
            field=models.CharField(blank=True, help_text="One of the store's taxes.", max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="product",
            name="unit",
            field=models.CharField(
                db_default="piece", default="piece", help_text="What its price is for.", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="address",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="store",
            name="cash_rounding_minor",
            field=models.IntegerField(db_default=1, default=1, help_text="The smallest coin."),
        ),
        migrations.AddField(
            model_name="store",
            name="locale",
            field=models.CharField(
                db_default="en", default="en", help_text="As en-GB: how amounts are written for people.", max_length=35
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="pos_discount_limit_percent",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                help_text="How much of the catalogue's value a till may give away; empty is all of it.",
                max_digits=7,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="prices_include_tax",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="store",
            name="receipt_footer",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="store",
            name="require_drawer",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="store",
            name="tax_id",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="What the tax office knows it by.", max_length=64
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity_decimals__gte", 0), ("quantity_decimals__lte", 3)),
                name="product_decimals_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.CheckConstraint(
                condition=models.Q(("cash_rounding_minor__gte", 1)), name="store_cash_rounding_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.CheckConstraint(
                condition=models.Q(("pos_discount_limit_percent__gte", 0), ("pos_discount_limit_percent__lte", 100)),
                name="store_discount_limit_is_a_percentage",
            ),
        ),
        migrations.AddField(
            model_name="tax",
            name="store",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.store"),
        ),
        migrations.AddField(
            model_name="taxrate",
            name="store",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="inventory.store"),
        ),
        migrations.AddField(
            model_name="taxrate",
            name="tax",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="rates", to="inventory.tax"
            ),
        ),
        migrations.AddConstraint(
            model_name="tax",
            constraint=models.UniqueConstraint(fields=("store", "code"), name="tax_code_once_per_store"),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.UniqueConstraint(fields=("tax", "valid_from"), name="tax_rate_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gte", 0), ("rate__lte", 100)), name="tax_rate_is_a_percentage"
            ),
        ),
        migrations.RunSQL(GUARDS, DOWN),
    ]
