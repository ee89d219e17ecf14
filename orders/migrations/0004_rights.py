"""What may be done with each row: rights that do something here, under names that say what."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_guards"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="account",
            options={"default_permissions": ("view", "add", "change")},
        ),
        migrations.AlterModelOptions(
            name="auditfinding",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="auditlook",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="auditround",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="authorization",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="closing",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="command",
            options={
                "default_permissions": ("view",),
                "permissions": [
                    ("move_stock", "Can move stock"),
                    ("repair_command", "Can retry and dismiss parked commands"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="creditnote",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="drawer",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="drawermovement",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="feedepoch",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="invoicecounter",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="invoicenumber",
            options={
                "default_permissions": ("view",),
                "permissions": [("void_invoicenumber", "Can void free invoice numbers for good")],
            },
        ),
        migrations.AlterModelOptions(
            name="invoicepool",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="invoicerefill",
            options={
                "default_permissions": ("view",),
                "permissions": [("request_invoicerefill", "Can ask accounting for invoice numbers at once")],
            },
        ),
        migrations.AlterModelOptions(
            name="journalentry",
            options={
                "default_permissions": ("view",),
                "permissions": [("retry_journalentry", "Can send parked entries to accounting again")],
                "verbose_name_plural": "journal entries",
            },
        ),
        migrations.AlterModelOptions(
            name="order",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="orderline",
            options={"default_permissions": ("view",), "ordering": ["position"]},
        ),
        migrations.AlterModelOptions(
            name="payment",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="paymentinstruction",
            options={
                "default_permissions": ("view",),
                "permissions": [("retry_paymentinstruction", "Can tell payment providers parked instructions again")],
            },
        ),
        migrations.AlterModelOptions(
            name="repair",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="statuschange",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="terminal",
            options={
                "default_permissions": ("view", "add"),
                "permissions": [
                    ("enrol_terminal", "Can give terminals codes to enrol with, and new keys"),
                    ("revoke_terminal", "Can revoke the keys of terminals for good"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="terminalkey",
            options={"default_permissions": ("view",)},
        ),
        migrations.AlterModelOptions(
            name="voidnotice",
            options={
                "default_permissions": ("view",),
                "permissions": [("retry_voidnotice", "Can tell accounting again which numbers are void")],
            },
        ),
    ]
