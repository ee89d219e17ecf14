"""In one sentence a store: whether it sells now, or refuses sales, and why."""

from dataclasses import dataclass

from base.causes import NO_ANSWER
from base.outside.signs import Role
from project.console.clock import ago, clock
from project.console.now import MINUTES, Now, Refill, Severity, StoreNow

WORDS = {
    "drawer_not_open": "no drawer open",
    "hold_expired": "hold expired",
    "invoice_pool_empty": "no invoice number",
    "order_already_paid": "paid already",
    "payment_declined": "payment declined",
    "payment_does_not_match_total": "payment not as the total",
    "stock_insufficient": "not enough stock",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    severity: Severity
    text: str


def sentences(now: Now) -> list[Sentence]:
    """The worst first."""
    told = [sentence(store, now) for store in now.stores]
    return sorted(told, key=lambda one: list(Severity).index(one.severity), reverse=True)


def sentence(store: StoreNow, now: Now) -> Sentence:
    """The first that applies, as a sale would meet it."""
    if not store.tills or not store.has_products:
        lacks = [what for what, there in (("no till", store.tills), ("no product", store.has_products)) if not there]
        return Sentence(Severity.LOOK, f"{store.code} cannot sell yet: it has {' and '.join(lacks)}")
    if now.signs is not None and Role.COMMANDS in now.silent:
        return Sentence(Severity.BAD, f"{store.code} settles no sale: no worker gives a sign of life{_waiting(store)}")
    if store.queue in now.unserved:
        text = f"{store.code} settles no sale: no worker takes from the queue {store.queue}{_waiting(store)}"
        return Sentence(Severity.BAD, text)
    if store.free == 0 and now.refuses_when_empty:
        return Sentence(Severity.BAD, f"{store.code} REFUSES sales: no invoice numbers; {_accounting(store, now)}")
    if store.lacks_drawer:
        return Sentence(Severity.BAD, f"{store.code} REFUSES sales: no till has its drawer open")
    if store.sold:
        return _sells(store, now)
    return _idle(store, now)


def _sells(store: StoreNow, now: Now) -> Sentence:
    last = f", the last {ago(store.last_sale_at, now.at)}" if store.last_sale_at else ""
    follows = f"; the invoice numbers of {store.numbers_follow} follow" if store.numbers_follow else ""
    severity = Severity.LOOK if follows or sum(store.refused.values()) > store.sold else Severity.GOOD
    text = f"{store.code} sells: {_sales(store.sold)} {_window(now)}{last}{_refused(store)}{_waiting(store)}{follows}"
    return Sentence(severity, text)


def _idle(store: StoreNow, now: Now) -> Sentence:
    last = f"the last one {_when(store, now)}" if store.last_sale_at else "and none before"
    if refused := sum(store.refused.values()):
        text = f"{store.code} sold nothing {_window(now)}: {_sales(refused)} refused ({_why(store)}); {last}"
        return Sentence(Severity.BAD, text)
    severity = Severity.LOOK if store.waiting else Severity.GOOD
    return Sentence(severity, f"{store.code} can sell: no sale {_window(now)}, {last}{_waiting(store)}")


def _accounting(store: StoreNow, now: Now) -> str:
    match store.refill:
        case Refill(error=str(error), is_over=True):
            return f"accounting refuses to give any: {error}"
        case Refill(error=str(error), requested_at=at) if error.startswith(NO_ANSWER):
            _, says, cause = error.partition(f"{NO_ANSWER}: ")
            return f"accounting has not answered since {clock(at, now.at, store.zone)}{f': {cause}' if says else ''}"
        case Refill(error=str(error), requested_at=at):
            return f"accounting has given none since {clock(at, now.at, store.zone)}: {error}"
        case Refill(requested_at=at):
            return f"accounting is being asked since {clock(at, now.at, store.zone)}"
    return "accounting was not asked yet"


def _window(now: Now) -> str:
    minutes = min(round((now.at - now.since).total_seconds() / 60), MINUTES)
    return f"in the last {minutes} minutes" if minutes > 1 else "in the last minute"


def _when(store: StoreNow, now: Now) -> str:
    assert store.last_sale_at
    return f"at {clock(store.last_sale_at, now.at, store.zone)}"


def _sales(count: int) -> str:
    return f"{count:,} sale{'' if count == 1 else 's'}"


def _refused(store: StoreNow) -> str:
    count = sum(store.refused.values())
    return f"; {count:,} refused ({_why(store)})" if count else ""


def _why(store: StoreNow) -> str:
    """The commonest reason."""
    code = max(store.refused, key=lambda code: store.refused[code])
    return WORDS.get(code, code.replace("_", " "))


def _waiting(store: StoreNow) -> str:
    return f"; {store.waiting:,} wait{'s' if store.waiting == 1 else ''}" if store.waiting else ""
