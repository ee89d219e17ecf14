"""How much one batch takes on of what was sent together, by whose commands there were of late."""

import pytest
from pytest_django.fixtures import Settings

from workers.sizes import FEW, LATELY_S, SHORT, Sizes

TILL, OFFICE = 1, 2


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(settings: Settings) -> Clock:
    settings.COMMAND_BATCH_MAX = 100
    return Clock()


def test_who_sends_together_has_whole_batches_while_nobody_else_sells(clock: Clock) -> None:
    sizes = Sizes(clock)
    for batch in ([], [OFFICE] * 100, [OFFICE], [None]):
        sizes.note(batch)
        assert sizes.next() == 100


def test_beside_a_till_that_sells_it_has_short_ones_for_a_while(clock: Clock) -> None:
    sizes = Sizes(clock)
    sizes.note([TILL] * FEW)
    sizes.note([OFFICE] * 100)
    assert sizes.next() == SHORT
    clock.now += LATELY_S
    assert sizes.next() == 100


def test_a_batch_is_never_larger_than_the_shop_wants(clock: Clock, settings: Settings) -> None:
    settings.COMMAND_BATCH_MAX = SHORT - 1
    sizes = Sizes(clock)
    sizes.note([TILL])
    assert sizes.next() == SHORT - 1
