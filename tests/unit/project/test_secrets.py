"""What is secret is found in each of its forms, and nothing else is hidden."""

import pytest

from project.env import read
from project.secrets import secrets_of, without_query, without_secrets

SECRET_KEY = "0123456789" * 5
AS_SENT = "dGlsbDpzM2NyZXQvd29yZA=="


@pytest.mark.parametrize(
    ("name", "value", "secrets"),
    [
        ("DATABASE_URL", "postgresql://till:s3cret-word@db/shop", {"s3cret-word"}),
        ("DATABASE_URL", "postgresql://till@db/shop?password=s3cret-word", {"s3cret-word"}),
        ("DATABASE_URL", "postgresql://till:s3cret?w#rd@one,two/shop", {"s3cret?w#rd"}),
        ("DATABASE_URL", "postgresql://till:s3cret%2Fword@db/shop", {"s3cret%2Fword", "s3cret/word"}),
        (
            "DATABASE_URL",
            "postgresql://till@db/shop?password=s3cret+w%40rd&sslpassword=0ther-word",
            {"s3cret+w%40rd", "s3cret+w@rd", "0ther-word"},
        ),
        ("BROKER_URL", "redis://broker:6379/0?password=s3cret-word", {"s3cret-word"}),
        ("BROKER_URL", "redis://:s3cret-word@broker:6379/0", {"s3cret-word"}),
        ("BROKER_URL", "amqps://shop:s3cret%2Fword@broker/shop", {"s3cret%2Fword", "s3cret/word"}),
        (
            "ACCOUNTING_URL",
            "https://till:s3cret%2Fword@books",
            {"s3cret%2Fword", "s3cret/word", "dGlsbDpzM2NyZXQvd29yZA=="},
        ),
        ("STRIPE_API_KEY", "sk_test_4eC39HqLyjWDarjtT1", {"sk_test_4eC39HqLyjWDarjtT1"}),
        ("FLOWER_BASIC_AUTH", "flower:s3cret-word-of-ours", {"s3cret-word-of-ours"}),
        ("DATABASE_URL", "postgresql://till:till@db/shop", set()),
    ],
)
def test_forms(name: str, value: str, secrets: set[str]) -> None:
    found = set(secrets_of(read({"SECRET_KEY": SECRET_KEY, name: value}))) - {SECRET_KEY}
    assert found == secrets


def test_a_line_loses_secrets_and_keys_of_terminals() -> None:
    hide = without_secrets(("s3cret-word",))
    key = "rk_OWMMNmNBokiBFCew6XfDkMmWjhfiikobBJTmHTHLVkg"
    assert hide(None, "", f'{{"event": "s3cret-word of {key}, rk_short"}}') == '{"event": "*** of rk_***, rk_short"}'


def test_a_request_loses_its_query() -> None:
    assert without_query(None, "", {"event": "Not Found: /x", "request": object()}) == {
        "event": "Not Found: /x",
        "method": None,
    }
