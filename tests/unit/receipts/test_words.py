"""Receipts speak the language of the store's locale, in every language alike."""

from string import Formatter

import pytest
from wcwidth import wcswidth

from orders.commands.core.tenders import Method
from orders.receipts.text import COLUMNS
from orders.receipts.words import FALLBACK, Words, words, words_of

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")


def _said(of: Words) -> dict[str, str]:
    return {name: getattr(of, name) for name in Words.__slots__ if name != "language"}


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_with_the_same_places(language: str) -> None:
    assert set(words()) == set(LANGUAGES)
    english = _said(words()[FALLBACK])
    for name, said in _said(words()[language]).items():
        assert said == said.strip() != "", name
        assert _places(said) == _places(english[name]), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amount_stands_beside_each_label(language: str) -> None:
    for name, said in _said(words()[language]).items():
        if not _places(said) and not said.endswith("."):
            assert wcswidth(said) <= COLUMNS - len(" 123.456,78 €"), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_has_a_name_of_its_own(language: str) -> None:
    assert len({words()[language].method(method) for method in Method}) == len(Method)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de-AT", "de"), ("DE-ch", "de"), ("pt-BR", "pt"), ("en-GB", "en"), ("ja", "en"), ("deu", "en")],
)
def test_a_locale_begins_with_its_language(locale: str, language: str) -> None:
    assert words_of(locale).language == language
