"""A payment provider that keeps its accounts in a file, beside the shop, and fails as it is told to.

PAYMENT_PROVIDERS names it for a chaos stack; several processes ask it. What it has done under a key it does once.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from orders.payments.port import Charge, PaymentFault, PaymentRefusal, Step

NAME, PATH = "bank", "benchmarks.chaos.bank.opened"
DECLINED = "tok-declined"
FOLDER = "RINGUP_CHAOS"
"""The variable that names the folder of its accounts."""
SLOW_S = 2.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS done (key TEXT PRIMARY KEY, verb TEXT NOT NULL, reference TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS account (
    reference TEXT PRIMARY KEY, set_aside INTEGER NOT NULL, captured INTEGER NOT NULL, refunded INTEGER NOT NULL,
    is_void INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fault (mode TEXT NOT NULL);
"""
SUMS = """
    SELECT coalesce(sum(captured), 0), coalesce(sum(refunded), 0),
        coalesce(sum(CASE WHEN is_void OR captured THEN 0 ELSE set_aside END), 0)
    FROM account
"""


class Fault(StrEnum):
    """`down`: nothing happens; `lost`: it happens, and nobody is told; `slow`: it is told late."""

    DOWN = "down"
    LOST = "lost"
    SLOW = "slow"


class Bank:
    def __init__(self, file: Path) -> None:
        self._file = file
        with closing(self._connection()) as db:
            db.executescript(SCHEMA)

    def authorize(self, charge: Charge) -> str:
        def set_aside(db: sqlite3.Connection) -> str:
            if charge.token == DECLINED:
                raise PaymentRefusal("the bank declines")
            reference = f"AUTH-{charge.key}"
            db.execute("INSERT INTO account VALUES (?, ?, 0, 0, 0)", (reference, charge.amount_minor))
            return reference

        return self._once("authorize", charge.key, set_aside)

    def capture(self, step: Step) -> str:
        return self._change("capture", step, "captured = captured + :amount WHERE NOT is_void AND NOT captured")

    def void(self, step: Step) -> str:
        return self._change("void", step, "is_void = 1 WHERE NOT captured")

    def refund(self, step: Step) -> str:
        return self._change("refund", step, "refunded = refunded + :amount WHERE refunded + :amount <= captured")

    def suffer(self, fault: Fault | None) -> None:
        with closing(self._connection()) as db:
            db.execute("DELETE FROM fault")
            if fault:
                db.execute("INSERT INTO fault VALUES (?)", (fault,))

    def sums(self) -> dict[str, int]:
        with closing(self._connection()) as db:
            captured, refunded, set_aside = db.execute(SUMS).fetchone()
        return {"captured_minor": captured, "refunded_minor": refunded, "set_aside_minor": set_aside}

    def _change(self, verb: str, step: Step, change: str) -> str:
        def effect(db: sqlite3.Connection) -> str:
            named = {"amount": step.amount_minor, "reference": step.reference}
            if not db.execute(f"UPDATE account SET {change} AND reference = :reference", named).rowcount:
                raise PaymentRefusal(f"{verb} {step.amount_minor} of {step.reference}: it cannot be done")
            return f"{verb}-{step.key}"

        return self._once(verb, step.key, effect)

    def _once(self, verb: str, key: str, effect: Callable[[sqlite3.Connection], str]) -> str:
        with closing(self._connection()) as db:
            fault = next((mode for (mode,) in db.execute("SELECT mode FROM fault")), None)
            if fault == Fault.DOWN:
                raise PaymentFault("the bank is down")
            db.execute("BEGIN IMMEDIATE")
            try:
                done = db.execute("SELECT reference FROM done WHERE key = ?", (key,)).fetchone()
                reference: str = done[0] if done else effect(db)
                if not done:
                    db.execute("INSERT INTO done VALUES (?, ?, ?)", (key, verb, reference))
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        if fault == Fault.SLOW:
            time.sleep(SLOW_S)
        if fault == Fault.LOST:
            raise PaymentFault("the bank's answer was lost")
        return reference

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, isolation_level=None, timeout=10)


def opened() -> Bank:
    return at(Path(os.environ[FOLDER]))


def at(folder: Path) -> Bank:
    return Bank(folder / "bank.sqlite3")
