"""What may need a person: each a line, with the page that it is seen to on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from base.outside.signs import Role
from base.sql.sets import COUNTED_MAX
from project.console.clock import ago, clock, lasts
from project.console.now import Now, Severity, StoreNow

PENDING_LATE = timedelta(seconds=30)
ENTRIES_LATE = timedelta(minutes=2)
AUDIT_LATE = timedelta(hours=3)
SOON_MIN = 15

DOES_NOT = {
    Role.COMMANDS: "no worker settles commands: whatever was sent waits",
    Role.IO: "no worker asks others or sweeps: payments, invoice numbers and accounting wait",
    Role.BEAT: "beat does not look what is due: what is not rung for waits",
}


@dataclass(frozen=True, slots=True)
class Check:
    """`page`: of the admin, as `orders_command`; empty: Flower. `query`: what chooses its rows."""

    severity: Severity
    name: str
    text: str
    page: str = ""
    query: str = ""


def checks(now: Now) -> list[Check]:
    """The worst first, and each in its order."""
    told = [_commands(now), _waiting(now), _entries(now), _payments(now), *_pools(now), *_people(now), _audit(now)]
    told += [*_restored(now), *_machines(now)]
    return sorted(told, key=lambda one: list(Severity).index(one.severity), reverse=True)


def _commands(now: Now) -> Check:
    text = f"{_some(now.parked, 'command is', 'commands are')} parked"
    return Check(_bad_if(now.parked), "Parked commands", text, "orders_command", "is=parked")


def _waiting(now: Now) -> Check:
    since = now.pending_since
    late = since is not None and now.at - since > PENDING_LATE
    oldest = f", the oldest since {_at(since, now)}" if since and late else ""
    behind = now.pending and since is None
    what = "behind an earlier one of the same order" if behind else f"for a worker{oldest}"
    text = f"{_some(now.pending, 'command waits', 'commands wait')} {what}"
    return Check(Severity.BAD if late else Severity.GOOD, "Waiting", text, "orders_command", "is=pending")


def _entries(now: Now) -> Check:
    parked, pending = (sum(store.entries_parked for store in now.stores), sum(s.entries_pending for s in now.stores))
    if parked:
        text = f"{_some(parked, 'entry is', 'entries are')} parked: accounting refused"
        return Check(Severity.BAD, "Entries", text, "orders_journalentry", "state__exact=parked")
    since = min((store.entries_pending_since for store in now.stores if store.entries_pending_since), default=None)
    late = since is not None and now.at - since > ENTRIES_LATE
    oldest = f", the oldest since {_at(since, now)}" if since and late else ""
    text = f"{_some(pending, 'entry waits', 'entries wait')} for accounting{oldest}"
    return Check(
        Severity.LOOK if late else Severity.GOOD, "Entries", text, "orders_journalentry", "state__exact=pending"
    )


def _payments(now: Now) -> Check:
    why = ": the provider refused" if now.payments_parked else ""
    text = f"{_some(now.payments_parked, 'instruction is', 'instructions are')} parked{why}"
    severity = _bad_if(now.payments_parked)
    return Check(severity, "Payments", text, "orders_paymentinstruction", "state__exact=parked")


def _restored(now: Now) -> Iterator[Check]:
    """Receipts may bear the numbers: somebody decides, once all tills have sent again."""
    for store in now.stores:
        if store.restored_at:
            numbers = f"{_some(store.set_aside, 'number is', 'numbers are')} set aside until somebody decides"
            text = f"{store.code}: the database was restored, found at {_at(store.restored_at, now)}; {numbers}"
            yield Check(Severity.LOOK, "Restored", text, "orders_invoicenumber", "state__exact=set_aside")


def _pools(now: Now) -> Iterator[Check]:
    pooled = [store for store in now.stores if store.free is not None]
    troubled = [(severity, store) for store in pooled if (severity := _of_pool(store, now)) is not Severity.GOOD]
    for severity, store in troubled:
        ends = f", gone in {lasts(store.minutes_to_empty)}" if store.free and store.minutes_to_empty is not None else ""
        follow = f"; {_some(store.numbers_follow, 'sale waits', 'sales wait')} for one" if store.numbers_follow else ""
        left = f"{store.code} has {_some(store.free or 0, 'number', 'numbers')} left{ends}{follow}"
        yield Check(severity, "Invoice numbers", left, "orders_invoicerefill", "")
    if pooled and not troubled:
        least = min(store.free or 0 for store in pooled)
        text = f"{least:,} left" if len(pooled) == 1 else f"{least:,} or more left in each of {len(pooled)} pools"
        yield Check(Severity.GOOD, "Invoice numbers", text, "orders_invoicenumber", "")


def _of_pool(store: StoreNow, now: Now) -> Severity:
    """A pool that was never used need not be full."""
    is_soon_over = store.minutes_to_empty is not None and store.minutes_to_empty < SOON_MIN
    if store.numbers_follow or (store.free == 0 and store.last_sale_at):
        return Severity.BAD if now.refuses_when_empty else Severity.LOOK
    return Severity.LOOK if store.free and is_soon_over and store.free < store.low else Severity.GOOD


def _people(now: Now) -> Iterator[Check]:
    missing = [store for store in now.stores if store.tills_missing]
    told = ", ".join(f"{store.tills_missing} of {store.code}" for store in missing)
    total = sum(store.tills_missing for store in missing)
    text = f"{_some(total, 'till was', 'tills were')} not seen today: {told}" if total else "none is missing"
    yield Check(Severity.LOOK if total else Severity.GOOD, "Tills", text, "orders_terminal", "revoked_at__isempty=1")


def _audit(now: Now) -> Check:
    if now.findings:
        text = f"{_some(now.findings, 'row breaks', 'rows break')} a law of the books"
        return Check(Severity.BAD, "Audit", text, "orders_auditfinding")
    if now.audited_at is None:
        return Check(Severity.GOOD, "Audit", "it has not looked yet", "orders_auditlook")
    late = now.at - now.audited_at > AUDIT_LATE
    text = f"what was done until {ago(now.audited_at, now.at)} has been looked at, and holds"
    return Check(Severity.LOOK if late else Severity.GOOD, "Audit", text, "orders_auditlook")


def _machines(now: Now) -> Iterator[Check]:
    if now.signs is None or now.dead_letters is None:
        yield Check(Severity.BAD, "Broker", "it does not answer: commands are stored, and wait for it")
        return
    if now.dead_letters:
        letters = _some(now.dead_letters, "message was", "messages were")
        text = f"{letters} given up by the broker: no worker could take it, or each died of it"
        yield Check(Severity.LOOK, "Broker", text)
    else:
        yield Check(Severity.GOOD, "Broker", "it answers")
    for role in now.silent:
        last = datetime.fromtimestamp(now.signs[role], ZoneInfo(zone_of(now)))
        since = f"since {clock(last, now.at, zone_of(now))}" if now.signs[role] else "ever"
        yield Check(Severity.BAD, "Workers", f"{DOES_NOT[role]}; no sign of life {since}")
    for queue in now.unserved:
        yield Check(Severity.BAD, "Workers", f"no worker takes from the queue {queue}: its commands wait")
    if not (now.silent or now.unserved):
        yield Check(Severity.GOOD, "Workers", "all give signs of life")


def zone_of(now: Now) -> str:
    """That of all stores, where they share one."""
    zones = {store.zone for store in now.stores}
    return zones.pop() if len(zones) == 1 else "UTC"


def _at(at: datetime, now: Now) -> str:
    zone = zone_of(now)
    return f"{clock(at, now.at, zone)}{' UTC' if zone == 'UTC' else ''}"


def _bad_if(count: int) -> Severity:
    return Severity.BAD if count else Severity.GOOD


def _some(count: int, one: str, many: str) -> str:
    """No further is counted than COUNTED_MAX."""
    told = "no" if not count else f"{count:,}{' or more' if count >= COUNTED_MAX else ''}"
    return f"{told} {one if count == 1 else many}"
