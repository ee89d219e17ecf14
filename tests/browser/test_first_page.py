"""The first page, for a stranger and for an operator: it can be read, and it renews itself."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password

from tests.browser.test_looks import WIDTHS, look
from tests.support.browser.shop import Counter

PASSWORD = "a long way to Tipperary"
RENEWED_EVERY_MS = 15_000

_USER = """
    INSERT INTO auth_user (username, password, is_staff, is_superuser, is_active, first_name, last_name, email,
        date_joined) VALUES ('olga', %s, true, true, true, '', '', '', now())
    ON CONFLICT (username) DO NOTHING
"""
_STORE = """
    INSERT INTO inventory_store (code, name, currency, time_zone, day_starts_at, created_at)
    VALUES (%s, 'Fresh', 'GBP', 'UTC', '00:00', now())
"""


@pytest.fixture
def database(counter: Counter) -> Iterator[psycopg.Connection]:
    with psycopg.connect(counter.served.database_url, autocommit=True) as connection:
        connection.execute(_USER, (make_password(PASSWORD),))
        yield connection


@pytest.mark.parametrize(("scheme", "width"), [("light", "wide"), ("dark", "narrow")])
def test_it_can_be_read_and_renews_itself(
    counter: Counter, database: psycopg.Connection, new_context: Callable[..., Any], scheme: str, width: str
) -> None:
    size = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    page = new_context(color_scheme=scheme, viewport=size, bypass_csp=True).new_page()
    page.clock.install()
    page.goto(f"{counter.served.url}/")
    page.get_by_text("It runs.").wait_for()
    look(page)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Username").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("no commands are parked").wait_for()
    look(page)
    database.execute(_STORE, (f"fresh-{scheme}",))
    page.clock.fast_forward(RENEWED_EVERY_MS)
    page.get_by_text(f"fresh-{scheme} cannot sell yet: it has no till and no product.").wait_for()
