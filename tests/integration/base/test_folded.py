"""The database folds words as Unicode has it, in any locale."""

import unicodedata
from typing import Literal, get_args

import psycopg
import pytest

from base.sql.sets import cursor
from project.stack.servers import Servers, passing_database

_FOLDED = "SELECT array_agg(ringup_folded(one) ORDER BY at) FROM unnest(%s::text[]) WITH ORDINALITY AS given (one, at)"
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
LETTERS = [chr(n) for n in range(0x21, 0x1F000) if unicodedata.category(chr(n)).startswith("L")]


def folded(words: list[str]) -> list[str]:
    row = cursor().execute(_FOLDED, (words,)).fetchone()
    assert row is not None
    return list(row[0])


@pytest.mark.django_db
@pytest.mark.parametrize("form", get_args(Form))
def test_a_letter_is_the_same_in_either_case_and_any_form(form: Form) -> None:
    plain = folded(LETTERS)
    for change in (str, str.casefold, str.lower):
        changed = folded([unicodedata.normalize(form, change(letter)) for letter in LETTERS])
        assert [letter for letter, one, other in zip(LETTERS, plain, changed, strict=True) if one != other] == []


@pytest.mark.django_db
def test_what_is_folded_is_folded() -> None:
    plain = folded(LETTERS)
    assert folded(plain) == plain


@pytest.mark.django_db
def test_the_servers_locale_makes_no_difference(servers: Servers) -> None:
    """One that knows no letter beyond ASCII."""
    plain = folded(LETTERS)
    row = cursor().execute("SELECT pg_get_functiondef('ringup_folded'::regproc)").fetchone()
    assert row is not None
    with (
        passing_database(servers.database_url, template="template0 LOCALE 'C' LOCALE_PROVIDER libc") as url,
        psycopg.connect(url) as plain_server,
    ):
        plain_server.execute(row[0].encode())
        assert plain_server.execute(_FOLDED, (LETTERS,)).fetchone() == (plain,)
