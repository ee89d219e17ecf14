"""What every adapter of the accounting port keeps, over a network that fails in every way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from orders.accounting.port import AccountingFault, AccountingRefusal, Posting
from orders.commands.core.tenders import EntryKind
from tests.support.accounting.accounting import Booked, Books, comes_to, entry, simulator_books, taxed
from tests.support.network.http_faults import HAS_ANSWER, NO_EFFECT, Fault
from tests.support.tryton.books import tryton_books

SYSTEMS = ("simulator", "tryton")
POSTED_UNDER = {"simulator": tuple(Fault), "tryton": (Fault.CUT, Fault.REPEATED)}
"""Tryton needs a second for an entry. What these leave out is tried with its drafts."""


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Whoever writes an adapter names it here; then every test of the contract is one of it."""
    match request.param:
        case "simulator":
            with simulator_books(tmp_path_factory.mktemp("books")) as books:
                yield books
        case "tryton":
            with tryton_books(request.getfixturevalue("tryton")) as books:
                yield books


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """One of this test's own."""
    return str(request.node.name)


@pytest.fixture
def number(system: Books, key: str) -> str:
    """An invoice ID that no entry has yet."""
    (made,) = system.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"number of {key}")
    return str(made)


def test_it_makes_as_many_ids_as_it_is_asked_for(system: Books, key: str) -> None:
    made = system.accounting.draft_ids(store_code="main", count=7, idempotency_key=key)
    assert len(set(made)) == 7
    assert set(made) <= set(system.issued())
    assert all(isinstance(one, str) for one in made)


def test_the_same_key_gives_the_same_ids_and_another_one_others(system: Books, key: str) -> None:
    made = system.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    before = len(system.issued())
    assert system.accounting.draft_ids(store_code="main", count=3, idempotency_key=key) == made
    assert len(system.issued()) == before
    others = system.accounting.draft_ids(store_code="main", count=3, idempotency_key=f"{key} again")
    assert set(others).isdisjoint(made)
    elsewhere = system.accounting.draft_ids(store_code="other", count=3, idempotency_key=f"{key} elsewhere")
    assert set(elsewhere).isdisjoint([*made, *others])


@pytest.mark.parametrize("fault", Fault)
def test_no_id_is_lost_or_doubled_by(system: Books, key: str, fault: Fault) -> None:
    before = len(system.issued())
    with system.proxy.faulty(fault):
        if fault in HAS_ANSWER:
            assert len(system.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)) == 3
        else:
            for _ in range(2):
                with pytest.raises(AccountingFault):
                    system.hasty.draft_ids(store_code="main", count=3, idempotency_key=key)
    assert comes_to(before + (3 if had_effect(system, fault) else 0), system.issued)
    made = system.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    assert list(made) == system.issued()[before:]


def test_an_entry_is_booked_as_it_is_told(system: Books, key: str, number: str) -> None:
    split = (Posting("cash", 100), Posting("card", 150), Posting("revenue", -250))
    reference = system.accounting.post(entry(number, postings=split), idempotency_key=key)
    assert of(system, number) == [Booked("main", number, "sale", split, reference)]


def test_the_same_key_books_nothing_again(system: Books, key: str, number: str) -> None:
    reference = system.accounting.post(entry(number), idempotency_key=key)
    assert system.accounting.post(entry(number), idempotency_key=key) == reference
    assert len(of(system, number)) == 1


@pytest.mark.parametrize(
    ("system", "fault"), [(system, fault) for system in SYSTEMS for fault in POSTED_UNDER[system]], indirect=["system"]
)
def test_no_posting_is_missing_or_doubled_by(system: Books, key: str, number: str, fault: Fault) -> None:
    with system.proxy.faulty(fault):
        if fault in HAS_ANSWER:
            system.accounting.post(entry(number), idempotency_key=key)
        else:
            for _ in range(2):
                with pytest.raises(AccountingFault):
                    system.hasty.post(entry(number), idempotency_key=key)
    assert comes_to(1 if had_effect(system, fault) else 0, lambda: of(system, number))
    reference = system.accounting.post(entry(number), idempotency_key=key)
    assert [one.reference for one in of(system, number)] == [reference]


def test_what_is_taken_back_refers_to_the_sales_number(system: Books, key: str, number: str) -> None:
    first, second = system.accounting.draft_ids(store_code="main", count=2, idempotency_key=f"notes of {key}")
    told = [
        entry(number, amount_minor=900),
        entry(number, EntryKind.RETURN, amount_minor=300, credit_note_number=second),
        entry(number, EntryKind.CANCELLATION, amount_minor=600, credit_note_number=first),
    ]
    references = [system.accounting.post(one, idempotency_key=f"{key} {n}") for n, one in enumerate(told)]
    assert {one.reference: one for one in of(system, number)} == {
        reference: Booked("main", number, one.kind, one.postings, reference, one.credit_note_number)
        for one, reference in zip(told, references, strict=True)
    }
    assert len(set(references)) == 3


def test_taxes_are_reported_as_they_are_told_by_code_and_rate(system: Books, key: str, number: str) -> None:
    """What comes back is taken off. 20 % of 12.47 would be 2.49."""
    (note,) = system.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"note of {key}")
    code = f"std of {key}"[:64]
    sold = (*taxed(code, 1247, 250), *taxed(code, 315, 0, "0"), Posting("revenue", -150))
    back = taxed(code, -416, -83)
    told = [
        entry(number, postings=(Posting("cash", 1962), *sold)),
        entry(number, EntryKind.RETURN, postings=(Posting("cash", -499), *back), credit_note_number=note),
    ]
    for nth, one in enumerate(told):
        system.accounting.post(one, idempotency_key=f"{key} {nth}")
    assert system.tax_report(code) == {(code, "20"): (831, 167), (code, "0"): (315, 0)}


def test_under_a_credit_notes_number_nothing_else_is_booked(system: Books, key: str, number: str) -> None:
    (note,) = system.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"note of {key}")
    system.accounting.post(entry(number, amount_minor=900), idempotency_key=key)
    back = entry(number, EntryKind.RETURN, amount_minor=300, credit_note_number=note)
    reference = system.accounting.post(back, idempotency_key=f"{key} back")
    assert system.accounting.post(back, idempotency_key=f"{key} back") == reference
    for other in (back, entry(note)):
        with pytest.raises(AccountingRefusal):
            system.accounting.post(other, idempotency_key=f"{key} again")
    with pytest.raises(AccountingRefusal):
        system.accounting.void(store_code="main", number=note, reason="mistake")
    assert len(of(system, number)) == 2


def test_a_deposit_comes_before_its_invoice_and_is_used_up_by_the_sale(system: Books, key: str, number: str) -> None:
    """It has no invoice's number, so the order's own stands for it."""
    order = f"order {key}".replace(" ", "-")
    told = [
        entry(order, EntryKind.DEPOSIT, postings=(Posting("cash", 300), Posting("deposits", -300))),
        entry(order, EntryKind.DEPOSIT_REFUND, postings=(Posting("cash", -50), Posting("deposits", 50))),
        entry(number, postings=(Posting("card", 100), Posting("deposits", 250), Posting("revenue", -350))),
    ]
    references = [system.accounting.post(one, idempotency_key=f"{key} {n}") for n, one in enumerate(told)]
    assert references == [system.accounting.post(one, idempotency_key=f"{key} {n}") for n, one in enumerate(told)]
    assert [*of(system, order), *of(system, number)] == [
        Booked("main", one.invoice_number, one.kind, one.postings, reference)
        for one, reference in zip(told, references, strict=True)
    ]


def test_a_deposit_is_booked_once_though_its_answer_is_lost(system: Books, key: str) -> None:
    order = f"order {key}".replace(" ", "-")
    told = entry(order, EntryKind.DEPOSIT, postings=(Posting("cash", 300), Posting("deposits", -300)))
    with system.proxy.faulty(Fault.CUT), pytest.raises(AccountingFault):
        system.hasty.post(told, idempotency_key=key)
    reference = system.accounting.post(told, idempotency_key=key)
    assert [one.reference for one in of(system, order)] == [reference]


def test_what_does_not_add_up_is_refused_and_not_booked(system: Books, key: str, number: str) -> None:
    lopsided = (Posting("cash", 250), Posting("revenue", -249))
    with pytest.raises(AccountingRefusal):
        system.accounting.post(entry(number, postings=lopsided), idempotency_key=key)
    assert of(system, number) == []
    system.accounting.post(entry(number), idempotency_key=key)
    assert len(of(system, number)) == 1


def test_a_number_that_a_sale_has_is_neither_sold_again_nor_voided(system: Books, key: str, number: str) -> None:
    system.accounting.post(entry(number), idempotency_key=key)
    with pytest.raises(AccountingRefusal):
        system.accounting.post(entry(number), idempotency_key=f"{key} again")
    for refused in (number, "never made"):
        with pytest.raises(AccountingRefusal):
            system.accounting.void(store_code="main", number=refused, reason="torn receipt")
    assert len(of(system, number)) == 1
    assert number not in system.voided()


def test_what_was_never_sold_is_not_taken_back(system: Books, key: str, number: str) -> None:
    (note,) = system.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"note of {key}")
    with pytest.raises(AccountingRefusal):
        system.accounting.post(entry(number, EntryKind.RETURN, credit_note_number=note), idempotency_key=key)
    assert of(system, number) == []


def test_a_void_number_leaves_a_trace_and_nothing_is_booked_under_it(system: Books, key: str, number: str) -> None:
    for _ in range(2):
        system.accounting.void(store_code="main", number=number, reason="torn receipt")
    assert system.voided()[number] == "torn receipt"
    (sold,) = system.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"sale of {key}")
    system.accounting.post(entry(sold), idempotency_key=f"sale of {key}")
    for told in (entry(number), entry(sold, EntryKind.RETURN, credit_note_number=number)):
        with pytest.raises(AccountingRefusal):
            system.accounting.post(told, idempotency_key=key)
    assert (of(system, number), len(of(system, sold))) == ([], 1)
    assert number in system.issued()


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.CUT, Fault.REPEATED])
def test_no_void_is_lost_by(system: Books, number: str, fault: Fault) -> None:
    with system.proxy.faulty(fault):
        if fault in HAS_ANSWER:
            system.accounting.void(store_code="main", number=number, reason="torn receipt")
        else:
            with pytest.raises(AccountingFault):
                system.hasty.void(store_code="main", number=number, reason="torn receipt")
    system.accounting.void(store_code="main", number=number, reason="torn receipt")
    assert system.voided()[number] == "torn receipt"


def test_threads_may_share_it_and_a_key_at_once_counts_once(system: Books, key: str) -> None:
    before = len(system.issued())

    def post(number: str) -> str:
        return system.accounting.post(entry(number), idempotency_key=f"{key} {number}")

    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(system.accounting.draft_ids, store_code="main", count=2, idempotency_key=key) for _ in range(4)
        ]
        (made,) = {tuple(one.result()) for one in asked}
        references = list(pool.map(post, [*made, *made]))
    assert list(made) == system.issued()[before:]
    assert references[:2] == references[2:]
    assert [[one.reference for one in of(system, number)] for number in made] == [[one] for one in references[:2]]


def had_effect(system: Books, fault: Fault) -> bool:
    """Whether a call has done all that it should under the fault. Where it takes several requests, the first of them,
    which only looks, is as far as it came."""
    return fault in HAS_ANSWER or (system.asks_once and fault not in NO_EFFECT)


def of(system: Books, number: str) -> list[Booked]:
    return [one for one in system.booked() if one.invoice_number == number]
