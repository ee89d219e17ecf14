"""What Ringup asks of a payment provider. Whoever writes an adapter writes these four calls: see docs/payments.md."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from base.outside.asking import Fault, Refusal

REFERENCE_LENGTH_MAX = 255


class PaymentFault(Fault):
    """The provider did not answer, or not as agreed. What happened is unknown: the same call under the same key is
    repeated until it is known."""


class PaymentRefusal(Refusal):
    """The provider understood and said no: nothing happened, and repeating the same call would not help. Of an
    authorization its text is the reason that a cashier reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Money to be set aside for an order. `token`: what the provider knows the customer's means of payment by.

    `is_repeat`: the provider may have been asked before, however long ago, and an adapter whose provider forgets keys
    has to look for what came of it first; `first_asked_at`: since when.
    """

    key: str
    amount_minor: int
    currency: str
    token: str
    store_code: str
    order_number: str
    first_asked_at: datetime
    is_repeat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to be done about an authorization. `reference`: what `authorize` answered; `is_repeat`: as above."""

    key: str
    reference: str
    amount_minor: int
    currency: str
    is_repeat: bool


class PaymentProvider(Protocol):
    """Every call is idempotent by its key: the same key has its effect once, and gives the same answer again.

    Each answers with the provider's own reference. Raises PaymentFault, PaymentRefusal. Threads share it.

    Beside the function that makes it, in the same module, there may be another one, `why_not(amount_minor, currency) ->
    str | None`: why the provider cannot be told of an amount at all, such as one that it cannot count. It asks nobody
    and needs no key, as whoever decides about a pay or a refund has none: what cannot be told is decided by nobody.
    """

    def authorize(self, charge: Charge) -> str:
        """Set the amount aside; the reference is what the later steps name. A decline is a PaymentRefusal."""
        ...

    def capture(self, step: Step) -> str:
        """Take all that was set aside."""
        ...

    def void(self, step: Step) -> str:
        """Give up what was set aside and not captured."""
        ...

    def refund(self, step: Step) -> str:
        """Give back some of what was captured: several times, in all never more than that."""
        ...
