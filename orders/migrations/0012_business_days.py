"""A sale belongs to a business day, and so does what accounting is told of it."""

from django.db import migrations, models

# Of what there is already, by UTC: no store had another clock before.
FILL_ORDERS = """
UPDATE orders_order SET business_day = (coalesce(sold_at, paid_at) AT TIME ZONE 'UTC')::date WHERE paid_at IS NOT NULL;
"""
FILL_ENTRIES = """
ALTER TABLE orders_journalentry DISABLE TRIGGER USER;
UPDATE orders_journalentry SET day = (created_at AT TIME ZONE 'UTC')::date;
ALTER TABLE orders_journalentry ENABLE TRIGGER USER;
"""

STAYS = """
CREATE TRIGGER order_day_stays BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.business_day IS NOT NULL AND NEW.business_day IS DISTINCT FROM OLD.business_day)
    EXECUTE FUNCTION ringup_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0007_business_days"),
        ("orders", "0011_keys_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="business_day",
            field=models.DateField(help_text="The day that the sale belongs to, once it is paid.", null=True),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="day",
            field=models.DateField(help_text="The business day of what it tells.", null=True),
        ),
        migrations.RunSQL(FILL_ORDERS, migrations.RunSQL.noop),
        migrations.RunSQL(FILL_ENTRIES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="journalentry",
            name="day",
            field=models.DateField(help_text="The business day of what it tells."),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("business_day__isnull", False)),
                fields=["store", "business_day", "-created_at", "-id"],
                name="order_business_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("business_day__isnull", True), ("paid_at__isnull", True)),
                    models.Q(("business_day__isnull", False), ("paid_at__isnull", False)),
                    _connector="OR",
                ),
                name="order_business_day_iff_paid",
            ),
        ),
        migrations.RunSQL(STAYS, "DROP TRIGGER order_day_stays ON orders_order;"),
    ]
