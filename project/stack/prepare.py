"""`python -m project.stack.prepare [--demo]`: migrations, static files, and with `--demo` a store in an empty database.

What a person should do next goes to standard output, a line each.

Keys exist in readable form only in RINGUP_HOME/keys.json.
"""

import json
import os
import secrets
import sys

import django

from project import env as environment
from project.imports import check_outside, check_rules
from project.stack.home import write_private
from project.upgrade.grants import CannotGrant, granting

ADMIN_NAME = "admin"
NEXT = (
    'the database has no store yet; next: ./ringup manage create_store north "North Street" GBP, '
    "then ./ringup manage createsuperuser"
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    env = environment.current()
    owner = env.owner_database_url or env.database_url
    environment.override(DATABASE_URL=owner, STATEMENT_TIMEOUT_MS="0", DATABASE_POOL="0")
    django.setup()
    from django.core.management import CommandError, call_command

    environment.insist(check_rules)
    environment.insist(check_outside)
    check_accounting()
    try:
        with granting(owner, to=env.database_url):
            call_command("migrate", verbosity=0, interactive=False)
    except (CommandError, CannotGrant) as error:
        environment.stop(str(error))
    call_command("collectstatic", verbosity=0, interactive=False)
    is_empty = not has_a_store()
    if is_empty and "--demo" in sys.argv[1:]:
        provision()
    elif is_empty:
        print(NEXT)


def check_accounting() -> None:
    """An adapter that cannot read its address stops the start."""
    from workers.upkeep import accounting

    try:
        accounting()
    except ValueError as error:
        environment.stop(f"ACCOUNTING_ADAPTER cannot be used: {error}")


def has_a_store() -> bool:
    from inventory.models import Store

    return bool(Store.objects.exists())


def provision() -> None:
    """The keys are written before the commit: a store whose keys nobody knows would be of no use."""
    from django.db import transaction

    with transaction.atomic():
        _provision()


def _provision() -> None:
    from django.contrib.auth.models import User

    from project.demo.provision import provision_demo

    keys = provision_demo()
    password = secrets.token_urlsafe(18)
    User.objects.create_superuser(ADMIN_NAME, password=password)
    keys["admin"] = {"name": ADMIN_NAME, "password": password}
    write_private(environment.current().ringup_home / "keys.json", json.dumps(keys, indent=2) + "\n")


if __name__ == "__main__":
    main()
