"""What a cancel or a return takes back of a paid order is a credit note, with a number of its own from the pool."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

OF_NOTHING = Q(order__isnull=True, credit_note__isnull=True)
OF_ONE = Q(order__isnull=False, credit_note__isnull=True) | Q(order__isnull=True, credit_note__isnull=False)

# A credit note changes once: it gets its number.
CREDIT_NOTES = """
CREATE TRIGGER credit_note_never_deleted BEFORE DELETE ON orders_creditnote
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER creditnote_never_emptied BEFORE TRUNCATE ON orders_creditnote
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER credit_note_append_only BEFORE UPDATE ON orders_creditnote FOR EACH ROW
    WHEN (OLD.pending) EXECUTE FUNCTION ringup_refuse_change_beside('pending');
CREATE TRIGGER credit_note_final_once_numbered BEFORE UPDATE ON orders_creditnote FOR EACH ROW
    WHEN (NOT OLD.pending) EXECUTE FUNCTION ringup_refuse_change();
"""

NUMBERS = """
DROP TRIGGER invoice_number_goes_forward ON orders_invoicenumber;
CREATE TRIGGER invoice_number_goes_forward BEFORE UPDATE ON orders_invoicenumber FOR EACH ROW
    WHEN (OLD.state IN ('posted', 'void')
          OR (OLD.state, NEW.state) IN (('free', 'posted'), ('assigned', 'free'), ('assigned', 'void'))
          OR (OLD.state = 'assigned' AND (OLD.order_id, OLD.credit_note_id, OLD.command_id, OLD.assigned_at)
              IS DISTINCT FROM (NEW.order_id, NEW.credit_note_id, NEW.command_id, NEW.assigned_at)))
    EXECUTE FUNCTION ringup_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0033_forgetting")]

    operations = [
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                ("command_id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField(help_text="The business day that it belongs to.")),
                ("pending", models.BooleanField(help_text="Its number follows.")),
                ("created_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="orders.order",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="inventory.store",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(fields=["order", "created_at", "command_id"], name="credit_note_order"),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(
                condition=Q(pending=True),
                fields=["store", "created_at", "command_id"],
                name="credit_note_number_follows",
            ),
        ),
        migrations.AddField(
            model_name="invoicenumber",
            name="credit_note",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="numbers",
                to="orders.creditnote",
            ),
        ),
        migrations.RemoveConstraint(model_name="invoicenumber", name="invoice_number_life"),
        migrations.AddConstraint(
            model_name="invoicenumber",
            constraint=models.CheckConstraint(
                condition=Q(OF_NOTHING, state="free", assigned_at__isnull=True, voided_at__isnull=True)
                | Q(OF_ONE, state="assigned", assigned_at__isnull=False, posted_at__isnull=True)
                | Q(OF_ONE, state="posted", assigned_at__isnull=False, posted_at__isnull=False)
                | Q(
                    Q(OF_NOTHING, assigned_at__isnull=True)
                    | Q(order__isnull=True, credit_note__isnull=False, assigned_at__isnull=False),
                    ~Q(void_reason=""),
                    state="void",
                    voided_at__isnull=False,
                ),
                name="invoice_number_life",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicenumber",
            constraint=models.UniqueConstraint(
                condition=Q(credit_note__isnull=False),
                fields=["credit_note"],
                name="invoice_number_once_per_credit_note",
            ),
        ),
        migrations.RunSQL(CREDIT_NOTES),
        migrations.RunSQL(NUMBERS),
    ]
