"""`python -m project.prepare`: migrations, static files and, in an empty database, a demo store with its keys.

Keys exist in readable form only in RINGUP_HOME/keys.json.
"""

import json
import os
import secrets

import django

from project import env as environment
from project.home import write_private

ADMIN_NAME = "admin"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    environment.override(STATEMENT_TIMEOUT_MS="0", DATABASE_POOL="0")
    django.setup()
    from django.core.management import call_command

    check_accounting()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    provision_if_empty()


def check_accounting() -> None:
    """An adapter that is not there, or whose address it cannot read, stops the start."""
    from workers.upkeep import accounting

    try:
        accounting()
    except (ImportError, ValueError) as error:
        environment.stop(f"ACCOUNTING_ADAPTER cannot be used: {error}")


def provision_if_empty() -> None:
    from django.db import transaction

    from inventory.models import Store

    with transaction.atomic():
        if not Store.objects.exists():
            provision()


def provision() -> None:
    """The keys are written before the commit: a store whose keys nobody knows would be of no use."""
    from django.contrib.auth.models import User

    from project.provision import provision_demo

    keys = provision_demo()
    password = secrets.token_urlsafe(18)
    User.objects.create_superuser(ADMIN_NAME, password=password)
    keys["admin"] = {"name": ADMIN_NAME, "password": password}
    write_private(environment.current().ringup_home / "keys.json", json.dumps(keys, indent=2) + "\n")


if __name__ == "__main__":
    main()
