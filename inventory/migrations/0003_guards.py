"""What the database itself refuses, and what it notes: which transaction changed a thing that the outside is told of."""

from django.db import migrations

from base.sql.made import makes

# What history names is never deleted and stays in its store; the ledger is never changed nor emptied.
FUNCTIONS = """
CREATE FUNCTION ringup_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_OP = 'UPDATE' THEN
        IF ringup_only_forgets(to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
-- A store's orders are in its currency, which is the same one for all of them.
CREATE FUNCTION ringup_refuse_currency_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_order WHERE store_id = OLD.id) THEN
        RAISE EXCEPTION 'currency_in_use: the store % has orders in %', OLD.code, OLD.currency
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- Whether a store is being moved just now, by who owns the tables: no process may say so.
CREATE FUNCTION ringup_moves() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN current_setting('ringup.moves', true) = 'on'
        AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'inventory_store'::regclass), 'USAGE');
END $$;
-- Of a store that leaves for another stack nothing changes here any more (orders.moving): whoever writes is refused, and
-- comes again. Once it is at rest, so that nobody has begun to write of it, what upkeep would write of its own accord is
-- passed over, and upkeep goes on with other stores. Before that nothing is: half a transaction would be kept. A person
-- who is forgotten is forgotten here as well. It is no guard by its name: whoever may delete in the other stores still may
-- (project.upgrade.grants). TG_ARGV: the store.
CREATE FUNCTION ringup_keep_what_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tends text[] := ARRAY['inventory_lowstock', 'orders_authorization', 'orders_invoicenumber', 'orders_invoicepool',
        'orders_invoicerefill', 'orders_journalentry', 'orders_paymentinstruction', 'orders_voidnotice'];
BEGIN
    IF ringup_moves() THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    ELSIF TG_OP = 'UPDATE' AND current_setting('ringup.forgets', true) = 'on' THEN
        RETURN NEW;
    ELSIF (
        TG_TABLE_NAME = ANY(tends) OR TG_TABLE_NAME = 'orders_command' AND TG_OP = 'UPDATE'
        OR TG_TABLE_NAME = 'orders_order' AND TG_OP = 'UPDATE'
            AND to_jsonb(NEW) ->> 'archived_at' IS DISTINCT FROM to_jsonb(OLD) ->> 'archived_at'
    ) AND EXISTS (SELECT FROM inventory_store WHERE id = TG_ARGV[0]::bigint AND leaving_word <> '')
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the store is on its way to another stack' USING ERRCODE = 'lock_not_available';
END $$;
-- Who follows a store's changes is told of the row. Its triggers come after the guards of the table, by their names:
-- where a row is frozen, the guards see nothing of the mark.
CREATE FUNCTION ringup_tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := ringup_xid();
    NEW.changed_at := now();
    RETURN NEW;
END $$;
CREATE FUNCTION ringup_tell_tax() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inventory_tax SET code = code WHERE id = NEW.tax_id;
    RETURN NULL;
END $$;
"""
OF_HOLD = """
CREATE TRIGGER hold_never_emptied BEFORE TRUNCATE ON inventory_hold
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER hold_since_it_was_made BEFORE UPDATE OF created_at ON inventory_hold
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER hold_stays_whose_it_is BEFORE UPDATE OF id, store_id, level_id, order_id, order_line_id, reference
    ON inventory_hold FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""
OF_LOCATION = """
CREATE TRIGGER location_never_deleted BEFORE DELETE ON inventory_location
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER location_never_emptied BEFORE TRUNCATE ON inventory_location
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER location_stays_in_its_store BEFORE UPDATE OF store_id ON inventory_location FOR EACH ROW
    WHEN (OLD.store_id <> NEW.store_id) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER location_stays_what_it_is BEFORE UPDATE OF id, code ON inventory_location FOR EACH ROW
    WHEN ((OLD.id, OLD.code) <> (NEW.id, NEW.code)) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER location_tells_change BEFORE UPDATE ON inventory_location
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
"""
OF_LOWSTOCK = """
CREATE TRIGGER low_stock_as_reported BEFORE UPDATE OF id, store_id, level_id, available, reorder_point, reported_at
    ON inventory_lowstock FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER low_stock_seen_to_once BEFORE UPDATE ON inventory_lowstock FOR EACH ROW
    WHEN (OLD.acknowledged_at IS NOT NULL AND (OLD.acknowledged_at, OLD.acknowledged_by)
              IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_by)
          OR OLD.recovered_at IS NOT NULL AND NEW.recovered_at IS DISTINCT FROM OLD.recovered_at)
    EXECUTE FUNCTION ringup_refuse_change();
"""
OF_PRODUCT = """
CREATE TRIGGER product_keeps_its_id BEFORE UPDATE OF id ON inventory_product
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER product_never_deleted BEFORE DELETE ON inventory_product
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER product_never_emptied BEFORE TRUNCATE ON inventory_product
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER product_stays_what_it_is BEFORE UPDATE OF store_id, sku ON inventory_product FOR EACH ROW
    WHEN ((OLD.store_id, OLD.sku) <> (NEW.store_id, NEW.sku)) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER product_tells_change BEFORE UPDATE ON inventory_product
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
-- A product's tax is one of its own store's.
ALTER TABLE inventory_product ADD CONSTRAINT product_tax_of_its_store
    FOREIGN KEY (store_id, tax_code) REFERENCES inventory_tax (store_id, code);
"""
OF_SHORTFALL = """
CREATE TRIGGER shortfall_as_reported BEFORE UPDATE OF id, store_id, level_id, quantity, order_id, command_id,
    reported_at ON inventory_shortfall FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER shortfall_never_deleted BEFORE DELETE ON inventory_shortfall
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER shortfall_never_emptied BEFORE TRUNCATE ON inventory_shortfall
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER shortfall_seen_to_once BEFORE UPDATE ON inventory_shortfall FOR EACH ROW
    WHEN (OLD.acknowledged_at IS NOT NULL AND (OLD.acknowledged_at, OLD.acknowledged_by)
              IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_by)
          OR OLD.counted_at IS NOT NULL AND NEW.counted_at IS DISTINCT FROM OLD.counted_at)
    EXECUTE FUNCTION ringup_refuse_change();
"""
OF_STOCKLEVEL = """
-- A hot SKU's row is rewritten many times a second: free space in its page keeps the update within the page (HOT).
ALTER TABLE inventory_stocklevel SET (fillfactor = 50);
CREATE TRIGGER level_never_deleted BEFORE DELETE ON inventory_stocklevel
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER level_stays_where_it_is BEFORE UPDATE OF id, store_id, product_id, location_id ON inventory_stocklevel
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER stocklevel_never_emptied BEFORE TRUNCATE ON inventory_stocklevel
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_STOCKMOVEMENT = """
CREATE TRIGGER movement_append_only BEFORE UPDATE OR DELETE ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER movement_tells_change BEFORE UPDATE ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
CREATE TRIGGER stockmovement_never_emptied BEFORE TRUNCATE ON inventory_stockmovement
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""
OF_STORE = """
-- Whatever writes it: a zone that nobody knows would stop every batch of the store.
ALTER TABLE inventory_store ADD CONSTRAINT store_time_zone_known
    CHECK (timezone(time_zone, '2000-01-01T00:00:00Z'::timestamptz) IS NOT NULL);
CREATE TRIGGER store_currency_in_use BEFORE UPDATE OF currency ON inventory_store FOR EACH ROW
    WHEN (OLD.currency <> NEW.currency) EXECUTE FUNCTION ringup_refuse_currency_in_use();
CREATE TRIGGER store_left_for_good BEFORE UPDATE OF leaving_at, left_at, leaving_word ON inventory_store FOR EACH ROW
    WHEN (OLD.left_at IS NOT NULL
        AND (OLD.leaving_at, OLD.left_at, OLD.leaving_word) IS DISTINCT FROM (NEW.leaving_at, NEW.left_at, NEW.leaving_word))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER store_never_deleted BEFORE DELETE ON inventory_store
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER store_never_emptied BEFORE TRUNCATE ON inventory_store
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER store_stays_what_it_is BEFORE UPDATE OF id, code ON inventory_store FOR EACH ROW
    WHEN ((OLD.id, OLD.code) <> (NEW.id, NEW.code)) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER store_tells_change BEFORE UPDATE ON inventory_store
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
"""
OF_TAX = """
CREATE TRIGGER tax_never_deleted BEFORE DELETE ON inventory_tax
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_never_emptied BEFORE TRUNCATE ON inventory_tax
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_stays_what_it_is BEFORE UPDATE OF id, store_id, code ON inventory_tax FOR EACH ROW
    WHEN ((OLD.id, OLD.store_id, OLD.code) IS DISTINCT FROM (NEW.id, NEW.store_id, NEW.code))
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_tells_change BEFORE UPDATE ON inventory_tax
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_change();
"""
OF_TAXRATE = """
CREATE TRIGGER tax_rate_never_deleted BEFORE DELETE ON inventory_taxrate
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_rate_never_emptied BEFORE TRUNCATE ON inventory_taxrate
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER tax_rate_tells_its_tax AFTER INSERT OR UPDATE ON inventory_taxrate
    FOR EACH ROW EXECUTE FUNCTION ringup_tell_tax();
CREATE TRIGGER tax_rate_stays_whose_it_is BEFORE UPDATE OF id, store_id, tax_id, valid_from ON inventory_taxrate
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_tables")]

    operations = [
        makes(FUNCTIONS),
        makes(OF_HOLD),
        makes(OF_LOCATION),
        makes(OF_LOWSTOCK),
        makes(OF_PRODUCT),
        makes(OF_SHORTFALL),
        makes(OF_STOCKLEVEL),
        makes(OF_STOCKMOVEMENT),
        makes(OF_STORE),
        makes(OF_TAX),
        makes(OF_TAXRATE),
    ]
