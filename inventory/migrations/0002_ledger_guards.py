"""The stock ledger is append-only, and the rows that every sale updates keep room for it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION ringup_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER movement_append_only BEFORE UPDATE OR DELETE ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
"""

ALLOW = """
DROP TRIGGER movement_append_only ON inventory_stockmovement;
DROP FUNCTION ringup_refuse_change();
"""

# A hot SKU's row is rewritten many times a second: free space in its page keeps the update within the page (HOT).
ROOM = "ALTER TABLE inventory_stocklevel SET (fillfactor = 50)"
NO_ROOM = "ALTER TABLE inventory_stocklevel RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(ROOM, NO_ROOM)]
