"""How many commands may wait: looked at seldom, held to all the same."""

import pytest

from orders.journal.db.backlog import LOOKS, LOOKS_AGAIN_S, MANY, Backlog

MOST = 80
SELDOM = MOST // LOOKS


class Journal:
    """`waiting`: commands that are not carried out; `looks`: how often was looked."""

    def __init__(self) -> None:
        self.waiting = 0
        self.looks = 0
        self.now = 1_000.0
        self.backlog = Backlog(look=self.look, now=lambda: self.now)

    def look(self, limit: int) -> int:
        self.looks += 1
        return min(self.waiting, limit)

    def comes(self, commands: int = 1) -> bool:
        taken = self.backlog.let_in(commands, most=MOST)
        self.waiting += commands if taken else 0
        return taken


@pytest.fixture
def journal() -> Journal:
    return Journal()


def test_no_more_are_let_in_than_may_wait(journal: Journal) -> None:
    assert [journal.comes() for _ in range(MOST + 5)] == [True] * MOST + [False] * 5


def test_of_few_commands_nobody_looks(journal: Journal) -> None:
    for _ in range(SELDOM):
        journal.comes()
        journal.waiting = 0
    assert journal.looks == 0


def test_what_others_let_in_is_seen_before_long(journal: Journal) -> None:
    journal.waiting = MOST
    taken = [journal.comes() for _ in range(SELDOM + 1)]
    assert taken == [True] * SELDOM + [False]


def test_many_who_find_no_room_look_seldom(journal: Journal) -> None:
    journal.waiting = MOST
    for _ in range(SELDOM + 100):
        journal.comes()
    assert journal.looks <= 2


def test_room_is_found_again_soon_after_some_were_carried_out(journal: Journal) -> None:
    while journal.comes():
        pass
    journal.waiting = 0
    assert not journal.comes()
    journal.now += LOOKS_AGAIN_S
    assert journal.comes()


def test_bulk_is_refused_while_single_commands_still_find_room(journal: Journal) -> None:
    while journal.comes(MANY + 1):
        journal.now += LOOKS_AGAIN_S
    assert MOST // 2 - MANY - 1 <= journal.waiting <= MOST // 2
    assert journal.comes()


def test_what_is_larger_than_all_of_it_is_taken_where_nothing_waits(journal: Journal) -> None:
    assert journal.comes(10 * MOST)
    assert not journal.comes()
