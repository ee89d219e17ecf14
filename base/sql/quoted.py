"""What a database error quotes of the row that it refused: among it may be what a customer pays with."""

import re

import psycopg
from django.db import Error

_DETAIL = re.compile(r"\nDETAIL:.*?(?=\n(?:HINT|CONTEXT|LINE \d+):|\Z)", re.DOTALL)


def quote_nothing(error: BaseException) -> None:
    """Take the quoted values out of the error and of the one that it wraps, before anybody logs or stores it."""
    for one in (error, error.__cause__):
        if isinstance(one, psycopg.Error | Error):
            one.args = tuple(_DETAIL.sub("", arg) if isinstance(arg, str) else arg for arg in one.args)
