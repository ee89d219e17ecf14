"""What a table's constraints cannot say: append-only history, the way of an invoice number and of an online payment,
totals frozen once paid, entries that balance."""

from django.db import migrations

HISTORY = """
CREATE TRIGGER status_change_append_only BEFORE UPDATE OR DELETE ON orders_statuschange
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER entry_append_only BEFORE DELETE OR UPDATE OF order_id, kind, currency, postings ON orders_journalentry
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER entry_final_once_posted BEFORE UPDATE ON orders_journalentry FOR EACH ROW
    WHEN (OLD.state = 'posted') EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER payment_append_only BEFORE DELETE OR UPDATE OF order_id, kind, method, amount_minor ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""

NO_HISTORY = """
DROP TRIGGER status_change_append_only ON orders_statuschange;
DROP TRIGGER entry_append_only ON orders_journalentry;
DROP TRIGGER entry_final_once_posted ON orders_journalentry;
DROP TRIGGER payment_append_only ON orders_payment;
"""

# What a provider was asked, what it answered and what it has done never changes.
ONLINE = """
CREATE TRIGGER authorization_append_only BEFORE DELETE OR UPDATE OF order_id, command_id, position, provider, token,
    amount_minor ON orders_authorization FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER authorization_final_once_answered BEFORE UPDATE ON orders_authorization FOR EACH ROW
    WHEN (OLD.state <> 'requested') EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER instruction_append_only BEFORE DELETE OR UPDATE OF order_id, authorization_id, command_id, kind,
    amount_minor ON orders_paymentinstruction FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER instruction_final_once_done BEFORE UPDATE ON orders_paymentinstruction FOR EACH ROW
    WHEN (OLD.state = 'done') EXECUTE FUNCTION ringup_refuse_change();

-- Whoever refunds holds the order's lock, so that two refunds do not pass each other here.
CREATE FUNCTION ringup_refuse_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_authorization AS asked WHERE asked.id IN (SELECT authorization_id FROM given)
               AND asked.amount_minor < (SELECT sum(amount_minor) FROM orders_paymentinstruction
                                         WHERE authorization_id = asked.id AND kind = 'refund')) THEN
        RAISE EXCEPTION 'more to refund than was captured' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER instruction_refunds_within_captured AFTER INSERT ON orders_paymentinstruction
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_refund();
"""

NOT_ONLINE = """
DROP TRIGGER instruction_refunds_within_captured ON orders_paymentinstruction;
DROP FUNCTION ringup_refuse_refund();
DROP TRIGGER instruction_final_once_done ON orders_paymentinstruction;
DROP TRIGGER instruction_append_only ON orders_paymentinstruction;
DROP TRIGGER authorization_final_once_answered ON orders_authorization;
DROP TRIGGER authorization_append_only ON orders_authorization;
"""

# free -> assigned -> posted, or free -> void; what an auditor looks for is never gone.
NUMBERS = """
CREATE TRIGGER invoice_number_never_deleted BEFORE DELETE ON orders_invoicenumber
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER invoice_number_goes_forward BEFORE UPDATE ON orders_invoicenumber FOR EACH ROW
    WHEN (OLD.state IN ('posted', 'void')
          OR (OLD.state, NEW.state) IN (('free', 'posted'), ('assigned', 'free'), ('assigned', 'void'))
          OR (OLD.state = 'assigned' AND OLD.order_id <> NEW.order_id)
          OR (OLD.store_id, OLD.number) <> (NEW.store_id, NEW.number))
    EXECUTE FUNCTION ringup_refuse_change();
"""

NO_NUMBERS = """
DROP TRIGGER invoice_number_goes_forward ON orders_invoicenumber;
DROP TRIGGER invoice_number_never_deleted ON orders_invoicenumber;
"""

FROZEN = """
CREATE FUNCTION ringup_refuse_paid_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'order % is paid: its totals are frozen', OLD.number USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER order_totals_frozen BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.paid_at IS NOT NULL AND (OLD.total_minor, OLD.paid_minor, OLD.currency, OLD.paid_at)
          IS DISTINCT FROM (NEW.total_minor, NEW.paid_minor, NEW.currency, NEW.paid_at))
    EXECUTE FUNCTION ringup_refuse_paid_order_change();
CREATE TRIGGER order_never_deleted_once_paid BEFORE DELETE ON orders_order FOR EACH ROW
    WHEN (OLD.paid_at IS NOT NULL) EXECUTE FUNCTION ringup_refuse_paid_order_change();

CREATE FUNCTION ringup_refuse_paid_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed_lines JOIN orders_order ON orders_order.id = changed_lines.order_id
               WHERE orders_order.paid_at IS NOT NULL) THEN
        RAISE EXCEPTION 'lines of a paid order are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_added_once_paid AFTER INSERT ON orders_orderline
    REFERENCING NEW TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_paid_line_change();
CREATE TRIGGER line_removed_once_paid AFTER DELETE ON orders_orderline
    REFERENCING OLD TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_paid_line_change();

CREATE FUNCTION ringup_refuse_paid_line_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_order WHERE id = OLD.order_id AND paid_at IS NOT NULL) THEN
        RAISE EXCEPTION 'lines of a paid order are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_frozen_once_paid BEFORE UPDATE ON orders_orderline FOR EACH ROW
    WHEN ((OLD.order_id, OLD.product_id, OLD.sku, OLD.name, OLD.tracks_stock, OLD.quantity, OLD.unit_price_minor)
          IS DISTINCT FROM
          (NEW.order_id, NEW.product_id, NEW.sku, NEW.name, NEW.tracks_stock, NEW.quantity, NEW.unit_price_minor))
    EXECUTE FUNCTION ringup_refuse_paid_line_update();
"""

NOT_FROZEN = """
DROP TRIGGER line_frozen_once_paid ON orders_orderline;
DROP TRIGGER line_removed_once_paid ON orders_orderline;
DROP TRIGGER line_added_once_paid ON orders_orderline;
DROP TRIGGER order_never_deleted_once_paid ON orders_order;
DROP TRIGGER order_totals_frozen ON orders_order;
DROP FUNCTION ringup_refuse_paid_line_update();
DROP FUNCTION ringup_refuse_paid_line_change();
DROP FUNCTION ringup_refuse_paid_order_change();
"""

BALANCED = """
CREATE FUNCTION ringup_postings_sum(postings jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(sum((posting ->> 1)::bigint), 0) FROM jsonb_array_elements(postings) AS posting
$$;
ALTER TABLE orders_journalentry ADD CONSTRAINT entry_balanced CHECK (ringup_postings_sum(postings) = 0);
"""

NOT_BALANCED = """
ALTER TABLE orders_journalentry DROP CONSTRAINT entry_balanced;
DROP FUNCTION ringup_postings_sum(jsonb);
"""

# The journal is a queue as well: settled rows leave the pending indexes, and vacuum must follow closely.
QUEUE = """
ALTER TABLE orders_command SET (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000
);
-- So are the entries; taking a lease keeps to the row's page.
ALTER TABLE orders_journalentry SET (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000
);
-- Every order and every line is rewritten when it is sold: room for that within its page (HOT) halves the update.
ALTER TABLE orders_order SET (fillfactor = 50);
ALTER TABLE orders_orderline SET (fillfactor = 50);
"""

NO_QUEUE = """
ALTER TABLE orders_command RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE orders_journalentry RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE orders_order RESET (fillfactor);
ALTER TABLE orders_orderline RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("inventory", "0002_ledger_guards")]

    operations = [
        migrations.RunSQL(HISTORY, NO_HISTORY),
        migrations.RunSQL(ONLINE, NOT_ONLINE),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
        migrations.RunSQL(BALANCED, NOT_BALANCED),
        migrations.RunSQL(QUEUE, NO_QUEUE),
    ]
