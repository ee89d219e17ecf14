"""A table of its own. Its foreign key is made last of all, by what Django calls deferred."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_gifts")]

    operations = [
        migrations.CreateModel(
            "Gift",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("order", models.ForeignKey("orders.Order", models.PROTECT)),
            ],
        )
    ]
