"""Clocks, and those outside: accounting and the payment provider."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import urllib3

from benchmarks.chaos import bank
from benchmarks.chaos.faults.place import Fault, Place

CLOCK_WRONG_BY_MAX_S = 300.0


def wound(name: str) -> Fault:
    """No further than the run still goes: what is put off by a wrong clock comes within it."""

    @contextmanager
    def begin(place: Place, chance: random.Random, left_s: float) -> Iterator[bool]:
        file = place.clocks / name
        most_s = min(CLOCK_WRONG_BY_MAX_S, left_s * 0.7)
        file.write_text(str(chance.choice([-1, 1]) * chance.uniform(most_s / 2, most_s)))
        try:
            yield True
        finally:
            file.write_text("0")

    return Fault(name=f"clock of {name}", kind=f"clock of {name}", begin=begin, lasts_s=(2, 5))


def of_accounting(mode: str) -> Fault:
    def ask(place: Place, form: dict[str, object]) -> bool:
        with suppress(urllib3.exceptions.HTTPError):
            url = f"{place.stack.run_info['accounting_url']}/faults"
            return urllib3.request("PUT", url, json=form, timeout=3, retries=False).status == 200
        return False

    @contextmanager
    def begin(place: Place, _: random.Random, __: float) -> Iterator[bool]:
        was_hit = ask(place, {"mode": mode})
        try:
            yield was_hit
        finally:
            ask(place, {"mode": "none"})

    return Fault(name=f"accounting: {mode}", kind="accounting", begin=begin, lasts_s=(2, 5))


def of_bank(mode: bank.Fault) -> Fault:
    @contextmanager
    def begin(place: Place, _: random.Random, __: float) -> Iterator[bool]:
        place.bank.suffer(mode)
        try:
            yield True
        finally:
            place.bank.suffer(None)

    return Fault(name=f"payment provider: {mode}", kind="payment provider", begin=begin, lasts_s=(2, 5))
