"""A bulk request begins as its caller's of a moment ago; whether he still is who he was, its first statement tells."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from base.sql.sets import cursor
from inventory.models import Store
from orders.commands.core.roles import Role
from orders.models import Command, Terminal, TerminalKey
from orders.terminals.db.keys import create_terminal, revoke_terminal
from orders.terminals.db.reads import STILL_SO
from tests.support.network.statements import rewritten
from tests.support.shop.shop import Shop, open_shop
from tests.support.shop.till import Till

NAME = "Till 7"
GOODS = {"kind": "receive", "body": {"items": [{"sku": "TEA-80", "quantity": 1, "location": "shop"}]}}


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


@pytest.fixture
def till(shop: Shop) -> Till:
    """One whose calls were let through a moment ago."""
    till = Till(create_terminal(store_id=shop.store_id, name=NAME, role=Role.BACKOFFICE))
    assert till.post("/commands", [{**GOODS, "key": "before"}]).status == 202
    return till


@pytest.mark.parametrize("path", ["/commands", "/commands?dry_run=true"])
@pytest.mark.parametrize("items", [[{**GOODS, "key": "after"}], [], {}])
def test_who_was_revoked_is_refused_at_once_whatever_he_sends(till: Till, shop: Shop, items: Any, path: str) -> None:
    revoke_terminal(store_id=shop.store_id, name=NAME)
    refused = till.post(path, items)
    assert (refused.status, refused.code) == (401, "key_invalid")
    assert Command.objects.count() == 1


def ended() -> None:
    TerminalKey.objects.filter(terminal__name=NAME).update(valid_until=timezone.now() - timedelta(seconds=1))


def deleted() -> None:
    TerminalKey.objects.filter(terminal__name=NAME).delete()


@pytest.mark.parametrize("end", [ended, deleted])
def test_a_key_that_has_ended_is_refused_at_once(till: Till, end: Callable[[], None]) -> None:
    end()
    assert till.post("/commands", [{**GOODS, "key": "after"}]).status == 401


def test_a_role_is_another_one_at_once(till: Till) -> None:
    Terminal.objects.filter(name=NAME).update(role=Role.POS)
    (item,) = till.post("/commands", [{**GOODS, "key": "after"}]).body["items"]
    assert (item["status"], item["problem"]["code"]) == ("refused", "role_not_allowed")
    Terminal.objects.filter(name=NAME).update(role=Role.AUDITOR)
    assert till.post("/commands", [{**GOODS, "key": "after"}]).status == 403
    Terminal.objects.filter(name=NAME).update(role=Role.BACKOFFICE)
    assert till.post("/commands", [{**GOODS, "key": "after"}]).status == 202


def test_history_names_a_terminal_as_it_is_called_now(till: Till) -> None:
    Terminal.objects.filter(name=NAME).update(name="Till 8")
    assert till.post("/commands", [{**GOODS, "key": "after"}]).status == 202
    assert Command.objects.get(key="after").issued_by == "Till 8"


def test_a_store_has_its_currency_at_once(till: Till, shop: Shop) -> None:
    Store.objects.filter(pk=shop.store_id).update(currency="EUR")
    lines = [{"sku": "TEA-80", "quantity": 1}]
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": lines}
    body = {"tenders": [{"method": "card", "amount_minor": 1}]}
    (item,) = till.post("/commands", [{"key": "after", "kind": "pay", "order": order, "body": body}]).body["items"]
    assert item["problem"]["code"] == "currency_mismatch"


def test_a_store_that_leaves_takes_nothing_more_at_once(till: Till, shop: Shop) -> None:
    seller = Till(create_terminal(store_id=shop.store_id, name="Till 8", role=Role.SUPERVISOR))
    paid, unpaid = (f"/orders/{shop.order(('TEA-80', 1))}/pay" for _ in range(2))
    card = {"tenders": [{"method": "card", "amount_minor": 250}]}
    assert seller.post(paid, card, key="paid").status == 202
    Store.objects.filter(pk=shop.store_id).update(leaving_at=timezone.now())
    for refused in (till.post("/commands", [{**GOODS, "key": "after"}]), seller.post(unpaid, card, key="unpaid")):
        assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "store_moving", "1")
    assert Command.objects.count() == 2
    Store.objects.filter(pk=shop.store_id).update(leaving_at=None)
    assert seller.post(unpaid, card, key="unpaid").status == 202


def test_its_first_statement_finds_a_connection_that_lives(till: Till, own_database: str) -> None:
    with psycopg.connect(own_database) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (cursor().connection.info.backend_pid,))
    assert till.post("/commands", [{**GOODS, "key": "after"}]).status == 202


def test_in_a_transaction_no_other_connection_is_taken(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    read, broken = "json_agg(code ORDER BY priority, id)", "json_agg(pg_terminate_backend(pg_backend_pid()))"
    rewritten(monkeypatch, read, broken, about=STILL_SO)
    refused = till.post("/commands?dry_run=true", [{**GOODS, "key": "after"}])
    assert (refused.status, refused.code) == (503, "database_unavailable")
