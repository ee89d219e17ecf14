"""The style of the till's modules, held by a test so that it cannot rot."""

import re
from pathlib import Path

import pytest

from orders.commands.core.outcomes import Code
from till.view import PAGE

LINES_MAX = 250
MODULES = sorted(PAGE.rglob("*.js"))
IMPORT = re.compile(r"""from "(\.{1,2}/[\w./-]+)";""")


def name_of(module: Path) -> str:
    return module.relative_to(PAGE).as_posix()


def test_no_module_is_long() -> None:
    assert [name_of(module) for module in MODULES if len(module.read_text().splitlines()) > LINES_MAX] == []


def test_every_module_says_what_it_is() -> None:
    assert [name_of(module) for module in MODULES if not module.read_text().startswith("// ")] == []


@pytest.mark.parametrize("word", ["parseFloat", "toFixed", "Math.round(minor", "* 100", "/ 100"])
def test_money_and_weights_are_no_floats(word: str) -> None:
    assert [name_of(module) for module in MODULES if word in module.read_text()] == []


@pytest.mark.parametrize(
    "word", ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "localStorage"]
)
def test_text_never_becomes_a_script_and_keys_are_kept_in_one_place(word: str) -> None:
    assert [name_of(module) for module in MODULES if word in module.read_text()] == []


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "debugger", "console.log"])
def test_nothing_is_left_for_later(word: str) -> None:
    assert [name_of(module) for module in MODULES if word in module.read_text()] == []


def test_every_import_leads_to_a_module_here() -> None:
    for module in MODULES:
        for path in IMPORT.findall(module.read_text()):
            assert (module.parent / path).resolve() in MODULES, f"{name_of(module)}: {path}"


def test_what_is_below_knows_no_view() -> None:
    assert [name_of(module) for module in (PAGE / "lib").glob("*.js") if "views/" in module.read_text()] == []


def test_nothing_comes_from_elsewhere() -> None:
    texts = {name_of(path): path.read_text() for path in PAGE.rglob("*") if path.suffix in (".js", ".css", ".html")}
    assert [name for name, text in texts.items() if re.search(r"https?://(?!127\.0\.0\.1)", text)] == []


def test_what_a_cashier_is_told_to_do_is_told_for_refusals_that_there_are() -> None:
    table = (PAGE / "lib" / "told.js").read_text().split("const TO_DO = {")[1].split("\n};")[0]
    named = set(re.findall(r"^  (\w+): \[", table, re.MULTILINE))
    before_it_is_stored = {"sold_at_implausible", "product_not_found", "role_not_allowed", "discount_too_large"}
    of_others = {"order_not_found", "hold_not_found", "order_not_paid", "line_not_found", "order_empty", "hold_expired"}
    of_others |= {"order_not_draft", "transition_not_allowed", "applied"}
    assert named == set(Code) - of_others | before_it_is_stored
