"""A store's orders are in its currency, which is the same one for all of them."""

from django.db import migrations

KEPT = """
CREATE FUNCTION ringup_refuse_currency_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders_order WHERE store_id = OLD.id) THEN
        RAISE EXCEPTION 'currency_in_use: the store % has orders in %', OLD.code, OLD.currency
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER store_currency_in_use BEFORE UPDATE OF currency ON inventory_store FOR EACH ROW
    WHEN (OLD.currency <> NEW.currency) EXECUTE FUNCTION ringup_refuse_currency_in_use();
"""
CHANGED = """
DROP TRIGGER store_currency_in_use ON inventory_store;
DROP FUNCTION ringup_refuse_currency_in_use();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_rows_that_stay")]

    operations = [migrations.RunSQL(KEPT, CHANGED)]
