"""A database of a test's own gets its tables."""

import secrets
import subprocess
import sys

from project import env as environment


def migrate(database_url: str, *to: str, broker_url: str, owner: str = "") -> None:
    """`broker_url`: or else the command would start a broker in the home that tests side by side have in common."""
    urls = {"DATABASE_URL": database_url, "OWNER_DATABASE_URL": owner, "BROKER_URL": broker_url}
    child = environment.for_child(**urls, SECRET_KEY=secrets.token_hex())
    command = [sys.executable, "-m", "project", "manage", "migrate", "--skip-checks", "--verbosity=0", *to]
    subprocess.run(command, env=child, cwd=environment.PROJECT_FOLDER, check=True)
