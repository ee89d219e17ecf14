"""A look at the shop: a constant number of statements, each of which counts no further than a limit."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from base.notes.where import url_of_notes
from base.outside.signs import last_given, signs, silent
from base.sql.scope import Scope
from inventory.db.reads.stores import here
from inventory.db.reads.stores import stores as rows_of
from orders.audit.db.findings import by_law
from orders.audit.db.rounds import current_look
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import CommandState
from orders.drawers.db.reads import drawers_open
from orders.invoicing.db.pool import is_used
from orders.invoicing.db.reads import invoice_pools
from orders.journal.core.shares import Lane, queue_of
from orders.journal.db.reads.lately import Lately, lately, oldest_pending
from orders.journal.db.reads.waiting import stuck, waiting
from orders.sales.db.last_sales import last_sales
from orders.terminals.db.seen import Tills, tills
from project import env as environment
from project.broker import dead_letters
from project.console.now import MINUTES, Now, Refill, StoreNow
from workers.watch.unserved import unserved_queues

REJECT = "reject"


def look(stores: Scope = None, *, minutes: int = MINUTES) -> tuple[Now, Lately]:
    """What is so now in these stores, and their commands of the last minutes. What is of no store is told beside, and
    nothing of stores that have left: nobody here can do anything about it."""
    stores, at = here(stores), timezone.now()
    recent, waits, of_state = lately(stores, now=at, minutes=minutes), waiting(stores), stuck(stores)
    found = signs(url_of_notes())
    given = None if found is None else last_given(found)
    now = Now(
        at=at,
        since=recent.since,
        stores=_stores(stores, recent, at),
        refuses_when_empty=settings.INVOICE_POOL_EMPTY == REJECT,
        signs=given,
        silent=silent(given, silence_max_s=environment.current().silence_max_s) if given else (),
        unserved=unserved_queues() or (),
        parked=sum(of_state[CommandState.PARKED, kind] for kind in Kind),
        pending=waits["commands_pending"],
        pending_since=oldest_pending(stores),
        payments_parked=waits["payments_parked"],
        payments_pending=waits["payments_pending"],
        authorizations=waits["authorizations_requested"],
        audited_at=current_look().looked_at,
        findings=sum(by_law().values()),
        dead_letters=dead_letters(),
    )
    return now, recent


def _stores(seen: Scope, recent: Lately, at: datetime) -> list[StoreNow]:
    rows, pools = rows_of(seen), {pool["store"]: pool for pool in invoice_pools(seen, now=at)}
    have, opened, last = tills(seen), drawers_open(seen), last_sales(seen)
    sold, refused, settled = _pays(recent, since=(at - timedelta(minutes=MINUTES)).replace(second=0, microsecond=0))
    return [
        StoreNow(
            id=row.id,
            code=row.code,
            zone=row.time_zone,
            queue=queue_of(settings.COMMAND_QUEUES, row.code, Lane.SALES),
            has_products=row.has_products,
            tills=have.get(row.id, Tills()).count,
            # In the morning nobody is missing yet.
            tills_missing=have[row.id].missing if row.id in have and have[row.id].seen else 0,
            drawers_open=opened.get(row.id, 0),
            lacks_drawer=row.require_drawer and not opened.get(row.id),
            sold=sold[row.id, CommandState.SUCCEEDED],
            waiting=sold[row.id, CommandState.PENDING],
            refused=refused.get(row.id, {}),
            last_sale_at=max((one for one in (settled.get(row.id), last.get(row.id)) if one), default=None),
            **_of_pool(pools.get(row.code)),
        )
        for row in rows
    ]


def _pays(
    recent: Lately, *, since: datetime
) -> tuple[Counter[tuple[int, str]], Mapping[int, Counter[str]], Mapping[int, datetime]]:
    """Those that came since then: by store and state; refused by store and code; by store when the last was settled."""
    states: Counter[tuple[int, str]] = Counter()
    refused: dict[int, Counter[str]] = {}
    settled: dict[int, datetime] = {}
    for one in recent.counts:
        if one.kind != Kind.PAY or one.minute < since:
            continue
        states[one.store_id, one.state] += one.commands
        if one.state == CommandState.REJECTED:
            refused.setdefault(one.store_id, Counter())[one.code] += one.commands
        if one.state == CommandState.SUCCEEDED and one.last_settled_at:
            settled[one.store_id] = max(one.last_settled_at, settled.get(one.store_id, one.last_settled_at))
    return states, refused, settled


def _of_pool(pool: Mapping[str, Any] | None) -> dict[str, Any]:
    if pool is None:
        return {}
    refill = pool["last_refill"]
    told = (
        Refill(requested_at=refill["requested_at"], error=refill["error"], is_over=refill["stored_at"] is not None)
        if refill
        else None
    )
    return {
        "free": pool["free"] if is_used() else None,
        "low": pool["low"],
        "minutes_to_empty": pool["minutes_to_empty"],
        "numbers_follow": pool["sales_waiting"],
        "restored_at": pool["restored_at"],
        "set_aside": pool["set_aside"],
        "refill": told,
        "entries_pending": pool["entries_pending"],
        "entries_pending_since": pool["entries_pending_since"],
        "entries_parked": pool["entries_parked"],
    }
