"""Two bulk requests want the same things in opposite orders."""

import json
from functools import partial
from uuid import UUID

import psycopg
import pytest
from uuid_utils.compat import uuid7

from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command, fingerprint_of_order
from orders.journal.db import accept as accepting
from orders.journal.db.accept import Submission, accept_many
from orders.models import Command, Order
from orders.sales.db.create import NewOrder
from tests.support.network.statements import rewritten
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.shop import Shop, Wanted, drafted, open_shop

pytestmark = pytest.mark.usefixtures("own_database")


def new_order(shop: Shop, order_id: UUID) -> NewOrder:
    return NewOrder(
        id=order_id,
        fulfilment="immediate",
        payment_terms="prepaid",
        currency="GBP",
        reference="",
        sold_at=None,
        fingerprint=fingerprint_of_order(b"tea"),
        draft=drafted(shop.store_id, Wanted("TEA-80", 1)),
        line_ids=[uuid7()],
    )


def reserve(key: str, order_id: UUID) -> Submission:
    content = json.dumps({}).encode()
    return Submission(
        id=uuid7(),
        key=key,
        kind=Kind.RESERVE,
        order_id=order_id,
        payload=content,
        fingerprint=fingerprint_of_command(Kind.RESERVE, order_id, content),
    )


@pytest.mark.parametrize("what", ["keys", "orders"])
@pytest.mark.parametrize("sorted_", [True, False])
def test_they_do_not_lock_each_other_out(
    sorted_: bool, what: str, monkeypatch: pytest.MonkeyPatch, own_database: str
) -> None:
    """Somebody has what both want in the middle: unsorted, one would have what is before it, and one what is behind."""
    shop = open_shop()
    if not sorted_:
        rewritten(monkeypatch, "ORDER BY key", "ORDER BY position", about="INSERT INTO orders_command")
        rewritten(monkeypatch, "ORDER BY id", "", about="INSERT INTO orders_command")
        monkeypatch.setattr(accepting, "accept_many", accept_many.__wrapped__)  # type: ignore[attr-defined]
    ids = [uuid7() for _ in range(3)]
    orders = [new_order(shop, id_) for id_ in ids] if what == "orders" else []
    known = [shop.order(("TEA-80", 1)) for _ in range(3)]
    order_ids = ids if what == "orders" else known
    with psycopg.connect(own_database) as somebody:
        in_the_middle(somebody, shop, what, ids[1])
        bulks = []
        for hand, step in enumerate((1, -1)):
            sent = [reserve(key_of(n, hand, what), order_ids[n]) for n in range(3)][::step]
            bulks.append(begin(partial(accepting.accept_many, shop.caller, sent, orders=orders[::step])))
        until_done_or_waiting(*bulks)
        somebody.rollback()
    faults = [type(fault) for bulk in bulks if (fault := bulk.exception(PATIENCE_S))]
    assert Command.objects.count() == 3
    assert faults == ([] if sorted_ else [psycopg.errors.DeadlockDetected])


def key_of(number: int, hand: int, what: str) -> str:
    """Both send the same keys; or keys of their own for the same orders."""
    return f"{number}" if what == "keys" else f"{hand}{number}"


def in_the_middle(somebody: psycopg.Connection, shop: Shop, what: str, order_id: UUID) -> None:
    """Begin to take the second key, or the second order's id."""
    if what == "keys":
        somebody.execute(
            """
            INSERT INTO orders_command (id, store_id, terminal_id, issued_by, key, fingerprint, kind, payload, state,
                attempts, last_error, ring_at, accepted_at)
            VALUES (%s, %s, %s, '', '1', '', 'count', '{}', 'pending', 0, '', now(), now())
            """,
            (uuid7(), shop.store_id, shop.caller.terminal_id),
        )
    else:
        somebody.execute(
            """
            INSERT INTO orders_order (id, store_id, created_by, status, payment_status, fulfilment, payment_terms,
                currency, total_minor, paid_minor, refunded_minor, reference, fingerprint, invoice_pending, created_at)
            VALUES (%s, %s, '', 'draft', 'unpaid', 'immediate', 'prepaid', 'GBP', 0, 0, 0, '', '', false, now())
            """,
            (order_id, shop.store_id),
        )


def test_the_journal_and_the_numbers_keep_the_order_of_the_items() -> None:
    shop = open_shop()
    ids = [UUID(int=n) for n in (3, 1, 2)]
    submissions = [reserve(key, id_) for key, id_ in zip("cab", ids, strict=True)]
    accept_many(shop.caller, submissions, orders=[new_order(shop, id_) for id_ in ids])
    assert list(Command.objects.order_by("seq").values_list("key", flat=True)) == ["c", "a", "b"]
    assert list(Order.objects.order_by("number").values_list("id", flat=True)) == ids
