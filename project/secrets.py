"""What nobody may read who reads the log or an order: every secret of this process, in the forms that it is met in."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from base.hidden import HIDDEN, LENGTH_MIN
from orders.terminals.core import PREFIX
from project.env import Env

TERMINAL_KEY = re.compile(PREFIX + r"[A-Za-z0-9_-]{16,}")
WRITTEN_PASSWORD = re.compile(r"^\w+://[^:@/]*:([^@/]*)@|[?&](?:ssl)?password=([^&]*)")
"""Of a database URL: that of the login ends at an @ or a /, and may have any other sign in it."""


def secrets_of(env: Env) -> tuple[str, ...]:
    """The longest first, so that no part of one stays where another was hidden."""
    plain = {env.secret_key, env.stripe_api_key, env.flower_basic_auth.partition(":")[2]}
    for database in (env.database_url, env.database_read_url, env.owner_database_url):
        plain.update(_of_database(database))
    for address in (env.broker_url, env.accounting_url):
        plain.update(_of_address(address))
    if login := urlsplit(env.accounting_url).netloc.rpartition("@")[0]:
        plain.add(b64encode(unquote(login).encode()).decode())  # as HTTP sends it
    forms = plain | {json.dumps(one)[1:-1] for one in plain}
    return tuple(sorted((one for one in forms if len(one) >= LENGTH_MIN), key=len, reverse=True))


def without_secrets(secrets: tuple[str, ...]) -> Any:
    """The last step of a log line: whoever wrote it, and whatever an exception in it says."""

    def hide(_logger: Any, _name: str, line: str) -> str:
        for secret in secrets:
            line = line.replace(secret, HIDDEN)
        return TERMINAL_KEY.sub(PREFIX + HIDDEN, line)

    return hide


def without_query(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Of a request its method: its path stands in the sentence, and what follows the path may be anything."""
    if request := event.pop("request", None):
        event["method"] = getattr(request, "method", None)
    return event


def _of_database(url: str) -> Iterator[str]:
    """As libpq reads them, and as they are written."""
    given = conninfo_to_dict(url)
    yield from (str(given[name]) for name in ("password", "sslpassword") if given.get(name))
    yield from (one for found in WRITTEN_PASSWORD.findall(url) for one in found if one)


def _of_address(address: str) -> Iterator[str]:
    parts = urlsplit(address)
    yield from (value for name, value in parse_qsl(parts.query) if name == "password")
    login, has_login, _ = parts.netloc.rpartition("@")
    if has_login:
        password = login.partition(":")[2]
        yield from (password, unquote(password))
