"""Every outcome is produced by an example, and of several faults the first by precedence is the answer."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orders.commands.core import outcomes
from orders.commands.core.outcomes import Code
from tests.unit.build import code_of
from tests.unit.examples import EXAMPLES, NOT_YET, several_faults_at_once

# As the contract declares them.
PRECEDENCE = """
    order_not_found order_cancelled order_already_paid order_not_draft transition_not_allowed order_empty
    order_not_paid line_not_found quantity_exceeds_remaining payment_does_not_match_total payment_declined
    hold_not_found hold_expired stock_insufficient invoice_pool_empty drawer_not_open drawer_already_open
"""


def test_the_enum_declares_the_precedence() -> None:
    assert list(Code) == ["applied", "dismissed", *PRECEDENCE.split()]


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_outcome_is_produced(code: Code) -> None:
    assert code_of(EXAMPLES[code]()) is code


def test_every_outcome_has_its_example_unless_the_source_never_names_it() -> None:
    """A code that comes into use needs an example; one that is listed as unused must be unused."""
    named = set(codes_named_in_the_source()) - {Code.DISMISSED}  # an operator gives it, no rule
    assert set(NOT_YET) == set(Code) - named - {Code.DISMISSED}
    assert set(EXAMPLES) == named


@pytest.mark.parametrize(
    ("code", "example"), [pytest.param(code, make, id=name) for name, code, make in several_faults_at_once()]
)
def test_of_several_faults_the_first_is_the_answer(code: Code, example: Callable[[], Any]) -> None:
    assert code_of(example()) is code


def codes_named_in_the_source() -> Iterator[Code]:
    root = Path(outcomes.__file__).parents[3]
    for file in (*root.glob("orders/**/*.py"), *root.glob("workers/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Attribute(value=ast.Name(id="Code"), attr=name):
                    yield Code[name]
