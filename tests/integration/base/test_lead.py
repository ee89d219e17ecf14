"""Of several that could lead one does, until its lease is over, by the database's clock."""

from datetime import timedelta

import pytest

from base.sql.lead import Lead
from base.sql.sets import cursor
from project.stack.embedded.child import wait_until

pytestmark = pytest.mark.django_db

LONG, SHORT = timedelta(minutes=1), timedelta(milliseconds=50)


def lead(holder: str, *, lease: timedelta = LONG) -> Lead:
    return Lead("beat", holder=holder, lease=lease)


def test_one_leads_and_the_others_stand_by_while_it_goes_on() -> None:
    north, south = lead("north"), lead("south")
    assert [north.take(), south.take(), north.take(), south.take()] == [True, False, True, False]
    assert (north.is_mine, south.is_mine) == (True, False)


def test_what_is_led_otherwise_is_another_lead() -> None:
    assert lead("north").take()
    assert Lead("other", holder="south", lease=LONG).take()


def test_a_lease_that_is_over_is_anybodys_and_its_holder_knows_by_itself() -> None:
    north, south = lead("north", lease=SHORT), lead("south")
    assert north.take()
    assert wait_until(lambda: not north.is_mine, seconds=5)
    assert wait_until(south.take, seconds=5)
    assert not north.take()


def test_who_has_not_heard_that_it_lost_the_lead_learns_it_when_it_asks() -> None:
    north = lead("north")
    assert north.take()
    cursor().execute("UPDATE ringup_lead SET holder = 'south'")
    assert north.is_mine
    assert not north.take()
    assert not north.is_mine


def test_a_lead_that_is_given_up_is_free_at_once_and_only_by_its_holder() -> None:
    north, south = lead("north"), lead("south")
    assert north.take()
    south.give_up()
    assert not south.take()
    north.give_up()
    assert not north.is_mine
    assert south.take()
