"""What others know a store, a place or a product by stays, and a report stays what it was and whose it is."""

from django.db import migrations

STAY = """
CREATE TRIGGER store_stays_what_it_is BEFORE UPDATE OF id, code ON inventory_store FOR EACH ROW
    WHEN ((OLD.id, OLD.code) <> (NEW.id, NEW.code)) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER location_stays_what_it_is BEFORE UPDATE OF id, code ON inventory_location FOR EACH ROW
    WHEN ((OLD.id, OLD.code) <> (NEW.id, NEW.code)) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER product_keeps_its_id BEFORE UPDATE OF id ON inventory_product
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER hold_since_it_was_made BEFORE UPDATE OF created_at ON inventory_hold
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER shortfall_never_deleted BEFORE DELETE ON inventory_shortfall
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER shortfall_as_reported BEFORE UPDATE OF id, store_id, level_id, quantity, order_id, command_id,
    reported_at ON inventory_shortfall FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER shortfall_seen_to_once BEFORE UPDATE ON inventory_shortfall FOR EACH ROW
    WHEN (OLD.acknowledged_at IS NOT NULL AND (OLD.acknowledged_at, OLD.acknowledged_by)
              IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_by)
          OR OLD.counted_at IS NOT NULL AND NEW.counted_at IS DISTINCT FROM OLD.counted_at)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER low_stock_as_reported BEFORE UPDATE OF id, store_id, level_id, available, reorder_point, reported_at
    ON inventory_lowstock FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER low_stock_seen_to_once BEFORE UPDATE ON inventory_lowstock FOR EACH ROW
    WHEN (OLD.acknowledged_at IS NOT NULL AND (OLD.acknowledged_at, OLD.acknowledged_by)
              IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_by)
          OR OLD.recovered_at IS NOT NULL AND NEW.recovered_at IS DISTINCT FROM OLD.recovered_at)
    EXECUTE FUNCTION ringup_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_lapsed_in_order")]

    operations = [migrations.RunSQL(STAY)]
