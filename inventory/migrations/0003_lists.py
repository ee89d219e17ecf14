"""Each list has its index; a movement knows its location."""

import django.db.models.deletion
from django.db import migrations, models

LOCATED = """
ALTER TABLE inventory_stockmovement DISABLE TRIGGER movement_append_only;
UPDATE inventory_stockmovement SET location_id = level.location_id FROM inventory_stocklevel AS level
    WHERE level.id = level_id;
ALTER TABLE inventory_stockmovement ENABLE TRIGGER movement_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_ledger_guards"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="stockmovement",
            name="movement_store",
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="location",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The level's.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="inventory.location",
            ),
        ),
        migrations.RunSQL(LOCATED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="stockmovement",
            name="location",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="The level's.",
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="inventory.location",
            ),
        ),
        migrations.AddIndex(
            model_name="lowstock",
            index=models.Index(
                condition=models.Q(("recovered_at__isnull", True)), fields=["store", "id"], name="low_stock_open"
            ),
        ),
        migrations.AddIndex(
            model_name="lowstock",
            index=models.Index(
                condition=models.Q(("recovered_at__isnull", False)), fields=["store", "id"], name="low_stock_over"
            ),
        ),
        migrations.AddIndex(
            model_name="lowstock",
            index=models.Index(
                condition=models.Q(("acknowledged_at__isnull", False), ("recovered_at__isnull", False)),
                fields=["store", "id"],
                name="low_stock_over_seen",
            ),
        ),
        migrations.AddIndex(
            model_name="lowstock",
            index=models.Index(
                condition=models.Q(("acknowledged_at__isnull", True), ("recovered_at__isnull", False)),
                fields=["store", "id"],
                name="low_stock_over_unseen",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["store", "id"], name="product_store"),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(fields=["location", "id"], name="movement_location"),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(
                condition=models.Q(("kind", "outbound"), _negated=True),
                fields=["location", "kind", "id"],
                name="movement_rare",
            ),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(
                condition=models.Q(("kind", "outbound"), _negated=True),
                fields=["level", "kind", "id"],
                name="movement_level_rare",
            ),
        ),
    ]
