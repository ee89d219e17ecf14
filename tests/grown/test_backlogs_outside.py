"""What other systems have to be told, and cannot be yet, holds up nothing else, and is not read again and again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from base.outside.pages import A_LOOK, A_RUN, READ_MAX, Due, Pages
from orders.accounting.outside.relay import relay_outbox
from orders.journal.db.reads import looks
from orders.payments.db import instructions
from orders.payments.db.instructions import Leased
from tests.support.accounting.paper_books import PaperBooks
from tests.support.grown.backlogs import MANY, NOW, of
from tests.support.grown.plans import watched

# Two orders in three stopped at what accounting refused; behind them come a few of which nothing was refused.
BEHIND = "(SELECT id, order_id, command_id, seq FROM orders_journalentry WHERE kind = 'sale' ORDER BY seq LIMIT {many})"
STOPPED = f"""
    UPDATE orders_journalentry SET state = 'parked', posted_at = NULL, last_error = 'no such account'
    WHERE id IN (SELECT id FROM {BEHIND.format(many=MANY)} AS sale);
    INSERT INTO orders_journalentry (id, store_id, order_id, command_id, kind, currency, day, postings, created_at,
        next_attempt_at)
    SELECT ('0188' || lpad(to_hex(seq), 28, '0'))::uuid, 1, order_id, command_id, 'cancellation', 'GBP', now(), '[]',
        now(), now() - interval '3 h' FROM {BEHIND.format(many=MANY)} AS sale;
    UPDATE orders_journalentry SET state = 'pending', posted_at = NULL, next_attempt_at = now() - interval '2 h'
    WHERE id IN (SELECT id FROM orders_journalentry WHERE state = 'posted' AND kind = 'sale' ORDER BY seq DESC LIMIT 60)
"""
UNTOLD = f"""
    INSERT INTO orders_authorization (id, store_id, order_id, command_id, position, provider, token, amount_minor,
        currency, requested_at, next_attempt_at)
    SELECT id, 1, order_id, id, 1, 'stripe', '', 250, 'GBP', now(), NULL FROM orders_command WHERE seq <= {MANY};
    INSERT INTO orders_paymentinstruction (store_id, order_id, authorization_id, command_id, kind, amount_minor,
        created_at, next_attempt_at, state, last_error)
    SELECT 1, order_id, id, id, 'capture', 250, now(), now(), 'parked', 'no' FROM orders_command WHERE seq <= {MANY};
    INSERT INTO orders_paymentinstruction (store_id, order_id, authorization_id, command_id, kind, amount_minor,
        created_at, next_attempt_at, state)
    SELECT 1, order_id, id, id, 'refund', 250, now(), now() - interval '1 h', 'pending' FROM orders_command
    WHERE seq <= {MANY};
    UPDATE orders_paymentinstruction SET state = 'done', done_at = now() WHERE kind = 'capture' AND order_id IN (
        SELECT order_id FROM orders_command WHERE seq BETWEEN {MANY} - 59 AND {MANY})
"""


def looks_until(is_due: Callable[[datetime], bool]) -> int:
    """How many looks it takes to come to what is due, each of them within its bounds."""
    for looked in range(1, MANY):
        with watched() as went:
            is_found = is_due(NOW)
        assert sum(one.blocks for one in went) <= 20 * READ_MAX * A_LOOK
        if is_found:
            return looked
    raise AssertionError(looked)


@pytest.mark.usefixtures("backlog")
@of(STOPPED)
def test_entries_that_wait_behind_what_accounting_refused() -> None:
    """They are read some at a time, never all in one run or look, and none of another order waits for them."""
    looked = looks_until(looks.are_entries_due)
    assert looked <= MANY // READ_MAX // A_LOOK + 1
    assert looks.are_entries_due(NOW), "it goes on there until they are taken"
    books, ran = PaperBooks(), []
    while len(books.told) < 60:
        with watched() as went:
            ran.append(relay_outbox(books))
        leases = [one for one in went if "SKIP LOCKED" in one.text]
        assert len(leases) <= 2 * A_RUN + 2
        assert max(one.blocks for one in leases) < 60 * READ_MAX
    assert sum(one.done for one in ran) == 60
    assert len(ran) <= MANY // READ_MAX // A_RUN + 1


@pytest.mark.usefixtures("backlog")
@of(UNTOLD)
def test_instructions_that_wait_behind_what_a_provider_refused() -> None:
    looked = looks_until(looks.are_instructions_due)
    assert looked <= MANY // READ_MAX // A_LOOK + 1
    lease = partial(instructions.lease_due, limit=8, now=NOW, until=NOW + timedelta(seconds=60))
    pages, leased = Pages[Leased, Due](at_once=2 * MANY // READ_MAX), 0
    with watched() as went:
        while some := pages.next(lease):
            leased += len(some)
    assert leased == 60
    leases = [one for one in went if "SKIP LOCKED" in one.text]
    assert len(leases) <= 3 * MANY // READ_MAX + 8
    assert max(one.blocks for one in leases) < 20 * READ_MAX
