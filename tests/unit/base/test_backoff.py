"""How long to wait before the next attempt."""

from base.outside.lease_loop import pause_max_s


def test_the_pause_doubles_up_to_its_cap() -> None:
    assert [pause_max_s(attempts, cap_s=60) for attempts in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_it_stays_a_number_after_any_number_of_attempts() -> None:
    assert pause_max_s(10**9, cap_s=60) == 60
    assert pause_max_s(0, cap_s=60) == 1
