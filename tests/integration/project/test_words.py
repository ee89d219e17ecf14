"""The core's words and the database's are the same: an enum, the column that stores it, and the CHECK on the column."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from types import ModuleType

import psycopg
import pytest
from django.apps import apps
from django.db.models import Model

import inventory
import orders
from inventory.core.movements import MovementKind
from orders.accounting.core import ACCOUNTS, EntryState
from orders.commands.core.amounts import Limit
from orders.commands.core.authorization import AuthorizationState
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.outcomes import Code, CommandState, RepairAct
from orders.commands.core.payloads import Condition, OnShortage
from orders.commands.core.roles import Action, Role
from orders.commands.core.tenders import EntryKind, Method, PaymentKind
from orders.invoicing.core.numbers import NumberState
from orders.journal.core.shares import Lane
from orders.payments.core.instructions import InstructionKind, InstructionState
from orders.receipts.core.receipt import ReceiptKind

STORED: dict[tuple[str, str], type[StrEnum]] = {
    ("inventory_stockmovement", "kind"): MovementKind,
    ("orders_authorization", "state"): AuthorizationState,
    ("orders_command", "kind"): Kind,
    ("orders_command", "outcome_code"): Code,
    ("orders_command", "state"): CommandState,
    ("orders_invoicenumber", "state"): NumberState,
    ("orders_journalentry", "kind"): EntryKind,
    ("orders_journalentry", "state"): EntryState,
    ("orders_order", "fulfilment"): Fulfilment,
    ("orders_order", "payment_status"): PaymentStatus,
    ("orders_order", "payment_terms"): PaymentTerms,
    ("orders_order", "status"): Status,
    ("orders_payment", "kind"): PaymentKind,
    ("orders_payment", "method"): Method,
    ("orders_paymentinstruction", "kind"): InstructionKind,
    ("orders_paymentinstruction", "state"): InstructionState,
    ("orders_repair", "act"): RepairAct,
    ("orders_terminal", "role"): Role,
}
ACCOUNT = ("orders_account", "name")

# Words of the core that no column stores, and why.
NOT_STORED = {
    Lane: "Whose a command is says on which queue it is rung for, each time anew.",
    Action: "What a call needs of a role is decided when it is made.",
    Condition: "What came back is sellable or not by the command that says so.",
    ReceiptKind: "What a paper is follows from the order and the command that it tells of.",
    Limit: "What is more than it may be is refused before anything is stored.",
    OnShortage: "What to do where stock lacks something, a command says of itself.",
}
# Columns with words that no CHECK knows, and why.
UNCHECKED = {
    ("orders_statuschange", "kind"): "Copied from the command, where it is checked.",
    ("orders_statuschange", "from_status"): "Copied from the order, where it is checked.",
    ("orders_statuschange", "to_status"): "Copied from the order, where it is checked.",
}

_CHECKS = """
    SELECT class.relname, attribute.attname, pg_get_constraintdef(con.oid)
    FROM pg_constraint AS con
    JOIN pg_class AS class ON class.oid = con.conrelid
    JOIN pg_attribute AS attribute ON attribute.attrelid = con.conrelid AND attribute.attnum = con.conkey[1]
    WHERE con.contype = 'c' AND cardinality(con.conkey) = 1 AND con.convalidated
        AND pg_get_constraintdef(con.oid) LIKE '%= ANY%'
"""


@pytest.fixture
def known(fresh_database: str) -> dict[tuple[str, str], list[str]]:
    """(table, column) -> the words that its CHECK knows."""
    with psycopg.connect(fresh_database) as connection:
        checks = connection.execute(_CHECKS).fetchall()
    return {(table, column): re.findall("'([^']*)'::", check) for table, column, check in checks}


def test_the_database_knows_the_words_of_the_core(known: dict[tuple[str, str], list[str]]) -> None:
    assert known == {column: [*words] for column, words in STORED.items()} | {ACCOUNT: [*ACCOUNTS]}


def test_no_column_with_words_goes_unchecked(known: dict[tuple[str, str], list[str]]) -> None:
    ours = (model for app in ("inventory", "orders") for model in apps.get_app_config(app).get_models())
    assert set(columns_with_words(*ours)) == {*known, *UNCHECKED}


def test_every_word_of_the_core_is_stored() -> None:
    words = set(enums_of(inventory)) | set(enums_of(orders))
    assert words == {*STORED.values(), *NOT_STORED}


def columns_with_words(*models: type[Model]) -> Iterator[tuple[str, str]]:
    for model in models:
        for field in model._meta.concrete_fields:
            if field.choices and field.column:
                yield model._meta.db_table, field.column


def enums_of(package: ModuleType) -> Iterator[type[StrEnum]]:
    """Of every module of a `core`."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if "core" not in found.name.split("."):
            continue
        for _, one in inspect.getmembers(import_module(found.name), inspect.isclass):
            if issubclass(one, StrEnum) and one is not StrEnum:
                yield one
