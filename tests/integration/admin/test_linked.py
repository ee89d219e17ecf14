"""An order, its payments, papers, credit notes, and the drawer and closing of its money: each is told on a page, and
leads to the others."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from inventory.models import Product
from orders.commands.core.machine import Kind
from orders.models import Closing, CreditNote, Drawer, DrawerMovement, Order, Payment
from tests.integration.admin.test_as_written import words
from tests.integration.admin.test_windows import KEPT, WINDOWS, changelist, page
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db

ERIKA = {"name": "Erika Mustermann", "tax_id": "DE1", "address": "Heidestr. 17\n51147 Köln", "email": "e@example.com"}
PRICE_MINOR = 7_654_321
"""That nobody would write so."""


@pytest.fixture
def sold(shop: Shop) -> UUID:
    """Paid in cash in a drawer, one of two brought back, and the drawer closed with what differs."""
    shop.submit(Kind.DRAWER_OPEN, drawer_id=shop.caller.terminal_id, float_minor=10_000)
    run_drawer(shop.caller.terminal_id)
    order_id = shop.order(("POSTAGE", 2))
    Order.objects.filter(id=order_id).update(customer=ERIKA, cashier="Robin")
    total = Order.objects.get(id=order_id).total_minor
    shop.submit(Kind.PAY, order_id, tenders=[{"method": "cash", "amount_minor": total}], cashier="Alex")
    back = [{"sku": "POSTAGE", "quantity": 1, "condition": "sellable"}]
    execute([order_id])
    shop.submit(Kind.RETURN, order_id, lines=back, cashier="Kim")
    execute([order_id])
    shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=shop.caller.terminal_id, amount_minor=-5_000, reason="to the bank")
    shop.submit(
        Kind.DRAWER_CLOSE, drawer_id=shop.caller.terminal_id, counted=[{"method": "cash", "amount_minor": 4_000}]
    )
    assert run_drawer(shop.caller.terminal_id) == []
    return order_id


def links(operator: Client, row: Any) -> set[str]:
    return set(re.findall(r'href="(/admin/[^"]+)"', operator.get(page(row)).content.decode()))


def paper(order_id: UUID, command_id: UUID | None = None) -> str:
    address = reverse("admin:orders_order_receipt", args=[order_id])
    return f"{address}?command={command_id}" if command_id else address


def test_an_order_tells_who_bought_and_who_sold(operator: Client, sold: UUID) -> None:
    told = words(operator, page(Order.objects.get(id=sold)))
    for known in ("Erika Mustermann", "Heidestr. 17 51147 Köln", "DE1", "e@example.com", "Robin", "Alex", "Kim"):
        assert known in told, known
    assert "Erika Mustermann" in words(operator, changelist(Order))


def test_an_order_leads_to_all_that_came_of_it(operator: Client, sold: UUID, shop: Shop) -> None:
    order, closing, note = Order.objects.get(id=sold), Closing.objects.get(), CreditNote.objects.get()
    taken, given = Payment.objects.order_by("created_at")
    assert {
        page(closing),
        page(note),
        page(taken),
        page(given),
        page(order.invoice),
        reverse("admin:orders_terminal_change", args=[shop.caller.terminal_id]),
        paper(sold),
        paper(sold, taken.command_id),
        paper(sold, note.command_id),
    } <= links(operator, order)


def test_all_of_these_lead_back(operator: Client, sold: UUID, shop: Shop) -> None:
    order, closing, drawer = Order.objects.get(id=sold), Closing.objects.get(), Drawer.objects.get()
    terminal = reverse("admin:orders_terminal_change", args=[shop.caller.terminal_id])
    assert {page(order), paper(sold, CreditNote.objects.get().command_id)} <= links(operator, CreditNote.objects.get())
    for payment in Payment.objects.all():
        assert {page(order), page(closing), terminal, paper(sold, payment.command_id)} <= links(operator, payment)
    assert {terminal, page(drawer)} <= links(operator, closing)
    assert {page(closing), page(drawer)} <= links(operator, DrawerMovement.objects.get())
    assert terminal in links(operator, drawer)
    assert page(drawer) in links(operator, drawer.terminal)


def test_a_closing_is_told_in_money_with_what_was_written(operator: Client, sold: UUID) -> None:
    order = Order.objects.get(id=sold)
    told = words(operator, page(Closing.objects.get()))
    assert "to the bank" in told
    assert "-£50.00" in told
    assert f"cash £{50 + order.total_minor / 200:.2f} £40.00" in told
    assert Closing.objects.get().hash in told


def test_an_open_drawer_tells_what_it_would_come_to(operator: Client, shop: Shop) -> None:
    shop.submit(Kind.DRAWER_OPEN, drawer_id=shop.caller.terminal_id, float_minor=12_345)
    run_drawer(shop.caller.terminal_id)
    told = words(operator, page(Drawer.objects.get()))
    assert "open" in told
    assert "cash £123.45" in told


def test_the_paper_is_the_customers(operator: Client, sold: UUID) -> None:
    note = CreditNote.objects.get()
    for address, title in ((paper(sold), "Receipt"), (paper(sold, note.command_id), "Credit note")):
        answer = operator.get(address)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert f"<h1>{title}</h1>" in answer.content.decode()
    for wrong in (f"{paper(sold)}?command=x", paper(sold, sold), paper(note.command_id)):
        assert operator.get(wrong).status_code == 404


def test_who_may_not_see_orders_sees_no_paper(client: Client, sold: UUID) -> None:
    assert client.get(paper(sold)).status_code == 302
    client.force_login(User.objects.create(username="cleaner", is_staff=True))
    assert client.get(paper(sold)).status_code == 403


def test_no_page_says_an_amount_in_smallest_units(operator: Client, shop: Shop) -> None:
    Product.objects.filter(sku="POSTAGE").update(price_minor=PRICE_MINOR)
    shop.submit(Kind.DRAWER_OPEN, drawer_id=shop.caller.terminal_id, float_minor=PRICE_MINOR)
    shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=shop.caller.terminal_id, amount_minor=PRICE_MINOR, reason="gold")
    order_id = shop.order(("POSTAGE", 1))
    for minor in (PRICE_MINOR - 1, PRICE_MINOR):
        shop.submit(Kind.PAY, order_id, tenders=[{"method": "card", "amount_minor": minor}])
    execute([order_id])
    shop.submit(
        Kind.DRAWER_CLOSE,
        drawer_id=shop.caller.terminal_id,
        counted=[{"method": "cash", "amount_minor": PRICE_MINOR - 1}],
    )
    run_drawer(shop.caller.terminal_id)
    for model in (*WINDOWS, *KEPT):
        urls = [changelist(model), *(page(row) for row in model._default_manager.all()[:5])]
        for url in urls:
            assert not re.search(r"\b765432[01]\b", words(operator, url)), url
