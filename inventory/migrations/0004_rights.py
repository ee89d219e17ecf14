"""What may be done with each row: rights that do something here, under names that say what."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0003_guards"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="hold",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="location",
            options={"default_permissions": ("view", "add", "change")},
        ),
        migrations.AlterModelOptions(
            name="lowstock",
            options={
                "default_permissions": ("view",),
                "permissions": [("acknowledge_lowstock", "Can acknowledge low stock")],
                "verbose_name_plural": "low stock",
            },
        ),
        migrations.AlterModelOptions(
            name="product",
            options={"default_permissions": ("view", "add", "change")},
        ),
        migrations.AlterModelOptions(
            name="shortfall",
            options={
                "default_permissions": ("view",),
                "permissions": [("acknowledge_shortfall", "Can acknowledge shortfalls")],
            },
        ),
        migrations.AlterModelOptions(
            name="stocklevel",
            options={
                "default_permissions": ("view",),
                "permissions": [("change_stocklevel", "Can set reorder points")],
            },
        ),
        migrations.AlterModelOptions(
            name="stockmovement",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="store",
            options={
                "default_permissions": ("view", "add", "change"),
                "permissions": [("reach_every_store", "Can see every store, those to come too")],
            },
        ),
        migrations.AlterModelOptions(
            name="tax",
            options={"default_permissions": ("view",), "verbose_name_plural": "taxes"},
        ),
        migrations.AlterModelOptions(
            name="taxrate",
            options={"default_permissions": ("view",)},
        ),
    ]
