"""The roles that compose makes are no superusers: one owns the tables, the other reads and writes their rows."""

import re
import secrets

import psycopg
import pytest
import yaml
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from project import env as environment
from project.stack.servers import Servers
from tests.support.processes.migrated import migrate

SCRIPT = yaml.safe_load((environment.PROJECT_FOLDER / "docker-compose.yml").read_text())["configs"]["roles"]["content"]
RIGHTS = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"


def test_the_owner_migrates_and_the_application_can_do_nothing_else(servers: Servers) -> None:
    name, password = f"keeper_{secrets.token_hex(4)}", secrets.token_hex()
    owner, application = f"{name}_owner", f"{name}_app"
    statements = re.search(r"<<'SQL'\n(.*)\nSQL\n", SCRIPT, re.DOTALL)
    assert statements is not None
    # The test's own superuser keeps its password.
    wanted = [one for one in statements[1].split(";") if one.strip() and "CURRENT_USER" not in one]
    with psycopg.connect(servers.database_url, autocommit=True) as superuser:
        try:
            for statement in wanted:
                named = re.sub(r":'\w+'", f"'{password}'", statement.replace("ringup", name))
                superuser.execute(named.encode())
            url = psycopg.conninfo.conninfo_to_dict(servers.database_url)
            urls = [
                f"postgresql://{role}:{password}@{url['host']}:{url['port']}/{name}" for role in (owner, application)
            ]
            migrate(urls[1], broker_url=servers.broker_url, owner=urls[0])
            for one in urls:
                with psycopg.connect(one) as connection:
                    assert connection.execute(RIGHTS.encode()).fetchone() == (False, False, False)
            with psycopg.connect(urls[1]) as process:
                assert process.execute("SELECT count(*) FROM inventory_store").fetchone() == (0,)
                with pytest.raises(InsufficientPrivilege):
                    process.execute("CREATE TEMPORARY TABLE mine (id integer)")
        finally:
            superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            for role in (application, owner):
                superuser.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
