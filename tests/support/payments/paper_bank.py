"""A payment provider on paper: whatever the port promises, and what a test tells it to answer instead."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings

from orders.payments import registry
from orders.payments.port import Charge, PaymentRefusal, Step

NAME = "bank"
PATH = "tests.support.payments.paper_bank.opened"
VISA = "tok-visa"


@dataclass(slots=True)
class Account:
    """What was set aside under one reference, and what became of it."""

    charge: Charge
    captured_minor: int = 0
    refunded_minor: int = 0
    is_void: bool = False


@dataclass(slots=True)
class PaperBank:
    """`accounts`: by reference. `told`: (verb, key) of every call. `declines`: tokens that it says no to, and why.
    `next_answers`: given instead, one a call; `lost_answers`: raised by the next calls after their effect.
    `cannot_count`: amounts that it has no word for."""

    accounts: dict[str, Account] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    declines: dict[str, str] = field(default_factory=dict)
    next_answers: list[Callable[[], str]] = field(default_factory=list)
    lost_answers: list[Exception] = field(default_factory=list)
    cannot_count: set[int] = field(default_factory=set)
    _done: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def authorize(self, charge: Charge) -> str:
        return self.once("authorize", charge.key, lambda: self._authorize(charge))

    def capture(self, step: Step) -> str:
        return self.once("capture", step.key, lambda: self._capture(step))

    def void(self, step: Step) -> str:
        return self.once("void", step.key, lambda: self._void(step))

    def refund(self, step: Step) -> str:
        return self.once("refund", step.key, lambda: self._refund(step))

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, _ in self.told]

    @property
    def net_minor(self) -> int:
        """What the shop has of it."""
        return sum(one.captured_minor - one.refunded_minor for one in self.accounts.values())

    @property
    def set_aside_minor(self) -> int:
        """What customers miss and nobody has."""
        held = [one for one in self.accounts.values() if not (one.is_void or one.captured_minor)]
        return sum(one.charge.amount_minor for one in held)

    def once(self, verb: str, key: str, effect: Callable[[], str]) -> str:
        with self._lock:
            self.told.append((verb, key))
            if self.next_answers:
                return self.next_answers.pop(0)()
            if key not in self._done:
                self._done[key] = effect()
            if self.lost_answers:
                raise self.lost_answers.pop(0)
            return self._done[key]

    def _authorize(self, charge: Charge) -> str:
        if reason := self.declines.get(charge.token):
            raise PaymentRefusal(reason)
        reference = f"AUTH-{len(self.accounts) + 1}"
        self.accounts[reference] = Account(charge)
        return reference

    def _capture(self, step: Step) -> str:
        account = self.accounts[step.reference]
        assert not account.is_void, "captured after it was voided"
        assert not account.captured_minor, "captured twice"
        assert step.amount_minor == account.charge.amount_minor
        account.captured_minor = step.amount_minor
        return f"CAPTURE-{step.reference}"

    def _void(self, step: Step) -> str:
        account = self.accounts[step.reference]
        assert not account.captured_minor, "voided after it was captured"
        account.is_void = True
        return f"VOID-{step.reference}"

    def _refund(self, step: Step) -> str:
        account = self.accounts[step.reference]
        account.refunded_minor += step.amount_minor
        assert account.refunded_minor <= account.captured_minor, "more refunded than captured"
        return f"REFUND-{step.reference}-{account.refunded_minor}"


_open: list[PaperBank] = []


def opened() -> PaperBank:
    return _open[-1]


def why_not(amount_minor: int, currency: str) -> str | None:
    return f"nobody counts {amount_minor} {currency}" if amount_minor in opened().cannot_count else None


@contextmanager
def banking() -> Iterator[PaperBank]:
    """Within, the shop has this provider and no other."""
    _open.append(PaperBank())
    try:
        with only_provider(NAME, PATH):
            yield opened()
    finally:
        _open.pop()


@contextmanager
def only_provider(name: str, path: str) -> Iterator[None]:
    """The setting's value itself is changed: what else overrides settings meanwhile may end before or after this."""
    providers: dict[str, str] = settings.PAYMENT_PROVIDERS
    before = dict(providers)
    providers.clear()
    providers[name] = path
    registry._made.cache_clear()
    try:
        yield
    finally:
        providers.clear()
        providers.update(before)
        registry._made.cache_clear()


def online(amount_minor: int, token: str = VISA) -> dict[str, object]:
    return {"method": "online", "amount_minor": amount_minor, "provider": NAME, "token": token}
