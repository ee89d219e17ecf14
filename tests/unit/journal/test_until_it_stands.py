"""A batch that depends on others is begun anew with them, until it depends on nobody else."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from psycopg.errors import SerializationFailure

from orders.journal.core.batch import NOBODY, Holders, OrderSubject, Subject
from orders.journal.db.claim import ATTEMPTS_MAX, DependsOnOthers, until_it_stands

RUNG = [OrderSubject(UUID(int=1))]
AN_ORDER = Holders(orders=frozenset({UUID(int=2)}))
A_REFERENCE = Holders(references=frozenset({(1, "WEB-1")}))


def test_whoever_was_found_stays_claimed() -> None:
    found, claimed = [A_REFERENCE, AN_ORDER], list[Holders]()

    def attempt(rung: Sequence[Subject], holders: Holders) -> str | DependsOnOthers:
        claimed.append(holders)
        return DependsOnOthers(rung=rung, holders=found.pop()) if found else "it stands"

    assert until_it_stands(RUNG, attempt) == "it stands"
    assert claimed == [NOBODY, AN_ORDER, AN_ORDER | A_REFERENCE]


def test_not_for_ever() -> None:
    attempts: list[Holders] = []

    def attempt(rung: Sequence[Subject], holders: Holders) -> str | DependsOnOthers:
        attempts.append(holders)
        return DependsOnOthers(rung=rung, holders=AN_ORDER)

    with pytest.raises(SerializationFailure, match="again"):
        until_it_stands(RUNG, attempt)
    assert len(attempts) == ATTEMPTS_MAX
