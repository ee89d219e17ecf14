"""Asking several at once: calls that wait for other systems, each in a thread that touches no database."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Protocol, TypeVar

from orders.payments.outside.asking import ask
from orders.payments.port import PaymentFault, PaymentRefusal


class OfProvider(Protocol):
    @property
    def provider(self) -> str: ...
    @property
    def secrets(self) -> Sequence[str]: ...


One = TypeVar("One", bound=OfProvider)


def ask_concurrently(ones: Sequence[One], call: Callable[[One], object]) -> Iterator[tuple[One, str | Exception]]:
    """Each with its reference, or the fault or refusal it met, as soon as it is known: the slow hold up nobody."""
    if not ones:
        return
    with ThreadPoolExecutor(len(ones), thread_name_prefix="provider") as pool:
        asked = {pool.submit(_answer, one, call): one for one in ones}
        for future in as_completed(asked):
            yield asked[future], future.result()


def _answer(one: One, call: Callable[[One], object]) -> str | Exception:
    try:
        return ask(lambda: call(one), of=one.provider, secrets=one.secrets)
    except (PaymentFault, PaymentRefusal) as error:
        return error
