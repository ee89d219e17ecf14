"""Three groups that a user can be put into, made once: from then on they are the shop's own, and no start resets them."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

LOOKED_AT = {
    "inventory": "hold location lowstock product shortfall stocklevel stockmovement store tax taxrate",
    "orders": "account auditfinding auditlook auditround authorization closing command creditnote drawer drawermovement"
    " feedepoch invoicecounter invoiceepoch invoicenumber invoicepool invoicerefill journalentry order orderline payment"
    " paymentinstruction repair statuschange terminal terminalkey voidnotice",
}
VIEWER = {app: [f"view_{model}" for model in models.split()] for app, models in LOOKED_AT.items()}
REPAIRS = {
    "inventory": ["acknowledge_lowstock", "acknowledge_shortfall"],
    "orders": [
        "move_stock",
        "repair_command",
        "request_invoicerefill",
        "retry_journalentry",
        "retry_paymentinstruction",
        "retry_voidnotice",
    ],
    "django_celery_beat": ["view_periodictask", "view_intervalschedule", "view_crontabschedule"],
    "django_celery_results": ["view_taskresult"],
}
SETS_UP = {
    "inventory": [
        "add_location",
        "add_product",
        "add_store",
        "change_location",
        "change_product",
        "change_stocklevel",
        "change_store",
    ],
    "orders": [
        "add_account",
        "add_terminal",
        "change_account",
        "enrol_terminal",
        "revoke_terminal",
        "void_invoicenumber",
    ],
    "auth": ["view_user", "add_user", "change_user"],
}
GROUPS = {"viewer": [VIEWER], "operator": [VIEWER, REPAIRS], "manager": [VIEWER, REPAIRS, SETS_UP]}


def add(apps: Any, _: Any) -> None:
    """Django itself makes the rights only when all migrations are done."""
    for app in {app for sets in GROUPS.values() for rights in sets for app in rights}:
        create_permissions(installed.get_app_config(app), apps=apps, verbosity=0)
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    for name, sets in GROUPS.items():
        made, _created = group.objects.get_or_create(name=name)
        for rights in sets:
            for app, codes in rights.items():
                found = permission.objects.filter(content_type__app_label=app, codename__in=codes)
                assert len(found) == len(codes), f"{app} has not all of {codes}"
                made.permissions.add(*found)


def remove(apps: Any, _: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("django_celery_results", "0014_alter_taskresult_status"),
        ("inventory", "0004_rights"),
        ("orders", "0003_guards"),
    ]

    operations = [migrations.RunPython(add, remove)]
