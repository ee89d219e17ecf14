"""When a worker lingers before it claims."""

from workers.run import LINGER_S, Rush


def paused(*rings: list[int]) -> list[float]:
    """`rings`: what the batches of each settled. How long was lingered, over all of them and one more."""
    pauses: list[float] = []
    rush = Rush(pauses.append)
    for batches in rings:
        rush.linger()
        for settled in batches:
            rush.note(settled)
    rush.linger()
    return pauses


def test_who_is_alone_is_settled_at_once() -> None:
    assert paused([1], [1], [], [1]) == []


def test_it_lingers_after_a_ring_that_was_for_several_and_no_longer() -> None:
    assert paused([2]) == [LINGER_S]
    assert paused([7], [1], [1]) == [LINGER_S]
    assert paused([7], []) == [LINGER_S]
    assert paused([3], [3]) == [LINGER_S, LINGER_S]


def test_of_a_ring_all_batches_count() -> None:
    assert paused([1, 1]) == [LINGER_S]
    assert paused([5, 0]) == [LINGER_S]


def test_a_rush_lasts_until_a_batch_was_for_nobody_or_for_one() -> None:
    rush = Rush(lambda _: None)
    lasted = []
    for settled in (1, 1, 3, 1, 2, 0):
        rush.note(settled)
        lasted.append(rush.lasts)
        rush.linger()
    assert lasted == [False, False, True, False, True, False]
