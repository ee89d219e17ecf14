"""How a setting is read from its text: each returns the value, or raises ValueError with what it must be."""

import re
import reprlib
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

DIGITS_MAX = 12
KEY_CHARACTERS_MIN, DIFFERENT_MIN = 50, 5
PASSWORD_CHARACTERS_MIN = 12


def folder(value: str) -> Path:
    """Its name stands in lines of other programs' files, so that it has none of its own."""
    try:
        path = Path(value).expanduser().absolute()
    except (RuntimeError, ValueError):
        raise ValueError("must be a folder") from None
    if not value.isprintable():
        raise ValueError("must be a folder whose name can be printed")
    return path


def names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def whole(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        is_number = value.isascii() and value.isdecimal() and len(value) <= DIGITS_MAX
        if not is_number or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {reprlib.repr(value)}")
        return int(value)

    return parse


def days_or_for_ever(value: str) -> int:
    if value == "0":
        return 0
    try:
        return whole(30, 36_500)(value)
    except ValueError:
        raise ValueError("must be 0 (for ever) or a whole number of days from 30 to 36500") from None


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {reprlib.repr(value)}")
        return value

    return parse


def host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
        raise ValueError(f"must be an address or a host's name, not {reprlib.repr(value)}")
    return value


def hosts(value: str) -> tuple[str, ...]:
    return tuple(name if name == "*" else host(name) for name in names(value))


def token(value: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("must be letters, digits and signs without blanks")
    return value


def key(value: str) -> str:
    """Whoever guesses it is an administrator."""
    if len(value) < KEY_CHARACTERS_MIN or len(set(value)) < DIFFERENT_MIN:
        raise ValueError(f"must have {KEY_CHARACTERS_MIN} characters or more, {DIFFERENT_MIN} of them different")
    return value


def origins(value: str) -> tuple[str, ...]:
    found = names(value)
    for one in found:
        parts = urlsplit(one)
        if parts.scheme != "https" or not parts.hostname or one != f"https://{parts.netloc}":
            raise ValueError(f"must be origins such as https://shop.example, not {reprlib.repr(one)}")
    return found


def networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(_network(one) for one in names(value))


def _network(value: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError(f"must be addresses or networks such as 10.0.0.0/8, not {reprlib.repr(value)}") from None


def dotted(value: str) -> str:
    if "." not in value or not all(part.isidentifier() for part in value.split(".")):
        raise ValueError(f"must be an import path such as package.module.function, not {reprlib.repr(value)}")
    return value


def import_paths(value: str) -> tuple[tuple[str, str], ...]:
    found = [one.partition("=") for one in names(value)]
    for name, equals, path in found:
        if not (equals and name.isidentifier() and len(name) <= 32):
            raise ValueError(
                f"must be names and import paths such as bank=package.module.function, not {reprlib.repr(value)}"
            )
        dotted(path)
    if len({name for name, _, _ in found}) < len(found):
        raise ValueError("must not name a provider twice")
    return tuple((name, path) for name, _, path in found)


def routes(value: str) -> tuple[tuple[str, str | None, str], ...]:
    """Store, lane and queue of each: see orders.journal.core.shares."""
    found = [re.fullmatch(r"([a-z0-9-]+|\*)(?:/(sales|stock))?=([a-z0-9-]+)", one) for one in names(value)]
    if not all(found):
        raise ValueError(f"must be stores and queues such as north=big or */stock=bulk, not {reprlib.repr(value)}")
    read = tuple((one[1], one[2], _queue(one[3])) for one in found if one)
    if len({whose[:2] for whose in read}) < len(read):
        raise ValueError("must not name a store twice")
    return read


def queues(value: str) -> tuple[str, ...]:
    return tuple(_queue(one) for one in names(value))


def _queue(name: str) -> str:
    """On Redis it is a key beside those of Celery; on RabbitMQ what stands before a dot is when a retry is to come."""
    if not re.fullmatch(r"[a-z0-9-]{1,32}", name) or name in ("io", "unacked"):
        raise ValueError(
            f"must name queues by small letters, digits and hyphens, and none io or unacked, not {reprlib.repr(name)}"
        )
    return name


def credentials(value: str) -> str:
    """Of one person: Flower would take a comma for the end of a password, and what follows for another name. Nobody
    counts how often a password is guessed there, so that it must not be one that can be."""
    name, colon, password = value.partition(":")
    if not (name and colon and password) or "," in value:
        raise ValueError("must be NAME:PASSWORD without a comma")
    if len(password) < PASSWORD_CHARACTERS_MIN or len(set(password)) < DIFFERENT_MIN:
        least = f"{PASSWORD_CHARACTERS_MIN} characters or more, {DIFFERENT_MIN} of them different"
        raise ValueError(f"must have a password of {least}")
    return value
