"""What a command does it does once; what is settled, legal or history stays as it is, whole, and no table of it is ever
emptied."""

import django.db.models.deletion
from django.db import migrations, models

# Whole rows are frozen but for the columns that a trigger names, so that a column that comes later is frozen too.
BESIDE = """
CREATE FUNCTION ringup_refuse_change_beside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV THEN
        RAISE EXCEPTION '% changes only in %', TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
NOT_BESIDE = "DROP FUNCTION ringup_refuse_change_beside();"

# Naming the columns of a statement costs a sale nothing: it sets none of these. What is settled is never updated by one.
COMMANDS = """
CREATE TRIGGER command_never_deleted BEFORE DELETE ON orders_command
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER command_as_accepted BEFORE UPDATE OF id, seq, store_id, terminal_id, issued_by, key, fingerprint, kind,
    order_id, payload, accepted_at, sequence ON orders_command
    FOR EACH ROW WHEN (OLD.settled_at IS NULL) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER command_final_once_settled BEFORE UPDATE ON orders_command
    FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION ringup_refuse_change_beside('key_freed_at');
"""
NO_COMMANDS = """
DROP TRIGGER command_final_once_settled ON orders_command;
DROP TRIGGER command_as_accepted ON orders_command;
DROP TRIGGER command_never_deleted ON orders_command;
"""

ORDERS = """
CREATE TRIGGER order_as_created BEFORE UPDATE OF id, number, store_id, created_by, terminal_id, fulfilment,
    payment_terms, currency, reference, fingerprint, created_at, sold_at ON orders_order
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_never_back BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (NEW.paid_minor < OLD.paid_minor OR NEW.refunded_minor < OLD.refunded_minor
          OR (OLD.status IN ('cancelled', 'returned') AND NEW.status <> OLD.status))
    EXECUTE FUNCTION ringup_refuse_change();
DROP TRIGGER line_frozen_once_paid ON orders_orderline;
DROP FUNCTION ringup_refuse_paid_line_update();
CREATE TRIGGER line_as_agreed BEFORE UPDATE OF id, order_id, store_id, product_id, position, sku, name, tracks_stock,
    quantity, unit_price_minor ON orders_orderline FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER line_never_back BEFORE UPDATE ON orders_orderline FOR EACH ROW
    WHEN (NEW.shipped_quantity < OLD.shipped_quantity OR NEW.returned_quantity < OLD.returned_quantity
          OR NEW.cancelled_quantity < OLD.cancelled_quantity)
    EXECUTE FUNCTION ringup_refuse_change();
"""

MONEY = """
DROP TRIGGER payment_append_only ON orders_payment;
CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();

DROP TRIGGER entry_append_only ON orders_journalentry;
CREATE TRIGGER entry_never_deleted BEFORE DELETE ON orders_journalentry
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER entry_append_only BEFORE UPDATE ON orders_journalentry FOR EACH ROW
    WHEN (OLD.state <> 'posted') EXECUTE FUNCTION ringup_refuse_change_beside(
        'state', 'attempts', 'next_attempt_at', 'lease_until', 'last_error', 'sent', 'posted_at',
        'accounting_reference');

DROP TRIGGER authorization_append_only ON orders_authorization;
CREATE TRIGGER authorization_never_deleted BEFORE DELETE ON orders_authorization
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER authorization_append_only BEFORE UPDATE ON orders_authorization FOR EACH ROW
    WHEN (OLD.state = 'requested') EXECUTE FUNCTION ringup_refuse_change_beside(
        'state', 'reference', 'detail', 'attempts', 'asked_at', 'answered_at', 'next_attempt_at', 'lease_until',
        'last_error');

DROP TRIGGER instruction_append_only ON orders_paymentinstruction;
CREATE TRIGGER instruction_never_deleted BEFORE DELETE ON orders_paymentinstruction
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER instruction_append_only BEFORE UPDATE ON orders_paymentinstruction FOR EACH ROW
    WHEN (OLD.state <> 'done') EXECUTE FUNCTION ringup_refuse_change_beside(
        'state', 'attempts', 'asked_at', 'next_attempt_at', 'lease_until', 'last_error', 'reference', 'done_at');
"""

# A number that is assigned is only posted from then on, and a refill tells for ever what was asked for and answered.
NUMBERS = """
CREATE TRIGGER invoice_number_as_fetched BEFORE UPDATE OF id, store_id, number, refill_id, fetched_at
    ON orders_invoicenumber FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
DROP TRIGGER invoice_number_goes_forward ON orders_invoicenumber;
CREATE TRIGGER invoice_number_goes_forward BEFORE UPDATE ON orders_invoicenumber FOR EACH ROW
    WHEN (OLD.state IN ('posted', 'void')
          OR (OLD.state, NEW.state) IN (('free', 'posted'), ('assigned', 'free'), ('assigned', 'void'))
          OR (OLD.state = 'assigned' AND (OLD.order_id, OLD.command_id, OLD.assigned_at)
              IS DISTINCT FROM (NEW.order_id, NEW.command_id, NEW.assigned_at)))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER refill_never_deleted BEFORE DELETE ON orders_invoicerefill
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER refill_as_asked BEFORE UPDATE OF id, store_id, count, requested_at ON orders_invoicerefill
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER refill_answer_stays BEFORE UPDATE ON orders_invoicerefill FOR EACH ROW
    WHEN (OLD.answered IS DISTINCT FROM NEW.answered AND OLD.answered IS NOT NULL
          OR OLD.fetched_at <> NEW.fetched_at OR OLD.stored_at IS DISTINCT FROM NEW.stored_at AND OLD.stored_at IS NOT NULL
          OR NEW.stored_count < OLD.stored_count)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER void_notice_never_deleted BEFORE DELETE ON orders_voidnotice
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER void_notice_final_once_told BEFORE UPDATE ON orders_voidnotice FOR EACH ROW
    WHEN (OLD.told_at IS NOT NULL OR (OLD.number_id, OLD.store_id) <> (NEW.number_id, NEW.store_id))
    EXECUTE FUNCTION ringup_refuse_change();
"""

# A terminal's commands name it, and their keys are its own.
TERMINALS = """
CREATE TRIGGER terminal_never_deleted BEFORE DELETE ON orders_terminal
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER terminal_stays_in_its_store BEFORE UPDATE OF store_id ON orders_terminal FOR EACH ROW
    WHEN (OLD.store_id <> NEW.store_id) EXECUTE FUNCTION ringup_refuse_change();
"""

NEVER_EMPTIED = [
    "authorization",
    "command",
    "invoicenumber",
    "invoicerefill",
    "journalentry",
    "order",
    "orderline",
    "payment",
    "paymentinstruction",
    "repair",
    "statuschange",
    "terminal",
    "voidnotice",
]

EMPTY = "".join(
    f"CREATE TRIGGER {name}_never_emptied BEFORE TRUNCATE ON orders_{name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();"
    for name in NEVER_EMPTIED
)


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_states_and_repairs"), ("inventory", "0005_rows_that_stay")]

    operations = [
        # One index for both: an order's history, and that a command takes effect on it once.
        migrations.RemoveIndex(model_name="statuschange", name="status_change_order"),
        migrations.AddConstraint(
            model_name="statuschange",
            constraint=models.UniqueConstraint(fields=["order", "command_id"], name="status_change_once_per_command"),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.UniqueConstraint(
                models.F("order"),
                models.F("kind"),
                models.Case(models.When(kind="sale", then=models.F("order")), default=models.F("command_id")),
                name="entry_once_per_command_and_one_sale",
            ),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="order",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.order"),
        ),
        migrations.RunSQL(BESIDE, NOT_BESIDE),
        migrations.RunSQL(COMMANDS, NO_COMMANDS),
        migrations.RunSQL(ORDERS),
        migrations.RunSQL(MONEY),
        migrations.RunSQL(NUMBERS),
        migrations.RunSQL(TERMINALS),
        migrations.RunSQL(EMPTY),
    ]
