"""Going through what is due some at a time: what is passed over is read once for each pass, whatever is found."""

from dataclasses import dataclass, field

import pytest

from base.outside.pages import Page, Pages

AT_ONCE = 60


@dataclass(slots=True)
class Queue:
    """Letters in order, two a page; those in `blocked` wait for the one that they name to be gone."""

    waiting: list[str]
    blocked: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def take_one(self, after: str | None) -> Page[str, str]:
        page = [letter for letter in self.waiting if after is None or letter > after][:2]
        self.read += page
        free = [letter for letter in page if self.blocked.get(letter) not in self.waiting]
        if free:
            self.waiting.remove(free[0])
            return free[:1], free[0]
        return [], page[-1] if len(page) == 2 else None


def taken(queue: Queue) -> list[str]:
    pages = Pages[str, str](at_once=AT_ONCE)
    return [letter for some in iter(lambda: pages.next(queue.take_one), []) for letter in some]


def test_everything_is_found_in_order() -> None:
    assert taken(Queue([*"abcde"])) == [*"abcde"]


@pytest.mark.parametrize("blocked", [{}, {"b": "a", "c": "b"}, {"a": "e"}, {"a": "e", "b": "a", "d": "c"}])
def test_what_was_in_the_way_of_another_is_followed_by_it(blocked: dict[str, str]) -> None:
    queue = Queue([*"abcde"], blocked)
    assert sorted(taken(queue)) == [*"abcde"]
    assert queue.waiting == []


def test_what_stays_blocked_is_read_once_a_pass_and_not_once_for_each_that_is_found() -> None:
    behind = [f"b{number:03}" for number in range(100)]
    queue = Queue([*behind, *"cdefg"], dict.fromkeys(behind, "b000"))
    queue.blocked["b000"] = "b001"
    assert taken(queue) == [*"cdefg"]
    assert queue.waiting == behind
    assert queue.read.count("b050") == 2


def test_nothing_is_due() -> None:
    queue = Queue([])
    assert taken(queue) == []
    assert queue.read == []


def test_no_more_is_read_at_once_than_a_bound_and_the_next_run_goes_on_there() -> None:
    behind = [f"b{number:03}" for number in range(100)]
    queue = Queue([*behind, *"cd"], dict.fromkeys(behind, "b000"))
    pages, runs = Pages[str, str](at_once=10), 0
    while queue.waiting != behind:
        queue.read.clear()
        pages.begin()
        while pages.next(queue.take_one):
            pass
        runs += 1
        assert len(queue.read) <= 2 * 10 + 4
    assert runs == 6


def test_what_a_run_that_had_enough_had_passed_over_is_come_back_to() -> None:
    behind = [f"b{number:03}" for number in range(30)]
    queue = Queue([*behind], dict.fromkeys(behind, "b000"))
    pages = Pages[str, str](at_once=10)
    assert pages.next(queue.take_one) == []
    del queue.blocked["b003"]
    pages.begin()
    assert pages.next(queue.take_one) == ["b003"]


def test_a_run_that_saw_all_is_followed_by_one_from_the_beginning() -> None:
    queue = Queue([*"abc"], {"b": "c"})
    pages = Pages[str, str](at_once=10)
    assert pages.next(queue.take_one) == ["a"]
    pages.begin()
    assert pages.place is None
