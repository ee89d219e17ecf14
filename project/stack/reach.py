"""Whether the servers of one's own answer, before anything is begun with them.

What is wrong is a sentence that names the setting. It repeats nothing that the address holds but the host: a password
may be in it.
"""

import psycopg
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerError
from psycopg.conninfo import conninfo_to_dict

from base.causes import why
from project.messaging.broker import limits
from project.stack.embedded.child import ServerFailed

ANSWERS_WITHIN_S = 5


def ask_database(url: str, *, setting: str = "DATABASE_URL") -> None:
    """Raises ServerFailed. libpq looks at most parameters only now."""
    within = conninfo_to_dict(url).get("connect_timeout") or str(ANSWERS_WITHIN_S)
    try:
        psycopg.connect(url, connect_timeout=within).close()
    except psycopg.Error as error:
        raise ServerFailed(f"{setting}: the database cannot be used: {why(error)}") from None


def ask_broker(url: str) -> None:
    """Raises ServerFailed. A parameter that nobody knows is a TypeError, its value a KeyError."""
    try:
        with Connection(url, **limits(url, ANSWERS_WITHIN_S)) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=ANSWERS_WITHIN_S)
    except (TypeError, KeyError) as error:
        what = str(error).rpartition(" ")[2]
        raise ServerFailed(f"BROKER_URL: the broker cannot be used: nobody knows {what}") from None
    except (BrokerError, KombuError, ValueError, OSError) as error:
        raise ServerFailed(f"BROKER_URL: the broker cannot be used: {why(error)}") from None
