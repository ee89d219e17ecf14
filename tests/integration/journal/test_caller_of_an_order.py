"""A sale in two calls begins as its caller's of a moment ago, too; whether he still is who he was, the first statement
of each call tells."""

from typing import Any

import psycopg
import pytest

from base.sql.sets import cursor
from orders.commands.core.roles import Role
from orders.models import Command, Order, Terminal
from orders.terminals.db.keys import create_terminal, revoke_terminal
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop
from tests.support.shop.till import Till

NAME = "Till 7"
ORDER = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
PAY = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
NOBODYS = "0199c0de-0000-7000-8000-000000000000"
PAID, UNPAID = "/orders/{paid}/pay", "/orders/{unpaid}/pay"


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(create_terminal(store_id=shop.store_id, name=NAME, role=Role.POS))


@pytest.fixture
def orders(till: Till) -> dict[str, str]:
    """Their ids; the till's calls were let through a moment ago."""
    paid, unpaid = (till.post("/orders", ORDER).body["id"] for _ in range(2))
    assert till.post(f"/orders/{paid}/pay", PAY, key="before").status == 202
    return {"paid": paid, "unpaid": unpaid}


@pytest.mark.parametrize(
    ("path", "body", "key"),
    [
        ("/orders", ORDER, None),
        ("/orders?dry_run=true", ORDER, None),
        ("/orders?colour=red", ORDER, None),
        ("/orders", {}, None),
        ("/orders", b"[", None),
        ("/orders", {**ORDER, "tax_exempt": True}, None),
        ("/orders", {**ORDER, "lines": [{"sku": "NONE", "quantity": 1}]}, None),
        (UNPAID, PAY, "after"),
        (UNPAID, PAY, None),
        (UNPAID, {}, "after"),
        (UNPAID, PAY, "before"),
        (PAID, PAY, "before"),
        (PAID, {}, "before"),
        (f"/orders/{NOBODYS}/pay", PAY, "after"),
    ],
)
def test_who_was_revoked_is_told_that_and_nothing_else(
    till: Till, shop: Shop, orders: dict[str, str], path: str, body: Any, key: str | None
) -> None:
    revoke_terminal(store_id=shop.store_id, name=NAME)
    refused = till.post(path.format(**orders), body, key=key)
    assert (refused.status, refused.code) == (401, "key_invalid")
    assert (Order.objects.count(), Command.objects.count()) == (2, 1)


def test_history_names_a_terminal_as_it_is_called_now(till: Till, orders: dict[str, str]) -> None:
    Terminal.objects.filter(name=NAME).update(name="Till 8")
    assert till.post(UNPAID.format(**orders), PAY, key="after").status == 202
    assert Command.objects.get(key="after").issued_by == "Till 8"
    made = till.post("/orders", ORDER)
    assert made.status == 201
    assert Order.objects.get(id=made.body["id"]).created_by == "Till 8"


def test_a_role_is_another_one_at_once(till: Till, orders: dict[str, str]) -> None:
    Terminal.objects.filter(name=NAME).update(role=Role.AUDITOR)
    assert till.post("/orders", ORDER).status == 403
    assert till.post(UNPAID.format(**orders), PAY, key="after").status == 403
    assert (Order.objects.count(), Command.objects.count()) == (2, 1)


def test_what_was_answered_once_is_answered_again(till: Till, orders: dict[str, str]) -> None:
    again = till.post(PAID.format(**orders), PAY, key="before")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (202, "true")
    assert till.post(UNPAID.format(**orders), PAY, key="before").code == "idempotency_key_reused"
    assert till.post(f"/orders/{NOBODYS}/pay", PAY, key="after").code == "order_not_found"


@pytest.mark.parametrize("path", ["/orders", UNPAID])
def test_the_first_statement_finds_a_connection_that_lives(
    till: Till, orders: dict[str, str], own_database: str, path: str
) -> None:
    with psycopg.connect(own_database) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (cursor().connection.info.backend_pid,))
    body, key = (ORDER, None) if path == "/orders" else (PAY, "after")
    assert till.post(path.format(**orders), body, key=key).status in (201, 202)
