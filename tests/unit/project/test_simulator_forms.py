"""What the accounting simulator takes, and how it says what is wrong with the rest."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from base.http.fields import AMOUNT_MINOR_MAX, Why
from project.simulator.faults import Fault, Mode
from project.simulator.forms import ClosedForm, DraftForm, EntryForm, FaultForm, Form, Posting, VoidForm, read
from project.simulator.refusal import Refused
from tests.support.accounting.simulator import draft, entry

CENT = {"account": "cash", "amount_minor": 1}
VOID = {"store": "main", "invoice_number": "INV-1", "reason": "torn"}


def test_an_entry_is_taken_as_it_is() -> None:
    read_ = read(EntryForm, json.dumps(entry()).encode())
    assert read_.model_dump(mode="json", exclude_defaults=True) == entry()
    assert read_.postings == (
        Posting(account="cash", amount_minor=250),
        Posting(account="revenue", amount_minor=-250),
    )


def test_a_credit_note_is_taken_with_its_own_number() -> None:
    read_ = read(EntryForm, json.dumps(entry(kind="return", credit_note_number="INV-2")).encode())
    assert (read_.invoice_number, read_.credit_note_number) == (entry()["invoice_number"], "INV-2")


@pytest.mark.parametrize("amount_minor", [AMOUNT_MINOR_MAX, 1_000 * AMOUNT_MINOR_MAX])
def test_what_a_shop_may_sell_and_a_drawer_of_it_may_hold_is_taken(amount_minor: int) -> None:
    """What accounting refuses is parked."""
    postings = [CENT | {"amount_minor": sign * amount_minor} for sign in (1, -1)]
    assert read(EntryForm, json.dumps(entry(postings=postings)).encode()).postings[1].amount_minor == -amount_minor


def test_a_void_may_say_as_much_as_an_operator() -> None:
    reason = "\u00e9\n" * 250
    TypeAdapter(Why).validate_python(reason)
    assert read(VoidForm, json.dumps(VOID | {"reason": reason}).encode()).reason == reason


def test_slowness_has_a_usual_length() -> None:
    assert read(FaultForm, b'{"mode": "slow"}').fault() == Fault(mode=Mode.SLOW, delay_s=5.0)
    assert read(FaultForm, b'{"mode": "slow", "delay_s": 0}').fault() == Fault(mode=Mode.SLOW, delay_s=0.0)
    assert read(FaultForm, b'{"mode": "down", "requests": 2}').fault() == Fault(mode=Mode.DOWN, requests=2)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(ClosedForm, body)
    assert (refused.value.status, refused.value.code) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("form", "body", "where"),
    [
        (EntryForm, [], "the body"),
        (EntryForm, entry(extra=1), "extra"),
        (EntryForm, entry(kind="gift"), "kind"),
        (EntryForm, entry(kind="return"), "the body"),
        (EntryForm, entry(credit_note_number="INV-2"), "the body"),
        (EntryForm, entry(kind="deposit", credit_note_number="INV-2"), "the body"),
        (EntryForm, entry(day="tomorrow"), "day"),
        (EntryForm, entry(occurred_at="2026-11-21T09:00:00"), "occurred_at"),
        (EntryForm, entry(currency="gbp"), "currency"),
        (EntryForm, entry(currency="GBP\n"), "currency"),
        (EntryForm, entry(postings=[]), "postings"),
        (EntryForm, entry(postings=[CENT] * 1_001), "postings"),
        (EntryForm, entry(postings=[{"account": "cash", "amount_minor": 2**63}]), "postings.0.amount_minor"),
        (EntryForm, entry(invoice_number="INV\n1"), "invoice_number"),
        (EntryForm, entry(postings=[CENT | {"tax_code": "std"}]), "postings.0"),
        (EntryForm, entry(postings=[CENT | {"is_tax": True}]), "postings.0"),
        *(
            (EntryForm, entry(postings=[CENT | {"tax_code": "std", "tax_rate": rate}]), "postings.0.tax_rate")
            for rate in ("", "-1", "100.1", "101", "1e1", "20.00001", 20)
        ),
        (DraftForm, draft(store="a b"), "store"),
        (DraftForm, draft(store="a" * 33), "store"),
        (DraftForm, draft(count=0), "count"),
        (DraftForm, draft(count=10_001), "count"),
        (DraftForm, draft(count=True), "count"),
        (DraftForm, draft(count="2"), "count"),
        (DraftForm, draft(idempotency_key="k" * 256), "idempotency_key"),
        (VoidForm, VOID | {"reason": ""}, "reason"),
        (VoidForm, VOID | {"reason": "r" * 501}, "reason"),
        (ClosedForm, {"until": 20261121}, "until"),
        (FaultForm, {"mode": "none", "delay_s": 61}, "delay_s"),
        (FaultForm, {"mode": "none", "delay_s": float("nan")}, "delay_s"),
        (FaultForm, {"mode": "none", "requests": 0}, "requests"),
    ],
)
def test_what_breaks_a_limit_is_named(form: type[Form], body: Any, where: str) -> None:
    with pytest.raises(Refused) as refused:
        read(form, json.dumps(body).encode())
    assert (refused.value.status, refused.value.code) == (422, "invalid")
    assert refused.value.detail.startswith(f"{where}: ")


def test_debits_are_as_much_as_credits() -> None:
    with pytest.raises(Refused) as refused:
        read(EntryForm, json.dumps(entry(postings=[CENT])).encode())
    assert (refused.value.status, refused.value.code) == (422, "unbalanced")
