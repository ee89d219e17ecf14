"""What workers do for what was rung for, as tests name it: an order by its id, a store by its id."""

from collections.abc import Iterable
from typing import Any, TypeAlias
from uuid import UUID

from orders.journal.core.batch import DrawerSubject, OrderSubject, StoreSubject, Subject
from orders.journal.db.repair import Repaired
from workers import execute as transaction
from workers import run as ring

Name: TypeAlias = UUID | int


def subjects(rung: Iterable[Name]) -> list[Subject]:
    return [StoreSubject(id_) if isinstance(id_, int) else OrderSubject(id_) for id_ in rung]


def execute(rung: Iterable[Name], **how: Any) -> transaction.Executed:
    return transaction.execute(subjects(rung), **how)


def run(rung: Iterable[Name]) -> list[Exception]:
    return ring.run(subjects(rung))


def run_drawer(terminal_id: int) -> list[Exception]:
    return ring.run([DrawerSubject(terminal_id)])


def name_of(subject: Subject) -> Name:
    match subject:
        case OrderSubject(order_id):
            return order_id
        case StoreSubject(store_id):
            return store_id
        case DrawerSubject(drawer_id):
            return drawer_id


def freed(repaired: Repaired | None) -> list[UUID]:
    """What waited for a parked command."""
    assert repaired, "it was not parked"
    return repaired.freed
