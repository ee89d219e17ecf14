"""Who is let on which store."""

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
    ]
