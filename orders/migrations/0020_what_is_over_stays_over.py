"""An order is never gone and goes only forward, a revoked terminal and an ended key stay so, a void is told as it was."""

from django.db import migrations

# Lines of drafts are replaced; those of what is paid have a guard already.
ORDERS = """
CREATE TRIGGER order_never_deleted BEFORE DELETE ON orders_order FOR EACH ROW WHEN (OLD.paid_at IS NULL)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER order_goes_forward BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND (
              OLD.status = 'paid' AND NEW.status NOT IN ('cancelled', 'returned')
              OR OLD.status = 'partially_shipped' AND NEW.status NOT IN ('shipped', 'returned')
              OR OLD.status = 'shipped' AND NEW.status NOT IN ('delivered', 'returned')
              OR OLD.status = 'delivered' AND NEW.status <> 'returned'))
    EXECUTE FUNCTION ringup_refuse_change();

CREATE FUNCTION ringup_refuse_removal_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM removed JOIN orders_order ON orders_order.id = removed.order_id
               WHERE orders_order.status <> 'draft' AND orders_order.paid_at IS NULL) THEN
        RAISE EXCEPTION 'only a draft loses lines' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_removed_from_drafts_only AFTER DELETE ON orders_orderline
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_removal_of_lines();
"""

TERMINALS = """
CREATE TRIGGER terminal_stays_itself BEFORE UPDATE OF id, created_at ON orders_terminal
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER terminal_revoked_for_good BEFORE UPDATE OF revoked_at ON orders_terminal FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER key_as_given BEFORE UPDATE OF id, terminal_id, key_hash, hint, created_at ON orders_terminalkey
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER key_ends_for_good BEFORE UPDATE OF valid_until ON orders_terminalkey FOR EACH ROW
    WHEN (OLD.valid_until IS NOT NULL AND NEW.valid_until IS NULL) EXECUTE FUNCTION ringup_refuse_change();
"""

NUMBERS = """
CREATE TRIGGER invoice_number_void_before_a_sale BEFORE UPDATE OF voided_at, voided_by, void_reason
    ON orders_invoicenumber FOR EACH ROW WHEN (OLD.state = 'assigned' AND NEW.state = 'assigned')
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER void_notice_as_written BEFORE UPDATE OF reason ON orders_voidnotice
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0019_own_numbers"), ("inventory", "0012_names_and_reports_stay")]

    operations = [migrations.RunSQL(ORDERS), migrations.RunSQL(TERMINALS), migrations.RunSQL(NUMBERS)]
