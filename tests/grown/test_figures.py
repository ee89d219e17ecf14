"""Who watches a shop adds nothing to its backlog: each thing that can wait is counted up to a limit, by its index."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.contrib.messages.middleware import MessageMiddleware
from django.test import RequestFactory
from django.urls import resolve, reverse
from prometheus_client import generate_latest

from base.sql.sets import COUNTED_MAX
from project.console.look import look
from project.figures import PIPELINE
from project.health import healthz, readyz
from tests.support.grown.backlogs import MANY, SEVERAL_ROWS, of
from tests.support.grown.plans import held

OPERATOR = User(username="night shift", is_staff=True, is_superuser=True)

TROUBLE = f"""
    UPDATE orders_command SET outcome_code = NULL, settled_at = NULL,
        state = CASE seq % 3 WHEN 0 THEN 'awaiting' WHEN 1 THEN 'parked' ELSE 'pending' END WHERE seq <= {MANY};
    UPDATE orders_order SET invoice_pending = true
    WHERE number IN (SELECT number FROM orders_order WHERE status = 'paid' AND store_id = 1 LIMIT {MANY});
    UPDATE orders_journalentry SET state = CASE seq % 2 WHEN 0 THEN 'pending' ELSE 'parked' END, posted_at = NULL,
        last_error = 'no such account' WHERE seq <= {MANY};
    UPDATE orders_invoicenumber SET state = 'assigned', posted_at = NULL
    WHERE id IN (SELECT id FROM orders_invoicenumber WHERE store_id = 1 AND state = 'posted' LIMIT {MANY});
    INSERT INTO orders_creditnote (command_id, store_id, order_id, day, pending, created_at)
    SELECT gen_random_uuid(), 1, order_id, current_date, true, now() FROM orders_command WHERE seq <= {MANY};
    INSERT INTO orders_repair (store_id, command_id, act, by, reason, at)
    SELECT 1, id, 'dismiss', 'olga', '', now() FROM orders_command WHERE seq <= {MANY};
    INSERT INTO orders_authorization (id, store_id, order_id, command_id, position, provider, token, amount_minor,
        currency, requested_at, next_attempt_at)
    SELECT id, 1, order_id, id, 1, 'stripe', '', 250, 'GBP', now(), now() FROM orders_command WHERE seq <= {MANY};
    INSERT INTO orders_paymentinstruction (store_id, order_id, authorization_id, command_id, kind, amount_minor,
        created_at, next_attempt_at, state, last_error)
    SELECT 1, order_id, id, id, 'capture', 250, now(), now(), 'pending', '' FROM orders_command WHERE seq <= {MANY}
    UNION ALL
    SELECT 1, order_id, id, id, 'refund', 250, now(), now(), 'parked', 'no' FROM orders_command WHERE seq <= {MANY}
"""

# In the last half an hour, under ids of that time.
RUSH = f"""
    INSERT INTO orders_command (id, seq, store_id, terminal_id, issued_by, key, fingerprint, kind, order_id, payload,
        state, outcome_code, outcome, attempts, ring_at, last_error, accepted_at, settled_at)
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000' || left(md5(n::text), 16))::uuid,
        3000000 + n, store_id, terminal_id, issued_by, 'rush-' || n, fingerprint, kind, order_id, payload, state,
        outcome_code, outcome, n % 2, at, CASE n % 2 WHEN 1 THEN 'LockNotAvailable' ELSE '' END, at, at
    FROM generate_series(1, {MANY}) AS n
    CROSS JOIN (SELECT * FROM orders_command WHERE store_id = 1 AND kind = 'pay' AND state = 'succeeded' LIMIT 1) AS one
    CROSS JOIN LATERAL (SELECT now() - ({MANY} - n) * interval '18 milliseconds' AS at) AS made
"""

AT_THE_LIMIT: tuple[tuple[str, dict[str, str]], ...] = (
    ("commands_pending", {}),
    ("commands_dismissed", {}),
    ("authorizations_requested", {}),
    ("payments_pending", {}),
    ("payments_parked", {}),
    ("invoice_numbers_assigned", {"store": "store-1"}),
    ("invoice_pool_sales_waiting", {"store": "store-1"}),
    ("invoice_pool_credit_notes_waiting", {"store": "store-1"}),
)
OF_ALL = (
    ("commands_awaiting", "commands_parked", "kind", ("pay", "reserve", "cancel", "return", "fulfill")),
    ("entries_pending", "entries_pending", "store", tuple(f"store-{n}" for n in range(1, 5))),
    ("entries_parked", "entries_parked", "store", tuple(f"store-{n}" for n in range(1, 5))),
)


def value(name: str, labels: dict[str, str]) -> float:
    return PIPELINE.get_sample_value(f"ringup_{name}", labels) or 0


@pytest.mark.usefixtures("backlog")
@of(TROUBLE)
def test_who_watches_reads_no_more_than_is_counted(subtests: pytest.Subtests) -> None:
    """In one shop in trouble, which takes a while to make and to undo."""
    with subtests.test("figures"):
        check_figures()
    for view in (healthz, readyz):
        with subtests.test(view.__name__):
            assert view(RequestFactory().get("/")).status_code == 200
    with subtests.test("the admin's first page"):
        check_first_page()


@pytest.mark.usefixtures("backlog")
@of(RUSH)
def test_of_a_rush_the_newest_commands_are_looked_at() -> None:
    check_first_page()
    now, recent = look(minutes=60)
    assert sum(one.commands for one in recent.counts) == COUNTED_MAX
    assert now.at - recent.since < timedelta(minutes=10)
    (busy,) = (store for store in now.stores if store.code == "store-1")
    assert busy.sold == COUNTED_MAX


def check_figures() -> None:
    """Blocks of 8 kB: one or two for each row that is counted."""
    held(partial(generate_latest, PIPELINE), blocks_max=10 * COUNTED_MAX, rows_max=SEVERAL_ROWS)
    for name, labels in AT_THE_LIMIT:
        assert value(name, labels) == COUNTED_MAX, name
    for first, name, label, values in OF_ALL:
        counted = sum(value(name, {label: one}) for one in values) + (value(first, {}) if first != name else 0)
        assert counted == COUNTED_MAX, name


def check_first_page() -> None:
    url = reverse("admin:index")
    request = RequestFactory().get(url)
    match = resolve(url)
    request.user, request.resolver_match, request.session = OPERATOR, match, {}  # type: ignore[assignment]
    shown = partial(MessageMiddleware(match.func), request)
    held(lambda: shown().render(), blocks_max=10 * COUNTED_MAX, rows_max=SEVERAL_ROWS)  # type: ignore[union-attr]
