"""A terminal's row says what it sold, what of its numbers never arrived, and what is not settled."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.journal.admin.terminals import COLUMNS
from orders.journal.db.attempts import park
from orders.journal.db.reads.standing import standing
from orders.models import Command, Order, Terminal
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db
TERMINALS = "/admin/orders/terminal/"


def row(operator: Client, name: str = "till of corner") -> dict[str, Any]:
    """The columns of a terminal in the list."""
    answer = operator.get(TERMINALS)
    window = answer.context["cl"].model_admin
    [terminal] = [one for one in answer.context["cl"].result_list if one.name == name]
    return {column: getattr(window, column)(terminal) for column in COLUMNS}


def words(shown: str) -> str:
    return strip_tags(shown).strip()


def number(*sequences: int) -> None:
    """Give the commands the numbers that their till gave them."""
    with unguarded():
        for command, sequence in zip(Command.objects.order_by("seq"), sequences, strict=True):
            Command.objects.filter(id=command.id).update(sequence=sequence)


def test_what_it_sold_and_what_never_arrived(operator: Client, shop: Shop) -> None:
    assert row(operator) == {"last_sale": "-", "sales_today": "0", "missing": "", "pending": "0", "parked": "0"}
    paid = [shop.sale()[0] for _ in range(3)]
    execute(paid)
    shop.order(("TEA-80", 1))
    number(2, 5, 8)

    told = row(operator)

    assert told["sales_today"] == "3"
    assert words(told["missing"]) == "1, 3-4, 6-7"
    last = max(order.paid_at for order in Order.objects.all() if order.paid_at)
    assert words(told["last_sale"]) == last.strftime("%Y-%m-%d %H:%M:%S UTC")
    page = operator.get(reverse("admin:orders_terminal_change", args=[shop.caller.terminal_id])).content.decode()
    assert "1, 3-4, 6-7" in page


def test_yesterdays_sales_are_not_todays(operator: Client, shop: Shop) -> None:
    order_id, _ = shop.sale()
    execute([order_id])
    yesterday = timezone.now() - timedelta(days=1)
    with unguarded():
        Order.objects.update(business_day=yesterday.date(), paid_at=yesterday)

    assert row(operator)["sales_today"] == "0"
    assert words(row(operator)["last_sale"]).startswith(yesterday.date().isoformat())


def test_what_is_not_settled_leads_to_its_list(operator: Client, shop: Shop) -> None:
    order_id, parked = shop.sale()
    shop.sale()
    waiting = shop.submit(Kind.CANCEL, order_id)
    park(parked, "AssertionError")
    Command.objects.filter(id=waiting).update(blocked_by=parked)

    told = row(operator)

    assert ">2</a>" in told["pending"]
    assert ">1</a>" in told["parked"]
    for state, count in (("pending", 2), ("parked", 1)):
        address = told[state].split('"')[3].replace("&amp;", "&")
        assert len(operator.get(address).context["cl"].result_list) == count


def test_tills_of_one_name_in_two_stores_are_two(operator: Client, shop: Shop) -> None:
    other = open_shop("harbour")
    Terminal.objects.update(name="Till 1")
    order_id, _ = other.sale()
    execute([order_id])

    rows = operator.get(TERMINALS).context["cl"]
    sales = {one.store.code: rows.model_admin.sales_today(one) for one in rows.result_list}

    assert sales == {"corner": "0", "harbour": "1"}


def test_a_long_count_is_looked_at_from_its_end(shop: Shop) -> None:
    execute([shop.sale()[0] for _ in range(3)])
    number(2, 5, 8)

    [found] = standing([shop.caller.terminal_id], numbers_max=2).values()

    assert found.missing == [(6, 7)]


def test_a_page_of_any_length_takes_the_same_statements(operator: Client, shop: Shop) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            operator.get(TERMINALS)
        return len(asked)

    operator.get(TERMINALS)
    before = statements()
    for name in range(12):
        Terminal.objects.create(store_id=shop.store_id, name=f"Till {name}", role=Role.POS)

    assert statements() == before
