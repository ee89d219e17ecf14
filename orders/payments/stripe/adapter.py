"""Stripe, by its own library: a PaymentIntent with manual capture for each online tender.

The port's key goes along as Stripe's idempotency key, and as metadata `ringup`. Stripe forgets idempotency keys after a
day (docs.stripe.com/api/idempotent_requests), so what may have been asked for before is always looked up first: a
payment and a refund by their metadata, a capture and a void by what the payment is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import stripe
from django.conf import settings

from orders.payments.port import Charge, PaymentFault, PaymentRefusal, Step
from orders.payments.stripe import amounts
from orders.payments.stripe.http import READ_TIMEOUT_S, BoundedClient

KEY = "ringup"
CLOCKS_DIFFER_BY_MAX = timedelta(minutes=5)
LOOKED_THROUGH_MAX = 10_000
PAGE = 100


def from_settings() -> "StripePayments":
    return StripePayments(api_key=settings.STRIPE_API_KEY, api_base=settings.STRIPE_API_BASE)


class StripePayments:
    def __init__(self, *, api_key: str, api_base: str = "", read_timeout_s: float = READ_TIMEOUT_S) -> None:
        # It would write an id of this machine into its user's home.
        stripe.enable_telemetry = False
        client = stripe.StripeClient(
            api_key,
            http_client=BoundedClient(read_timeout_s=read_timeout_s),
            base_addresses={"api": api_base.rstrip("/")} if api_base else {},
            max_network_retries=0,
        )
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds

    def authorize(self, charge: Charge) -> str:
        intent = self._find_intent(charge) if charge.is_repeat else None
        with faults():
            try:
                answer = intent or fields(self._create(charge))
            except stripe.CardError as declined:
                raise PaymentRefusal(declined.user_message or declined.code or "declined") from declined
        match answer["status"]:
            case "requires_capture" | "succeeded":
                return str(answer["id"])
            case "requires_action" | "requires_confirmation":
                self._give_up(charge, answer["id"])
                raise PaymentRefusal("The customer would have to confirm the payment.")
            case "requires_payment_method":
                error = answer.get("last_payment_error") or {}
                raise PaymentRefusal(error.get("message") or "declined")
            case "canceled":
                raise PaymentRefusal("The payment was cancelled at Stripe.")
        raise PaymentFault(f"the payment is {answer['status']}")

    def capture(self, step: Step) -> str:
        answer = self._settle(
            step,
            lambda: self._intents.capture(
                step.reference, {"amount_to_capture": _amount(step)}, {"idempotency_key": step.key}
            ),
        )
        if answer["status"] != "succeeded":
            raise PaymentRefusal(f"The payment is {answer['status']}.")
        return str(answer["id"])

    def void(self, step: Step) -> str:
        answer = self._settle(step, lambda: self._intents.cancel(step.reference, options={"idempotency_key": step.key}))
        if answer["status"] != "canceled":
            raise PaymentRefusal(f"The payment is {answer['status']}.")
        return str(answer["id"])

    def refund(self, step: Step) -> str:
        answer = self._find_refund(step) if step.is_repeat else None
        with faults():
            answer = answer or fields(
                self._refunds.create(
                    {"payment_intent": step.reference, "amount": _amount(step), "metadata": {KEY: step.key}},
                    {"idempotency_key": step.key},
                )
            )
        if answer["status"] not in ("succeeded", "pending"):
            raise PaymentRefusal(f"The refund is {answer['status']}.")
        return str(answer["id"])

    def _give_up(self, charge: Charge, reference: str) -> None:
        """What cannot be given up may still come about: nobody is told that it was declined."""
        try:
            self.void(_giving_up(charge, reference))
        except PaymentRefusal as refused:
            raise PaymentFault(f"a payment to be confirmed cannot be given up: {refused}") from refused

    def _create(self, charge: Charge) -> stripe.PaymentIntent:
        metadata = {KEY: charge.key, "store": charge.store_code, "order": charge.order_number}
        return self._intents.create(
            {
                "amount": _amount(charge),
                "currency": charge.currency.lower(),
                "payment_method": charge.token,
                "allowed_payment_method_types": ["card"],
                "capture_method": "manual",
                "confirm": True,
                "metadata": metadata,
            },
            {"idempotency_key": charge.key},
        )

    def _settle(self, step: Step, act: Callable[[], stripe.PaymentIntent]) -> dict[str, Any]:
        """What the payment is after the act, also where it was so before."""
        with faults():
            try:
                return fields(act())
            except stripe.InvalidRequestError as refused:
                answer = fields(self._intents.retrieve(step.reference))
                if answer["status"] in ("succeeded", "canceled"):
                    return answer
                raise PaymentRefusal(str(refused.user_message or refused)) from refused

    def _find_intent(self, charge: Charge) -> dict[str, Any] | None:
        """By search, which knows everything but the last minute (docs.stripe.com/search), then by the list."""
        with looking():
            found = self._intents.search({"query": f"metadata['{KEY}']:'{charge.key}'"})
            if intent := _with_key(iter(found.data), charge.key):
                return intent
        with looking():
            since = int((charge.first_asked_at - CLOCKS_DIFFER_BY_MAX).timestamp())
            listed = self._intents.list({"created": {"gte": since}, "limit": PAGE})
            return _with_key(listed.auto_paging_iter(), charge.key)

    def _find_refund(self, step: Step) -> dict[str, Any] | None:
        with looking():
            found = self._refunds.list({"payment_intent": step.reference, "limit": PAGE})
            return _with_key(found.auto_paging_iter(), step.key)


def _amount(asked: Charge | Step) -> int:
    """As Stripe counts it. What cannot be said is refused, and Stripe is not asked."""
    amount = amounts.at_stripe(asked.amount_minor, asked.currency)
    if amount is None:
        raise PaymentRefusal(amounts.why_not(asked.amount_minor, asked.currency) or "")
    return amount


def fields(found: Any) -> dict[str, Any]:
    """An object of Stripe's as plain values; anything else is no answer."""
    values = found.to_dict() if isinstance(found, stripe.StripeObject) else None
    if values and isinstance(values.get("id"), str) and isinstance(values.get("status"), str):
        return values
    raise PaymentFault("the answer is not as agreed")


@contextmanager
def faults() -> Iterator[None]:
    """The library's errors as the port's. A request that Stripe will not have at all did nothing."""
    try:
        yield
    except stripe.InvalidRequestError as refused:
        raise PaymentRefusal(str(refused.user_message or refused)) from refused
    except stripe.StripeError as error:
        raise PaymentFault(str(error.user_message or error)) from error
    except (AttributeError, KeyError, TypeError) as error:
        # The library stumbles over errors that are not in Stripe's form, such as a gateway's.
        raise PaymentFault("the answer is not as agreed") from error


@contextmanager
def looking() -> Iterator[None]:
    """Whoever could not look does not know: a refusal to search says nothing about what is there."""
    try:
        with faults():
            yield
    except PaymentRefusal as refused:
        raise PaymentFault(f"what came of the first call cannot be looked up: {refused}") from refused


def _with_key(found: Iterator[Any], key: str) -> dict[str, Any] | None:
    for count, one in enumerate(found):
        values = fields(one)
        if (values.get("metadata") or {}).get(KEY) == key:
            return values
        if count >= LOOKED_THROUGH_MAX:
            raise PaymentFault(f"not among the last {LOOKED_THROUGH_MAX}")
    return None


def _giving_up(charge: Charge, reference: str) -> Step:
    return Step(
        key=f"{charge.key}/give up",
        reference=reference,
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        is_repeat=False,
    )
