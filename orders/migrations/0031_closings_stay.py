"""A closing is never changed, follows the one before it, and bears the hash of what it says; what it counts it counts
for ever."""

from django.db import migrations

# RFC 8785. Names are ASCII here, so that their bytes are in its order, and text is escaped as PostgreSQL does it. Whole
# numbers that a double has not are written as the double next to them.
CANONICAL = """
CREATE FUNCTION ringup_canonical(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
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
            RETURN value::text::float8::text::numeric::text;
        ELSE
            RETURN value::text;
    END CASE;
END $$;
CREATE FUNCTION ringup_closing_hash(figures jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN encode(sha256(convert_to(ringup_canonical(figures - 'hash'), 'UTF8')), 'hex');
"""

CLOSINGS = """
CREATE FUNCTION ringup_refuse_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before_hash text;
BEGIN
    SELECT hash INTO before_hash FROM orders_closing WHERE terminal_id = NEW.terminal_id AND number = NEW.number - 1;
    IF NEW.number > 1 AND before_hash IS NULL
        OR NEW.figures ->> 'previous_hash' IS DISTINCT FROM before_hash
        OR (NEW.figures ->> 'number')::int <> NEW.number OR NEW.figures ->> 'hash' <> NEW.hash
        OR ringup_closing_hash(NEW.figures) <> NEW.hash
    THEN
        RAISE EXCEPTION 'a closing follows the one before it, and bears its own hash'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closing_follows BEFORE INSERT ON orders_closing
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_closing();
CREATE TRIGGER closing_never_changed BEFORE UPDATE OR DELETE ON orders_closing
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER closing_never_emptied BEFORE TRUNCATE ON orders_closing
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""

MOVEMENTS = """
CREATE TRIGGER drawer_movement_never_deleted BEFORE DELETE ON orders_drawermovement
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawer_movement_append_only BEFORE UPDATE ON orders_drawermovement FOR EACH ROW
    WHEN (OLD.closing_id IS NULL) EXECUTE FUNCTION ringup_refuse_change_beside('closing_id');
CREATE TRIGGER drawer_movement_closed_once BEFORE UPDATE ON orders_drawermovement FOR EACH ROW
    WHEN (OLD.closing_id IS NOT NULL) EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawermovement_never_emptied BEFORE TRUNCATE ON orders_drawermovement
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""

DRAWERS = """
CREATE TRIGGER drawer_never_deleted BEFORE DELETE ON orders_drawer
    FOR EACH ROW EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawer_goes_forward BEFORE UPDATE ON orders_drawer FOR EACH ROW
    WHEN ((OLD.terminal_id, OLD.store_id) <> (NEW.terminal_id, NEW.store_id) OR NEW.last_number < OLD.last_number
          OR NEW.last_sequence < OLD.last_sequence)
    EXECUTE FUNCTION ringup_refuse_change();
CREATE TRIGGER drawer_never_emptied BEFORE TRUNCATE ON orders_drawer
    FOR EACH STATEMENT EXECUTE FUNCTION ringup_refuse_change();
"""

# A sale sets none of these columns, and what is settled is updated by a closing, once, and by whoever frees its key.
COMMANDS = """
DROP TRIGGER command_as_accepted ON orders_command;
CREATE TRIGGER command_as_accepted BEFORE UPDATE OF id, seq, store_id, terminal_id, issued_by, key, fingerprint, kind,
    order_id, drawer_id, payload, accepted_at, sequence ON orders_command
    FOR EACH ROW WHEN (OLD.settled_at IS NULL) EXECUTE FUNCTION ringup_refuse_change();
DROP TRIGGER command_final_once_settled ON orders_command;
CREATE TRIGGER command_final_once_settled BEFORE UPDATE ON orders_command FOR EACH ROW
    WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION ringup_refuse_change_beside('key_freed_at', 'closing_id');
CREATE TRIGGER command_closed_once BEFORE UPDATE OF closing_id ON orders_command FOR EACH ROW
    WHEN (OLD.closing_id IS NOT NULL AND NEW.closing_id IS DISTINCT FROM OLD.closing_id OR OLD.state <> 'succeeded')
    EXECUTE FUNCTION ringup_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0030_drawers")]

    operations = [
        migrations.RunSQL(CANONICAL),
        migrations.RunSQL(CLOSINGS),
        migrations.RunSQL(MOVEMENTS),
        migrations.RunSQL(DRAWERS),
        migrations.RunSQL(COMMANDS),
    ]
