"""Tax has an account of its own in the books."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0013_store_and_taxes"),
        ("orders", "0027_amounts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="account",
            name="account_name_known",
        ),
        migrations.AlterField(
            model_name="account",
            name="name",
            field=models.CharField(
                choices=[
                    ("cash", "cash"),
                    ("card", "card"),
                    ("online", "online"),
                    ("revenue", "revenue"),
                    ("tax", "tax"),
                    ("deposits", "deposits"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="postings",
            field=models.JSONField(help_text="[[account, amount_minor, tax code?, rate?], ...]: a debit is positive."),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__in", ("cash", "card", "online", "revenue", "tax", "deposits"))),
                name="account_name_known",
            ),
        ),
    ]
