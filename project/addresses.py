"""Addresses of servers in the environment. No error repeats the value: it may hold a password."""

from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

POSTGRES = ("postgresql://", "postgres://")
AS_POSTGRES_READS_IT = "postgresql://name:password@host:port/database?sslmode=require"
PORT_MAX = 65_535
BAD_PORT = f"must have a port from 1 to {PORT_MAX}, or none"


def url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        try:
            parts = urlsplit(value)
            complete = bool(parts.hostname) and is_plain(value)
        except ValueError:
            complete = False
        if not complete or parts.scheme not in schemes:
            raise ValueError(f"must be a URL that begins with {' or '.join(f'{s}://' for s in schemes)}")
        if not _has_a_port_that_there_is(parts):
            raise ValueError(BAD_PORT)
        return value

    return parse


def _has_a_port_that_there_is(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def database(value: str) -> str:
    """As libpq reads it: several hosts, sockets, services and options as well."""
    import psycopg  # who has no database need not have it in memory: Flower, the accounting simulator
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(value) if value.startswith(POSTGRES) and is_plain(value) else {}
    except psycopg.Error:
        raise ValueError(f"must be a URL that PostgreSQL can read, as {AS_POSTGRES_READS_IT}") from None
    if not given:
        raise ValueError(f"must be a URL that begins with {' or '.join(POSTGRES)}, without blanks")
    ports = [port for port in str(given.get("port") or "").split(",") if port]
    if not all(port.isdecimal() and 0 < int(port) <= PORT_MAX for port in ports):
        raise ValueError(BAD_PORT)
    if "@" in str(given.get("host") or ""):
        raise ValueError("must have an @ of its password written as %40")
    return value


def changed(url: str, **parameters: str | int) -> str:
    """A database URL with other parameters, by the names that libpq has for them. All but the database's name is spelt
    in the query, where libpq finds it as well: several hosts, sockets and odd signs in a password survive."""
    from psycopg.conninfo import conninfo_to_dict  # as above

    given = {**conninfo_to_dict(url), **parameters}
    name = quote(str(given.pop("dbname", "")), safe="")
    return f"postgresql:///{name}?{urlencode(given, quote_via=quote)}"


def broker(value: str) -> str:
    """With TLS a certificate is asked for; of Redis, unless the URL says otherwise. Celery by itself would take any."""
    parts = urlsplit(url("redis", "rediss", "amqp", "amqps")(value))
    if parts.scheme.startswith("amqp"):
        if parts.query or "/" in parts.path[1:]:
            raise ValueError("must end with the name of a virtual host, such as /ringup, a / in it written as %2F")
        return value
    number = parts.path.strip("/")
    if number and not (number.isascii() and number.isdecimal()):
        raise ValueError("must end with the number of a database, such as /0")
    if parts.scheme == "rediss" and "ssl_cert_reqs" not in dict(parse_qsl(parts.query)):
        return parts._replace(query=urlencode([*parse_qsl(parts.query), ("ssl_cert_reqs", "required")])).geturl()
    return value


def is_plain(value: str) -> bool:
    return value.isprintable() and " " not in value


def without_login(value: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(value)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
