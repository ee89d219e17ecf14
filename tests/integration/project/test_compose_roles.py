"""The role that compose makes for the application is no superuser, and suffices."""

import re
import secrets

import psycopg
import yaml
from psycopg import sql

from project import env as environment
from project.stack.servers import Servers
from tests.support.processes.migrated import migrate

SCRIPT = yaml.safe_load((environment.PROJECT_FOLDER / "docker-compose.yml").read_text())["configs"]["roles"]["content"]


def test_the_owner_of_the_database_migrates_it_and_can_do_nothing_elsewhere(servers: Servers) -> None:
    name, password = f"keeper_{secrets.token_hex(4)}", secrets.token_hex()
    statements = re.search(r"<<'SQL'\n(.*)\nSQL\n", SCRIPT, re.DOTALL)
    assert statements is not None
    # The test's own superuser keeps its password.
    wanted = [one for one in statements[1].split(";") if one.strip() and "CURRENT_USER" not in one]
    with psycopg.connect(servers.database_url, autocommit=True) as superuser:
        try:
            for statement in wanted:
                named = statement.replace("ringup", name).replace(":'password'", f"'{password}'")
                superuser.execute(named.encode())
            url = psycopg.conninfo.conninfo_to_dict(servers.database_url)
            owned = f"postgresql://{name}:{password}@{url['host']}:{url['port']}/{name}"
            migrate(owned, broker_url=servers.broker_url)
            with psycopg.connect(owned) as owner:
                rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
                assert owner.execute(rights.encode()).fetchone() == (False, False, False)
        finally:
            superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            superuser.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
