"""What is history may lose the names of people, and nothing else."""

from django.db import migrations

# `subtotal_minor` is worked out anew after these triggers, of columns that stay.
FORGETS = """
CREATE FUNCTION ringup_only_forgets(before jsonb, after jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    texts text[] := ARRAY['cashier', 'reference', 'reason', 'void_reason', 'detail', 'last_error', 'payload', 'outcome',
        'result', 'subtotal_minor'];
BEGIN
    RETURN current_setting('ringup.forgets', true) = 'on' AND before - texts = after - texts;
END $$;

CREATE OR REPLACE FUNCTION ringup_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_OP = 'UPDATE' THEN
        IF ringup_only_forgets(to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION ringup_refuse_change_beside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV
        AND ringup_only_forgets(to_jsonb(OLD), to_jsonb(NEW)) IS NOT TRUE THEN
        RAISE EXCEPTION '% changes only in %', TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0032_customer_and_cashier")]

    operations = [migrations.RunSQL(FORGETS)]
