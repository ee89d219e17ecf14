"""What the database itself refuses, and what it notes: which transaction changed a thing that the outside is told of."""

from django.db import migrations

from base.sql.made import makes

# What a table's constraints cannot say. Whole rows are frozen but for the columns that a trigger names, so that a
# column that comes later is frozen too; to name the columns of a statement costs a sale nothing, as it sets none of these.
# What is history may lose the names of people, and nothing else (`ringup_only_forgets`).
FUNCTIONS = """
CREATE FUNCTION ringup_refuse_change_beside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV
        AND ringup_only_forgets(to_jsonb(OLD), to_jsonb(NEW)) IS NOT TRUE THEN
        RAISE EXCEPTION '% changes only in %', TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- A closing with the reasons of its movements, which stand with these alone: people may be named there, and have to be
-- forgotten, which a closing never is.
CREATE FUNCTION ringup_closing_told(figures jsonb) RETURNS jsonb LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT jsonb_set(figures, '{movements}', coalesce(jsonb_agg(
        told.moved || jsonb_build_object('reason', movement.reason) ORDER BY told.place
    ), '[]'))
    FROM jsonb_array_elements(figures -> 'movements') WITH ORDINALITY AS told (moved, place)
    LEFT JOIN orders_drawermovement AS movement ON movement.command_id = (told.moved ->> 'command_id')::uuid
$$;
-- A closing is never changed, follows the one before it, and bears the hash of what it says.
CREATE FUNCTION ringup_refuse_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before_hash text;
BEGIN
    SELECT hash INTO before_hash FROM orders_closing WHERE terminal_id = NEW.terminal_id AND number = NEW.number - 1;
    IF NEW.number > 1 AND before_hash IS NULL
        OR NEW.figures ->> 'previous_hash' IS DISTINCT FROM before_hash
        OR (NEW.figures ->> 'number')::int <> NEW.number OR NEW.figures ->> 'hash' <> NEW.hash
        OR ringup_closing_hash(ringup_closing_told(NEW.figures)) <> NEW.hash
            AND ringup_moves() IS NOT TRUE  -- a reason may be forgotten by then
    THEN
        RAISE EXCEPTION 'a closing follows the one before it, and bears its own hash'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- For the statement that accepts: an order comes with a command, or not at all.
CREATE FUNCTION ringup_refuse_orders_alone(ids uuid[]) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'orders without a command'
        USING ERRCODE = 'integrity_constraint_violation', DETAIL = array_to_string(ids, ' ');
END $$;
CREATE FUNCTION ringup_refuse_paid_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed_lines JOIN orders_order ON orders_order.id = changed_lines.order_id
               WHERE orders_order.paid_at IS NOT NULL) THEN
        RAISE EXCEPTION 'lines of a paid order are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION ringup_refuse_paid_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'order % is paid: its totals are frozen', OLD.number USING ERRCODE = 'restrict_violation';
END $$;
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
-- Lines of drafts are replaced.
CREATE FUNCTION ringup_refuse_removal_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM removed JOIN orders_order ON orders_order.id = removed.order_id
               WHERE orders_order.status <> 'draft' AND orders_order.paid_at IS NULL) THEN
        RAISE EXCEPTION 'only a draft loses lines' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""
OF_AUTHORIZATION = """
CREATE TRIGGER authorization_append_only BEFORE UPDATE ON orders_authorization FOR EACH ROW
    WHEN (OLD.state = 'requested') EXECUTE FUNCTION ringup_refuse_change_beside(
        'state', 'reference', 'detail', 'attempts', 'asked_at', 'answered_at', 'next_attempt_at', 'lease_until',
        'last_error');
CREATE TRIGGER authorization_final_once_answered BEFORE UPDATE ON orders_authorization FOR EACH ROW
    WHEN (OLD.state <> 'requested') EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER authorization_never_deleted BEFORE DELETE ON orders_authorization
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER authorization_never_emptied BEFORE TRUNCATE ON orders_authorization
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_CLOSING = """
CREATE TRIGGER closing_follows BEFORE INSERT ON orders_closing
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_closing();
CREATE TRIGGER closing_never_changed BEFORE UPDATE OR DELETE ON orders_closing
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER closing_never_emptied BEFORE TRUNCATE ON orders_closing
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_COMMAND = """
-- The journal is a queue as well: settled rows leave the pending indexes, and vacuum must follow closely.
ALTER TABLE orders_command SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000);
CREATE TRIGGER command_as_accepted BEFORE UPDATE OF id, seq, store_id, terminal_id, issued_by, key, fingerprint, kind,
    order_id, drawer_id, payload, accepted_at, sequence ON orders_command
    FOR EACH ROW WHEN (OLD.settled_at IS NULL) EXECUTE FUNCTION ringup_refuse_change();
-- What is settled is updated by a closing, once, and by whoever frees its key.
CREATE TRIGGER command_closed_once BEFORE UPDATE OF closing_id ON orders_command FOR EACH ROW
    WHEN (OLD.closing_id IS NOT NULL AND NEW.closing_id IS DISTINCT FROM OLD.closing_id OR OLD.state <> 'succeeded')
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER command_final_once_settled BEFORE UPDATE ON orders_command FOR EACH ROW
    WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION ringup_refuse_change_beside('key_freed_at', 'closing_id');
CREATE TRIGGER command_never_deleted BEFORE DELETE ON orders_command
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER command_never_emptied BEFORE TRUNCATE ON orders_command
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
-- What an order shows of a command that was settled. To name the columns costs a sale nothing, as it sets none of these.
CREATE TRIGGER command_tells_change BEFORE UPDATE OF payload, closing_id ON orders_command
    FOR EACH ROW WHEN (OLD.state = 'succeeded' AND OLD.order_id IS NOT NULL) EXECUTE FUNCTION ringup_tell_change();
"""
OF_CREDITNOTE = """
-- A credit note changes once: it gets its number.
CREATE TRIGGER credit_note_append_only BEFORE UPDATE ON orders_creditnote FOR EACH ROW
    WHEN (OLD.pending) EXECUTE FUNCTION ringup_refuse_change_beside('pending');
CREATE TRIGGER credit_note_final_once_numbered BEFORE UPDATE ON orders_creditnote FOR EACH ROW
    WHEN (NOT OLD.pending) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER credit_note_never_deleted BEFORE DELETE ON orders_creditnote
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER credit_note_tells_change BEFORE UPDATE ON orders_creditnote
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
CREATE TRIGGER creditnote_never_emptied BEFORE TRUNCATE ON orders_creditnote
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_DRAWER = """
CREATE TRIGGER drawer_goes_forward BEFORE UPDATE ON orders_drawer FOR EACH ROW
    WHEN ((OLD.terminal_id, OLD.store_id) <> (NEW.terminal_id, NEW.store_id) OR NEW.last_number < OLD.last_number
          OR NEW.last_sequence < OLD.last_sequence)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawer_never_deleted BEFORE DELETE ON orders_drawer
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawer_never_emptied BEFORE TRUNCATE ON orders_drawer
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_DRAWERMOVEMENT = """
CREATE TRIGGER drawer_movement_append_only BEFORE UPDATE ON orders_drawermovement FOR EACH ROW
    WHEN (OLD.closing_id IS NULL) EXECUTE FUNCTION ringup_refuse_change_beside('closing_id');
CREATE TRIGGER drawer_movement_closed_once BEFORE UPDATE ON orders_drawermovement FOR EACH ROW
    WHEN (OLD.closing_id IS NOT NULL) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawer_movement_never_deleted BEFORE DELETE ON orders_drawermovement
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawermovement_never_emptied BEFORE TRUNCATE ON orders_drawermovement
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_INVOICENUMBER = """
-- Whoever takes the oldest free numbers passes those that were taken since the last vacuum: each batch of sales does.
ALTER TABLE orders_invoicenumber SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE TRIGGER invoice_number_as_fetched BEFORE UPDATE OF id, store_id, number, refill_id, fetched_at
    ON orders_invoicenumber FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
-- free -> assigned -> posted, or free -> void, after a restore by way of set_aside, from where a person may lead back to
-- free; what an auditor looks for is never gone.
CREATE TRIGGER invoice_number_goes_forward BEFORE UPDATE ON orders_invoicenumber FOR EACH ROW
    WHEN (OLD.state IN ('posted', 'void')
          OR (OLD.state, NEW.state) IN (('free', 'posted'), ('set_aside', 'posted'), ('assigned', 'free'),
              ('assigned', 'set_aside'), ('assigned', 'void'))
          OR (OLD.state = 'assigned' AND (OLD.order_id, OLD.credit_note_id, OLD.command_id, OLD.assigned_at)
              IS DISTINCT FROM (NEW.order_id, NEW.credit_note_id, NEW.command_id, NEW.assigned_at)))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER invoice_number_never_deleted BEFORE DELETE ON orders_invoicenumber
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER invoice_number_void_before_a_sale BEFORE UPDATE OF voided_at, voided_by, void_reason
    ON orders_invoicenumber FOR EACH ROW WHEN (OLD.state = 'assigned' AND NEW.state = 'assigned')
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER invoicenumber_never_emptied BEFORE TRUNCATE ON orders_invoicenumber
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_INVOICEREFILL = """
CREATE TRIGGER invoicerefill_never_emptied BEFORE TRUNCATE ON orders_invoicerefill
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
-- A refill tells for ever what was asked for and answered.
CREATE TRIGGER refill_answer_stays BEFORE UPDATE ON orders_invoicerefill
    FOR EACH ROW
    WHEN (OLD.answered IS DISTINCT FROM NEW.answered AND OLD.answered IS NOT NULL
          OR OLD.fetched_at <> NEW.fetched_at
          OR OLD.stored_at IS DISTINCT FROM NEW.stored_at AND OLD.stored_at IS NOT NULL
          OR NEW.stored_count < OLD.stored_count)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER refill_as_asked BEFORE UPDATE OF id, store_id, count, requested_at ON orders_invoicerefill
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER refill_never_deleted BEFORE DELETE ON orders_invoicerefill
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""
OF_JOURNALENTRY = """
-- So are the entries; taking a lease keeps to the row's page.
ALTER TABLE orders_journalentry SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000);
ALTER TABLE orders_journalentry ADD CONSTRAINT entry_balanced CHECK (ringup_postings_sum(postings) = 0);
CREATE TRIGGER entry_append_only BEFORE UPDATE ON orders_journalentry FOR EACH ROW
    WHEN (OLD.state <> 'posted') EXECUTE FUNCTION ringup_refuse_change_beside(
        'state', 'attempts', 'next_attempt_at', 'lease_until', 'last_error', 'sent', 'posted_at',
        'accounting_reference');
CREATE TRIGGER entry_final_once_posted BEFORE UPDATE ON orders_journalentry FOR EACH ROW
    WHEN (OLD.state = 'posted') EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER entry_never_deleted BEFORE DELETE ON orders_journalentry
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER journalentry_never_emptied BEFORE TRUNCATE ON orders_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_ORDER = """
-- Every order and every line is rewritten when it is sold: its page has room for that. For a line, of which no indexed
-- column changes, that halves the update (HOT); an order's status is in indexes.
ALTER TABLE orders_order SET (fillfactor = 50);
CREATE TRIGGER order_amounts_of_drafts_only BEFORE UPDATE OF total_minor, discount_minor, own_discount_minor,
    own_discount_percent, tax_minor, exempted_minor, prices_include_tax, taxes ON orders_order FOR EACH ROW
    WHEN (OLD.status <> 'draft' AND OLD.paid_at IS NULL) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_as_created BEFORE UPDATE OF id, number, store_id, created_by, terminal_id, fulfilment,
    payment_terms, currency, reference, fingerprint, created_at, sold_at ON orders_order
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_day_stays BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.business_day IS NOT NULL AND NEW.business_day IS DISTINCT FROM OLD.business_day)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_exempt_as_created BEFORE UPDATE OF tax_exempt ON orders_order
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_goes_forward BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND (
              OLD.status = 'paid' AND NEW.status NOT IN ('cancelled', 'returned')
              OR OLD.status = 'partially_shipped' AND NEW.status NOT IN ('shipped', 'returned')
              OR OLD.status = 'shipped' AND NEW.status NOT IN ('delivered', 'returned')
              OR OLD.status = 'delivered' AND NEW.status <> 'returned'))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_never_back BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (NEW.paid_minor < OLD.paid_minor OR NEW.refunded_minor < OLD.refunded_minor
          OR (OLD.status IN ('cancelled', 'returned') AND NEW.status <> OLD.status))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_never_deleted BEFORE DELETE ON orders_order FOR EACH ROW WHEN (OLD.paid_at IS NULL)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_never_deleted_once_paid BEFORE DELETE ON orders_order FOR EACH ROW
    WHEN (OLD.paid_at IS NOT NULL) EXECUTE FUNCTION ringup_refuse_paid_order_change();
CREATE TRIGGER order_never_emptied BEFORE TRUNCATE ON orders_order
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
-- What a sale was rounded by stays; what goes back is rounded beside it.
CREATE TRIGGER order_rounding_of_sale_frozen BEFORE UPDATE OF rounding_minor, refund_rounding_minor ON orders_order
    FOR EACH ROW WHEN (OLD.paid_at IS NOT NULL
        AND OLD.rounding_minor - OLD.refund_rounding_minor <> NEW.rounding_minor - NEW.refund_rounding_minor)
    EXECUTE FUNCTION ringup_refuse_paid_order_change();
-- What a batch saves is told by the order's history: it sets none of the named columns, and no number follows by it.
CREATE TRIGGER order_tells_change BEFORE UPDATE OF reference, customer, cashier, archived_at, total_minor, discount_minor,
    own_discount_minor, own_discount_percent, tax_minor, exempted_minor, prices_include_tax, taxes ON orders_order
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
CREATE TRIGGER order_tells_number BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.invoice_pending AND NOT NEW.invoice_pending) EXECUTE FUNCTION ringup_tell_change();
CREATE TRIGGER order_totals_frozen BEFORE UPDATE ON orders_order
    FOR EACH ROW
    WHEN (OLD.paid_at IS NOT NULL AND (OLD.total_minor, OLD.paid_minor, OLD.currency, OLD.paid_at, OLD.discount_minor,
              OLD.own_discount_minor, OLD.own_discount_percent, OLD.tax_minor, OLD.exempted_minor,
              OLD.prices_include_tax, OLD.taxes)
          IS DISTINCT FROM (NEW.total_minor, NEW.paid_minor, NEW.currency, NEW.paid_at, NEW.discount_minor,
              NEW.own_discount_minor, NEW.own_discount_percent, NEW.tax_minor, NEW.exempted_minor,
              NEW.prices_include_tax, NEW.taxes))
    EXECUTE FUNCTION ringup_refuse_paid_order_change();
"""
OF_ORDERLINE = """
ALTER TABLE orders_orderline SET (fillfactor = 50);
CREATE TRIGGER line_added_once_paid AFTER INSERT ON orders_orderline
    REFERENCING NEW TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_paid_line_change();
CREATE TRIGGER line_as_agreed BEFORE UPDATE OF id, order_id, store_id, product_id, position, sku, name, tracks_stock,
    quantity, unit_price_minor, unit, quantity_decimals, list_price_minor, discount_minor, own_discount_minor,
    own_discount_percent, tax_code, tax_rate, net_minor, tax_minor ON orders_orderline
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER line_never_back BEFORE UPDATE ON orders_orderline FOR EACH ROW
    WHEN (NEW.shipped_quantity < OLD.shipped_quantity OR NEW.returned_quantity < OLD.returned_quantity
          OR NEW.cancelled_quantity < OLD.cancelled_quantity)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER line_removed_from_drafts_only AFTER DELETE ON orders_orderline
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_removal_of_lines();
CREATE TRIGGER line_removed_once_paid AFTER DELETE ON orders_orderline
    REFERENCING OLD TABLE AS changed_lines FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_paid_line_change();
CREATE TRIGGER orderline_never_emptied BEFORE TRUNCATE ON orders_orderline
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_PAYMENT = """
CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER payment_never_emptied BEFORE TRUNCATE ON orders_payment
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER payment_tells_change BEFORE UPDATE ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
"""
# What a provider was asked, what it answered and what it has done never changes.
OF_PAYMENTINSTRUCTION = """
CREATE TRIGGER instruction_append_only BEFORE UPDATE ON orders_paymentinstruction FOR EACH ROW
    WHEN (OLD.state <> 'done') EXECUTE FUNCTION ringup_refuse_change_beside(
        'state', 'attempts', 'asked_at', 'next_attempt_at', 'lease_until', 'last_error', 'reference', 'done_at');
CREATE TRIGGER instruction_final_once_done BEFORE UPDATE ON orders_paymentinstruction FOR EACH ROW
    WHEN (OLD.state = 'done') EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER instruction_never_deleted BEFORE DELETE ON orders_paymentinstruction
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER instruction_refunds_within_captured AFTER INSERT ON orders_paymentinstruction
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_refund();
CREATE TRIGGER instruction_tells_change BEFORE UPDATE OF state ON orders_paymentinstruction
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION ringup_tell_change();
CREATE TRIGGER paymentinstruction_never_emptied BEFORE TRUNCATE ON orders_paymentinstruction
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_REPAIR = """
CREATE TRIGGER repair_append_only BEFORE UPDATE OR DELETE ON orders_repair
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER repair_never_emptied BEFORE TRUNCATE ON orders_repair
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_STATUSCHANGE = """
CREATE TRIGGER status_change_append_only BEFORE UPDATE OR DELETE ON orders_statuschange
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER statuschange_never_emptied BEFORE TRUNCATE ON orders_statuschange
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_TERMINAL = """
CREATE TRIGGER terminal_never_deleted BEFORE DELETE ON orders_terminal
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER terminal_never_emptied BEFORE TRUNCATE ON orders_terminal
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER terminal_revoked_for_good BEFORE UPDATE OF revoked_at ON orders_terminal FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER terminal_stays_in_its_store BEFORE UPDATE OF store_id ON orders_terminal FOR EACH ROW
    WHEN (OLD.store_id <> NEW.store_id) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER terminal_stays_itself BEFORE UPDATE OF id, created_at ON orders_terminal
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""
OF_TERMINALKEY = """
CREATE TRIGGER key_as_given BEFORE UPDATE OF id, terminal_id, key_hash, hint, created_at ON orders_terminalkey
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER key_ends_for_good BEFORE UPDATE OF valid_until ON orders_terminalkey FOR EACH ROW
    WHEN (OLD.valid_until IS NOT NULL AND NEW.valid_until IS NULL) EXECUTE FUNCTION ringup_refuse_change();
"""
OF_VOIDNOTICE = """
CREATE TRIGGER void_notice_as_written BEFORE UPDATE OF reason ON orders_voidnotice
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER void_notice_final_once_told BEFORE UPDATE ON orders_voidnotice FOR EACH ROW
    WHEN (OLD.told_at IS NOT NULL OR (OLD.number_id, OLD.store_id) <> (NEW.number_id, NEW.store_id))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER void_notice_never_deleted BEFORE DELETE ON orders_voidnotice
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER voidnotice_never_emptied BEFORE TRUNCATE ON orders_voidnotice
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""

EPOCH = """
INSERT INTO orders_feedepoch (id, made_in, timeline, awaits_standby)
VALUES (gen_random_uuid(), pg_current_xact_id()::text::bigint, left(pg_walfile_name(pg_current_wal_lsn()), 8), false);
INSERT INTO orders_invoiceepoch (made_in, timeline, awaits_standby)
VALUES (pg_current_xact_id()::text::bigint, left(pg_walfile_name(pg_current_wal_lsn()), 8), false);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_tables"), ("inventory", "0003_guards")]

    operations = [
        makes(FUNCTIONS),
        makes(OF_AUTHORIZATION),
        makes(OF_CLOSING),
        makes(OF_COMMAND),
        makes(OF_CREDITNOTE),
        makes(OF_DRAWER),
        makes(OF_DRAWERMOVEMENT),
        makes(OF_INVOICENUMBER),
        makes(OF_INVOICEREFILL),
        makes(OF_JOURNALENTRY),
        makes(OF_ORDER),
        makes(OF_ORDERLINE),
        makes(OF_PAYMENT),
        makes(OF_PAYMENTINSTRUCTION),
        makes(OF_REPAIR),
        makes(OF_STATUSCHANGE),
        makes(OF_TERMINAL),
        makes(OF_TERMINALKEY),
        makes(OF_VOIDNOTICE),
        migrations.RunSQL(EPOCH, "DELETE FROM orders_feedepoch; DELETE FROM orders_invoiceepoch"),
    ]
