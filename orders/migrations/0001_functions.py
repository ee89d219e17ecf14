"""What columns and checks of the tables work out."""

from django.db import migrations

from base.sql.made import makes

FUNCTIONS = """
-- The order of the commands and of the entries, and the orders' human numbers.
-- CACHE 1 (the default), so that they rise in the order of the inserts.
CREATE SEQUENCE orders_command_seq AS bigint;
CREATE SEQUENCE orders_entry_seq AS bigint;
CREATE SEQUENCE orders_order_number_seq AS bigint START 100001;
-- Not in SQL: that would be put into the column's expression anew by each statement, which takes longer than its row.
CREATE FUNCTION ringup_amount(quantity bigint, unit_price_minor bigint, decimals smallint) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE
        WHEN decimals = 0 THEN quantity * unit_price_minor
        ELSE round(quantity::numeric * unit_price_minor / (ARRAY[1, 10, 100, 1000])[decimals + 1])::bigint
    END;
END $$;
-- RFC 8785. Names are ASCII here, so that their bytes are in its order, and text is escaped as PostgreSQL does it.
-- Whole numbers that a double has not are written as the double next to them, with the fewest digits that lead back to
-- it: of those that end halfway to the next double PostgreSQL's own text has one more.
CREATE FUNCTION ringup_canonical(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    double float8;
    written numeric;
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'object' THEN
            RETURN '{' || coalesce((
                SELECT string_agg(to_json(key)::text || ':' || ringup_canonical(one), ',' ORDER BY key COLLATE "C")
                FROM jsonb_each(value) AS member (key, one)
            ), '') || '}';
        WHEN 'array' THEN
            RETURN '[' || coalesce((
                SELECT string_agg(ringup_canonical(one), ',' ORDER BY place)
                FROM jsonb_array_elements(value) WITH ORDINALITY AS element (one, place)
            ), '') || ']';
        WHEN 'number' THEN
            double := value::text::float8;
            IF abs(double) <= 2 ^ 53 OR abs(double) >= 2 ^ 63 THEN
                RETURN double::text::numeric::text;
            END IF;
            FOR digits IN 15..17 LOOP
                written := round(double::bigint::numeric, digits - length(abs(double::bigint)::text));
                EXIT WHEN written::float8 = double;
            END LOOP;
            RETURN written::text;
        ELSE
            RETURN value::text;
    END CASE;
END $$;
-- What other systems know a command by: the same again where a server that was restored is sent it once more.
CREATE FUNCTION ringup_lasting_id(terminal_id bigint, key text, order_id uuid, command_id uuid) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
        WHEN terminal_id IS NULL THEN command_id
        ELSE md5(concat_ws('/', terminal_id, order_id, key))::uuid
    END;
CREATE FUNCTION ringup_closing_hash(figures jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN encode(sha256(convert_to(ringup_canonical(figures - 'hash'), 'UTF8')), 'hex');
-- Only names of people went. `subtotal_minor` is worked out anew after the triggers, of columns that stay.
CREATE FUNCTION ringup_only_forgets(before jsonb, after jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    texts text[] := ARRAY['cashier', 'reference', 'reason', 'void_reason', 'detail', 'last_error', 'payload', 'outcome',
        'result', 'subtotal_minor'];
BEGIN
    RETURN current_setting('ringup.forgets', true) = 'on' AND before - texts = after - texts;
END $$;
CREATE FUNCTION ringup_part(minor bigint, units bigint, quantity bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
        WHEN units = 0 THEN 0
        ELSE round(minor::numeric * units / quantity)::bigint
    END;
CREATE FUNCTION ringup_postings_sum(postings jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(sum((posting ->> 1)::bigint), 0) FROM jsonb_array_elements(postings) AS posting
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_functions")]

    operations = [
        makes(FUNCTIONS),
    ]
