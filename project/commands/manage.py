"""`./ringup manage ...`: Django's management commands."""

import os

from django.core.management import execute_from_command_line

from project import env as environment


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    if arguments[:1] == ["migrate"]:
        environment.override(STATEMENT_TIMEOUT_MS="0")  # building an index on a big table takes its time
    execute_from_command_line(["./ringup manage", *arguments])
    return 0
