"""What is odd about a terminal's count."""

import pytest

from orders.journal.core.counted import BIGINT_MAX, Counted, counted

BIG = 10**12


@pytest.mark.parametrize(
    ("sequences", "since", "gaps", "repeated"),
    [
        ([], 1, [], []),
        ([1, 2, 3], 1, [], []),
        ([2, 3, 7, 9], 1, [(1, 1), (4, 6), (8, 8)], []),
        ([1, 1, 2, 2, 2, 4, 4], 1, [(3, 3)], [1, 2, 4]),
        ([1, BIG], 1, [(2, BIG - 1)], []),
        ([BIGINT_MAX], BIGINT_MAX, [], []),
        ([1, BIGINT_MAX, BIGINT_MAX], 1, [(2, BIGINT_MAX - 1)], [BIGINT_MAX]),
        ([1003], 1000, [(1000, 1002)], []),
    ],
)
def test_all_at_once(sequences: list[int], since: int, gaps: list[tuple[int, int]], repeated: list[int]) -> None:
    assert counted(sequences, since=since, limit=50, is_all=True) == Counted(gaps, repeated, None)


@pytest.mark.parametrize(
    ("sequences", "found"),
    [
        ([1, 3, 5, 7, 9], Counted([(2, 2), (4, 4)], [], 6)),
        ([1, 1, 2, 2, 3, 3, 9], Counted([], [1, 2], 3)),
        ([1, 1, 1, 1, 3], Counted([(2, 2)], [1], None)),
    ],
)
def test_a_page_ends_where_the_next_one_begins(sequences: list[int], found: Counted) -> None:
    assert counted(sequences, since=1, limit=2, is_all=True) == found


@pytest.mark.parametrize(
    ("sequences", "found"),
    [
        ([1, 2, 5], Counted([], [], 3)),
        ([1, 1, 2, 2], Counted([], [1], 2)),
        ([4, 4, 4], Counted([(1, 3)], [4], 5)),
        ([BIGINT_MAX, BIGINT_MAX], Counted([(1, BIGINT_MAX - 1)], [BIGINT_MAX], None)),
    ],
)
def test_where_more_follow_the_last_number_is_left_to_the_next_look(sequences: list[int], found: Counted) -> None:
    assert counted(sequences, since=1, limit=50, is_all=False) == found


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("look_max", [5, 7, 50])
def test_page_after_page_tells_all_of_it_once(limit: int, look_max: int) -> None:
    sequences = [2, 3, 3, 3, 3, 7, 8, 8, 9, 20, 20, 21, 25, 26, 26, 26, BIG, BIG]
    gaps, repeated, since = [], [], 1
    while since:
        left = [one for one in sequences if one >= since]
        page = counted(left[:look_max], since=since, limit=limit, is_all=len(left) <= look_max)
        assert page.then is None or page.then > since
        gaps += page.gaps
        repeated += page.repeated
        since = page.then or 0
    whole = counted(sequences, since=1, limit=50, is_all=True)
    assert gaps == whole.gaps
    assert repeated == whole.repeated
