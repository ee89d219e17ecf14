"""How an entry gets into Tryton's books, step by step, and where its books are: without Tryton."""

from dataclasses import replace

import pytest

from orders.accounting.port import AccountingRefusal
from orders.accounting.tryton.address import Address, read_address
from orders.accounting.tryton.steps import Seen, Step, next_step

BOOKED = Seen(invoice_state="posted", is_filled=True, has_money=True, money_state="posted", is_settled=True)
WAY = [
    (replace(BOOKED, invoice_state="draft", is_filled=False), Step.FILL),
    (replace(BOOKED, invoice_state="draft"), Step.POST),
    (replace(BOOKED, invoice_state="validated"), Step.POST),
    (replace(BOOKED, money_state=None, is_settled=False), Step.CREATE_MONEY),
    (replace(BOOKED, money_state="draft", is_settled=False), Step.POST_MONEY),
    (replace(BOOKED, is_settled=False), Step.RECONCILE),
    (replace(BOOKED, has_money=False, money_state=None, is_settled=False), None),
    (replace(BOOKED, invoice_state="paid"), None),
    (BOOKED, None),
]


@pytest.mark.parametrize(("seen", "step"), WAY)
def test_what_is_seen_says_what_is_next(seen: Seen, step: Step | None) -> None:
    assert next_step(seen) is step


def test_every_step_is_on_the_way() -> None:
    assert {step for _, step in WAY} == {*Step, None}


def test_a_void_number_has_no_next_step() -> None:
    with pytest.raises(AccountingRefusal, match="void"):
        next_step(replace(BOOKED, invoice_state="cancelled"))


def test_an_address_is_read_with_what_its_documents_share() -> None:
    given = read_address("https://ringup:p%40ss@books.example:8443/shop?party=Till%20customer&receivable=1.2.1")
    assert given == Address(
        url="https://books.example:8443/shop/rpc/",
        user="ringup",
        password="p@ss",
        party="Till customer",
        journal="REV",
        cash_journal="CASH",
        receivable="1.2.1",
    )
    assert "p@ss" not in repr(given)


@pytest.mark.parametrize(
    "text",
    [
        "http://books.example/shop",
        "http://ringup@books.example/shop",
        "http://ringup:hunter2@books.example",
        "http://ringup:hunter2@books.example/shop?partner=Nobody",
    ],
)
def test_a_bad_address_is_told_without_its_password(text: str) -> None:
    with pytest.raises(ValueError, match="ACCOUNTING_URL: ") as refused:
        read_address(text)
    assert "hunter2" not in str(refused.value)
