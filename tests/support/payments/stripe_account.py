"""A shop's account at Stripe: localstripe in a process of its own, behind a faulty network, and what is on it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from orders.payments.stripe import StripePayments, amounts
from tests.support.network.http_faults import UNHEARD, Fault, FaultyProxy, faulty_proxy
from tests.support.payments.paper_bank import only_provider

NAME = "stripe"
API_KEY = "sk_test_12345"
GOOD, EMPTY = "pm_card_visa", "pm_card_chargeCustomerFail"
PATIENCE_S, HASTE_S = 60.0, 0.6
"""How long the adapter waits for an answer; and where there will be none."""

http = urllib3.PoolManager(retries=False, timeout=60)


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """`url`: Stripe itself; `proxy`: the way that the adapter takes."""

    url: str
    proxy: FaultyProxy

    @property
    def adapter(self) -> StripePayments:
        """As the shop has it now."""
        return opened()

    @contextmanager
    def faulty(self, fault: Fault) -> Iterator[None]:
        """Every request within meets the fault; where no answer comes, the adapter does not wait as long as a shop
        would."""
        with self.proxy.faulty(fault), _adapter(self.proxy, HASTE_S if fault in UNHEARD else PATIENCE_S):
            yield

    def intents(self) -> list[dict[str, Any]]:
        return [one for one in self._made() if one["object"] == "payment_intent"]

    def refunds(self) -> list[dict[str, Any]]:
        return [one for one in self._made() if one["object"] == "refund"]

    def set_ahead(self, *, seconds: float) -> None:
        """What Stripe takes for now, from now on."""
        answer = http.request("POST", f"{self.url}/_config/clock", fields={"seconds": str(seconds)})
        assert answer.status == 200, answer.data

    def refuse_to_search(self) -> None:
        """Until it is opened anew."""
        http.request("POST", f"{self.url}/_config/clock", fields={"seconds": "0", "searches": ""})

    def card(self, number: str) -> str:
        """A token for a card of one's own."""
        card = {
            "type": "card",
            "card[number]": number,
            "card[exp_month]": "12",
            "card[exp_year]": "30",
            "card[cvc]": "123",
        }
        headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/x-www-form-urlencoded"}
        made = http.request("POST", f"{self.url}/v1/payment_methods", body=urlencode(card), headers=headers)
        token: str = json.loads(made.data)["id"]
        return token

    @property
    def net_minor(self) -> int:
        """What the shop has of it."""
        captured: int = sum(one["amount"] for one in self.intents() if one["status"] == "succeeded")
        refunded: int = sum(one["amount"] for one in self.refunds())
        return captured - refunded

    @property
    def set_aside_minor(self) -> int:
        return sum(one["amount"] for one in self.intents() if one["status"] == "requires_capture")

    def _made(self) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {API_KEY}"}
        made: list[dict[str, Any]] = json.loads(http.request("GET", f"{self.url}/_config/made", headers=headers).data)
        return made


@contextmanager
def localstripe() -> Iterator[str]:
    """The address of a Stripe of its own."""
    program = [sys.executable, str(Path(__file__).with_name("localstripe_server.py")), "0"]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "localstripe did not start"
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=60)


@contextmanager
def stripe_account(url: str) -> Iterator[StripeAccount]:
    """Within, it is the shop's only provider; it begins with nothing on it."""
    http.request("DELETE", f"{url}/_config/data")
    http.request("POST", f"{url}/_config/clock", fields={"seconds": "0"})
    with faulty_proxy(url) as proxy, _adapter(proxy, PATIENCE_S):
        yield StripeAccount(url, proxy)


_open: list[StripePayments] = []


@contextmanager
def _adapter(proxy: FaultyProxy, read_timeout_s: float) -> Iterator[None]:
    _open.append(StripePayments(api_key=API_KEY, api_base=proxy.url, read_timeout_s=read_timeout_s))
    try:
        with only_provider(NAME, "tests.support.payments.stripe_account.opened"):
            yield
    finally:
        _open.pop()


def opened() -> StripePayments:
    return _open[-1]


why_not = amounts.why_not


def online(amount_minor: int, token: str = GOOD) -> dict[str, object]:
    return {"method": "online", "amount_minor": amount_minor, "provider": NAME, "token": token}
