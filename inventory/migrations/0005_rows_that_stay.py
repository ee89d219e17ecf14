"""What history names is never deleted and stays in its store; the ledger is never emptied."""

from django.db import migrations

STAY = """
CREATE TRIGGER store_never_deleted BEFORE DELETE ON inventory_store
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER location_never_deleted BEFORE DELETE ON inventory_location
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER location_stays_in_its_store BEFORE UPDATE OF store_id ON inventory_location FOR EACH ROW
    WHEN (OLD.store_id <> NEW.store_id) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER product_never_deleted BEFORE DELETE ON inventory_product
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER product_stays_what_it_is BEFORE UPDATE OF store_id, sku ON inventory_product FOR EACH ROW
    WHEN ((OLD.store_id, OLD.sku) <> (NEW.store_id, NEW.sku)) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER level_never_deleted BEFORE DELETE ON inventory_stocklevel
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
-- Naming the columns of a statement costs a sale nothing: it sets none of these.
CREATE TRIGGER level_stays_where_it_is BEFORE UPDATE OF id, store_id, product_id, location_id ON inventory_stocklevel
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER hold_stays_whose_it_is BEFORE UPDATE OF id, store_id, level_id, order_id, order_line_id, reference
    ON inventory_hold FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""

NEVER_EMPTIED = ["hold", "location", "product", "shortfall", "stocklevel", "stockmovement", "store"]

EMPTY = "".join(
    f"CREATE TRIGGER {name}_never_emptied BEFORE TRUNCATE ON inventory_{name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();"
    for name in NEVER_EMPTIED
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_shortfalls")]

    operations = [migrations.RunSQL(STAY), migrations.RunSQL(EMPTY)]
