"""What an operator looks for is found, by an index."""

from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from orders.commands.core.machine import Kind
from orders.journal.admin.found import of_order
from orders.journal.db.attempts import park
from orders.models import Command, InvoiceNumber, Order
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db
COMMANDS = "/admin/orders/command/"


def test_parked_commands_come_first_with_their_error_and_the_rest_of_the_open_ones_after(
    operator: Client, shop: Shop
) -> None:
    pending = shop.sale()[1]
    _, parked = shop.sale()
    park(parked, "AssertionError: the scales disagree")
    settled, _ = shop.sale()
    execute([settled], helps=False)

    answer = operator.get(COMMANDS)

    assert [command.id for command in answer.context["cl"].result_list] == [parked, pending]
    assert "AssertionError: the scales disagree" in answer.content.decode()


def test_a_command_is_found_by_its_id_and_its_key_and_an_orders_commands_by_its_id_and_its_number(
    operator: Client, shop: Shop
) -> None:
    order_id, paid = shop.sale()
    execute([order_id], helps=False)
    refused, pending = shop.pay(order_id, key="again"), shop.submit(Kind.CANCEL, order_id)
    Command.objects.filter(id=refused).update(
        state="rejected", outcome_code="order_already_paid", settled_at=timezone.now()
    )
    shop.sale()
    number = str(Order.objects.get(id=order_id).number)

    def found(term: str) -> list[UUID]:
        return [one.id for one in operator.get(COMMANDS, {"is": "all", "q": term}).context["cl"].result_list]

    assert found(str(order_id)) == found(number) == [pending, refused, paid]
    assert found(str(refused)) == found("again") == [refused]
    assert found(Command.objects.get(id=paid).key) == [paid]
    for nothing in ("no such key", "9" * 30, "'", '"', str(uuid7())):
        assert found(nothing) == []


@pytest.mark.parametrize("state", [{}, {"is": "all"}])
def test_what_was_settled_is_found_from_the_open_tab_too(operator: Client, shop: Shop, state: dict[str, str]) -> None:
    order_id, paid = shop.sale()
    execute([order_id], helps=False)
    order = Order.objects.get(id=order_id)
    invoice_number = InvoiceNumber.objects.get(order=order_id).number

    for term in (str(paid), Command.objects.get(id=paid).key, str(order.number), invoice_number, shop.caller.name):
        found = operator.get(COMMANDS, {"q": term, **state}).context["cl"].result_list
        assert [one.id for one in found] == [paid], term


def test_who_finds_nothing_in_one_state_is_shown_the_way_to_all(operator: Client, shop: Shop) -> None:
    order_id, paid = shop.sale()
    execute([order_id], helps=False)

    empty = operator.get(COMMANDS, {"is": "parked", "q": str(paid)})

    (told,) = empty.context["messages"]
    assert f"?q={paid}&amp;is=all" in str(told)


def test_a_search_that_no_row_can_answer_is_no_failure(operator: Client) -> None:
    assert operator.get(COMMANDS, {"q": "\x00"}).status_code == 200


def test_who_finds_nothing_is_told_what_can_be_looked_for_and_not_to_make_a_command(operator: Client) -> None:
    told = operator.get(COMMANDS, {"q": "Zanzibar"}).content.decode()
    assert "Nothing is found by &quot;Zanzibar&quot;" in told
    assert "What can be looked for: Id of a command or an order" in told
    assert "Create a new item" not in told


def test_an_orders_commands_are_found_by_indexes_alone(shop: Shop) -> None:
    order_id, _ = shop.sale()

    plan = Command.objects.filter(of_order(order_id)).order_by("seq").explain()

    assert "command_unapplied" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("by", ["number", "id", "invoice number", "credit note", "reference"])
def test_an_order_is_found_by(operator: Client, shop: Shop, by: str) -> None:
    order_id, _ = shop.sale()
    shop.submit(Kind.CANCEL, order_id)
    execute([order_id], helps=False)
    with unguarded():
        Order.objects.filter(id=order_id).update(reference="receipt 81")
    order = Order.objects.get(id=order_id)
    shop.sale()
    terms = {
        "number": order.number,
        "id": order_id,
        "invoice number": order.invoice.number,
        "credit note": InvoiceNumber.objects.get(credit_note__order=order).number,
        "reference": "receipt 81",
    }

    found = operator.get("/admin/orders/order/", {"q": str(terms[by])}).context["cl"].result_list

    assert [one.id for one in found] == [order_id]


def test_a_movement_is_found_by_its_sku_its_order_and_its_reference(operator: Client, shop: Shop) -> None:
    order_id, _ = shop.sale(("TEA-80", 1))
    delivery = shop.submit(
        Kind.RECEIVE, items=[{"sku": "MUG-RED", "quantity": 5, "location": "shop"}], reference="PO 7"
    )
    execute([order_id, shop.store_id], helps=False)

    def found(term: str) -> list[tuple[str, int]]:
        shown = operator.get("/admin/inventory/stockmovement/", {"q": term}).context["cl"].result_list
        return [(one.level.product.sku, one.quantity_change) for one in shown]

    assert Command.objects.get(id=delivery).state == "succeeded"
    assert found("TEA-80") == [("TEA-80", -1), ("TEA-80", 10)]
    assert found(str(order_id)) == [("TEA-80", -1)]
    assert found('"PO 7"') == found("PO 7") == [("MUG-RED", 5)]


def test_the_pool_is_counted_by_store_and_state(operator: Client, shop: Shop) -> None:
    order_id, _ = shop.sale()
    execute([order_id], helps=False)

    pool = operator.get(reverse("admin:orders_invoicenumber_changelist")).context["pool"]

    [row] = [dict(zip(pool["headers"], row, strict=True)) for row in pool["rows"] if row[0] == "corner"]
    assert (row["free"], row["assigned"], row["posted"], row["void"]) == (199, 1, 0, 0)
    assert (row["low mark"], row["target"]) == (settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET)
    assert (row["sales without one"], row["entries not posted"], row["minutes to empty"]) == (0, 1, "-")
