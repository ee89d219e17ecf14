"""Who is let on which store, and what may be done with each row: rights that do something here, under names that say what."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("inventory", "0003_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="store",
            name="users",
            field=models.ManyToManyField(editable=False, related_name="stores", to=settings.AUTH_USER_MODEL),
        ),
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
