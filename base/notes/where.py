"""Where notes are kept: on the broker, if it is one that keeps such things, or else in the database."""

from functools import cache

from django.conf import settings

from base.broker.choose import is_amqp
from base.notes.database import DatabaseNotes
from base.notes.port import Notes
from base.notes.redis import RedisNotes

POSTGRES = ("postgresql://", "postgres://")


def notes_url(broker_url: str, database_url: str) -> str:
    return database_url if is_amqp(broker_url) else broker_url


def url_of_notes() -> str:
    """This shop's."""
    return notes_url(settings.BROKER_URL, settings.DATABASE_URL)


@cache
def notes_at(url: str) -> Notes:
    return DatabaseNotes(url) if url.startswith(POSTGRES) else RedisNotes(url)
