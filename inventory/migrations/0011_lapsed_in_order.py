"""Lapsed holds are looked through from where somebody was before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0010_search"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="hold",
            name="hold_expiry",
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)), fields=["expires_at", "id"], name="hold_expiry"
            ),
        ),
    ]
