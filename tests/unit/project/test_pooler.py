"""What docs/pgbouncer.md tells is what its tests run."""

import re
from io import StringIO

from django.core.management import call_command

from project.env import PROJECT_FOLDER
from project.pooler import connect_query
from project.stack.embedded.pgbouncer import CONFIGURATION, CONSOLE

PAGE = (PROJECT_FOLDER / "docs" / "pgbouncer.md").read_text()


def test_the_pages_settings_are_those_that_are_run() -> None:
    (written,) = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    assert written == CONFIGURATION.format(
        name="ringup",
        host="db.example",
        port=5432,
        connect_query=connect_query(),
        listen_addr="*",
        listen_port=6432,
        auth_file="/etc/pgbouncer/userlist.txt",
        console=CONSOLE,
        pool_size=20,
    )


def test_a_command_prints_what_pgbouncer_has_to_be_told() -> None:
    said = StringIO()
    call_command("connect_query", stdout=said)
    assert said.getvalue() == f"{connect_query()}\n"
