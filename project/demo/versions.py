"""What the figures were measured with."""

import platform
import tomllib
from importlib.metadata import version

from django.db import connection

from base.broker.choose import broker_at
from project.env import PROJECT_FOLDER

LIBRARIES = ("django", "django-ninja", "celery", "kombu", "psycopg", "granian")


def read_versions(*, broker_url: str) -> dict[str, str]:
    """Server versions are asked of the servers."""
    project = tomllib.loads((PROJECT_FOLDER / "pyproject.toml").read_text())["project"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgresql,) = cursor.fetchone()
    return {
        "ringup": project["version"],
        "python": platform.python_version(),
        "postgresql": postgresql.split()[0],
        "broker": broker_at(broker_url).version(within_s=5),
        **{name: version(name) for name in LIBRARIES},
    }
