"""Protections that are taken away, one at a time: the simulation must find that each is gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from orders.payments.port import Charge
from orders.sales.db.expire import Lapsed

TEETH = Path(__file__).with_name("teeth.txt")
STEPS_WITHOUT, SEEDS_WITHOUT = 600, 16
ORDER_LOCK = "ORDER BY id FOR NO KEY UPDATE"


def NOBODY_ASKS(*_: Any, **__: Any) -> None:  # noqa: N802
    pass


@dataclass(frozen=True, slots=True)
class Without:
    """A text of the code's (`name` of `module`) reads otherwise."""

    module: str
    name: str
    old: str
    new: str = ""

    def change(self, patch: pytest.MonkeyPatch) -> None:
        module = import_module(self.module)
        text = getattr(module, self.name)
        assert self.old in text, f"{self.old!r} is not in {self.module}.{self.name}"
        patch.setattr(module, self.name, text.replace(self.old, self.new))


@dataclass(frozen=True, slots=True)
class Instead:
    """A function of the code's does something else."""

    module: str
    name: str
    does: Any

    def change(self, patch: pytest.MonkeyPatch) -> None:
        *path, name = self.name.split(".")
        owner = import_module(self.module)
        for part in path:
            owner = getattr(owner, part)
        patch.setattr(owner, name, self.does)


Change = Without | Instead

_CLAIM, _LOAD, _SAVE = "orders.journal.db.claim", "orders.journal.db.load", "orders.journal.db.save"
_AUTHORIZATIONS, _INSTRUCTIONS = "orders.payments.db.authorizations", "orders.payments.db.instructions"
_DRAWERS, _TURN = "orders.drawers.db.save", "orders.drawers.db.turn"
_NUMBERS, _REFILL = "orders.invoicing.db.numbers", "orders.invoicing.db.refill"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "whoever settles an order's commands has its lock": (
        Without(_CLAIM, "_LOCK_RUNG_ORDERS", ORDER_LOCK),
        Without(_CLAIM, "_LOCK_FURTHER_ORDERS", 'FOR NO KEY UPDATE OF "order" SKIP LOCKED'),
    ),
    "stock commands have the store's lock": (
        Without(_CLAIM, "_LOCK_RUNG_STORES", "FOR NO KEY UPDATE"),
        Without(_CLAIM, "_LOCK_FURTHER_STORES", "FOR NO KEY UPDATE SKIP LOCKED"),
    ),
    "levels are locked before they are decided on": (
        Without("inventory.db.load", "_LOCK_LEVELS", "FOR NO KEY UPDATE"),
    ),
    "holders are locked with the batch that depends on them": (
        Without(_CLAIM, "_LOCK_RUNG_ORDERS_AND_HOLDERS", ORDER_LOCK),
    ),
    "a batch knows whose holds it depends on": (Instead("workers.execute", "further", NOBODY_ASKS),),
    "commands run in the journal's order": (Without(_LOAD, "_LOAD", ") ORDER BY seq)", ") ORDER BY seq DESC)"),),
    "behind an awaiting command nothing runs": (
        Without(_LOAD, "_LOAD", "WHERE state IN ('parked', 'awaiting') AND order_id", "WHERE false AND order_id"),
    ),
    "a key is taken once": (
        Without("orders.journal.db.accept", "_ACCEPT_FOR_ORDER", "%(key)s", "%(key)s || nextval('orders_command_seq')"),
    ),
    "a number that is taken is locked": (Without(_NUMBERS, "_TAKE", "FOR UPDATE SKIP LOCKED"),),
    "a number is given once": (
        Without(_NUMBERS, "_TAKE", "FOR UPDATE SKIP LOCKED"),
        Without(_SAVE, "_SAVE", "WHERE orders_invoicenumber.state = 'free' OR", "WHERE true OR"),
    ),
    "a late sale is numbered by one": (
        Without("orders.invoicing.db.late_sales", "_WAITING_SALES", "FOR NO KEY UPDATE SKIP LOCKED"),
        Without(_NUMBERS, "ASSIGN", "WHERE orders_invoicenumber.state = 'free' OR", "WHERE true OR"),
        Without(_NUMBERS, "_TAKE", "FOR UPDATE SKIP LOCKED"),
    ),
    "only a free number is made void": (Without("orders.invoicing.db.void", "_VOID", "AND state = 'free'"),),
    "accounting is asked for numbers under one key": (
        Instead(
            "orders.invoicing.outside.refill",
            "_Refills._draft_ids",
            lambda self, refill: self.accounting.draft_ids(
                store_code=self.store_code, count=refill.count, idempotency_key=f"{refill.id}{refill.attempts}"
            ),
        ),
    ),
    "two that store one refill count it once": (
        Instead("orders.invoicing.outside.refill", "_is_stored", lambda *_: False),
    ),
    "an order's entries are sent in their order": (
        Without("orders.accounting.db", "_LEASE", "earlier.state <> 'posted'", "false"),
    ),
    "an entry's key is its own": (
        Without("orders.accounting.db", "_POSTED", "AND entry.lease_until = %s", "AND %s::timestamptz IS NOT NULL"),
    ),
    "an order's instructions are carried out in their order": (
        Without(_INSTRUCTIONS, "_LEASE", "earlier.state <> 'done'", "false"),
    ),
    "a provider is asked under one key": (
        Instead(
            "orders.payments.outside.authorize",
            "Charge",
            lambda *, key, **told: Charge(key=f"{key}{told['is_repeat']}", **told),
        ),
    ),
    "an answer frees its pay under the order's lock": (Without(_AUTHORIZATIONS, "_LOCK_ORDER", "FOR NO KEY UPDATE"),),
    "what nobody sells by is given up": (
        Without(_AUTHORIZATIONS, "VOID_UNWANTED", "('rejected', 'dismissed')", "('none')"),
        Without("orders.journal.db.repair", "VOID_UNWANTED", "('rejected', 'dismissed')", "('none')"),
    ),
    "payment providers are told": (Instead("workers.execute", "instructed_of", lambda *_: []),),
    "what lapses is released": (Instead("workers.expire", "lapsed", lambda *_, **__: Lapsed([], [], None)),),
    "the sweeper rings again": (Instead("workers.sweep", "ring_each", NOBODY_ASKS),),
    "an outcome is written once": (
        Without(_SAVE, "_SAVE", "AND command.state = given.was"),
        Without(_CLAIM, "_LOCK_RUNG_ORDERS", ORDER_LOCK),
        Without(_CLAIM, "_LOCK_FURTHER_ORDERS", 'FOR NO KEY UPDATE OF "order" SKIP LOCKED'),
    ),
    "no more comes back than was handed over": (
        Instead("orders.sales.core.take_back", "_spread", lambda row, names, lines: [(lines[names[0]], row.quantity)]),
    ),
    "one relay holds an entry": (
        Without("orders.accounting.db", "_LEASE", "entry.lease_until IS NULL OR entry.lease_until <= %(now)s", "true"),
    ),
    "a repair has the order's lock": (Without("orders.journal.db.repair", "_LOCK_ORDER", "FOR NO KEY UPDATE"),),
    "a closing waits for sales that are on their way": (
        Without(_DRAWERS, "_TAKE", "WHERE state = 'pending' AND blocked_by_id IS NULL", "WHERE false"),
    ),
    "a closing counts what none has counted": (Without(_DRAWERS, "_TAKE", "AND closing_id IS NULL "),),
    "whoever takes a drawer's turn has its lock": (Without(_TURN, "_LOCK", "FOR NO KEY UPDATE"),),
    "a store's orders are its own": (
        Without("orders.journal.db.accept", "_ACCEPT_FOR_ORDER", " AND store_id = %(store_id)s"),
    ),
    "a store's numbers are its own": (Without(_NUMBERS, "_TAKE", "store_id = needed.store_id AND"),),
    "a batch is undone whole": (Instead("workers.execute", "accept_made", NOBODY_ASKS),),
}


@contextmanager
def without(name: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for change in MUTANTS[name]:
            change.change(patch)
        yield


def teeth() -> dict[str, int]:
    """Those that are taken away at each run of the suite, with the seed that missed them last, which is tried first."""
    lines = (line.rpartition(": seed ") for line in TEETH.read_text().splitlines())
    return {name: int(seed) for name, _, seed in lines}
