"""What can be used of an accounting system's answer."""

import json
from typing import Any

import pytest

from orders.invoicing.core.draft_answer import as_kept, read_draft_answer

RUBBISH = [None, 7, "", " INV-9", "INV-9\n", "x" * 65, "a\x00b", "\ud800", ["INV-9"], {"id": "INV-9"}, True]


def test_the_right_answer_needs_no_note() -> None:
    answer = read_draft_answer(["INV-1", "INV-2"], asked=2)
    assert (answer.numbers, answer.surplus, answer.note(known=0)) == (("INV-1", "INV-2"), (), "")


@pytest.mark.parametrize(
    ("answered", "known", "numbers", "surplus", "note"),
    [
        (["1"], 0, ("1",), (), "asked for 2, answered 1"),
        ([], 0, (), (), "asked for 2, answered 0"),
        (["1", "2", "3"], 0, ("1", "2"), ("3",), "asked for 2, answered 3: 1 not asked for, and void"),
        (["1", "1"], 0, ("1",), (), "asked for 2, answered 2: 1 twice in the answer"),
        (["1", "2"], 1, ("1", "2"), (), "asked for 2, answered 2: 1 known before"),
        (["1", 2], 0, ("1",), (), "asked for 2, answered 2: 1 not a number"),
        (
            ["1", "1", "2", "3", None],
            1,
            ("1", "2"),
            ("3",),
            "asked for 2, answered 5: 1 not asked for, and void, 1 twice in the answer, 1 known before, 1 not a number",
        ),
    ],
)
def test_a_wrong_answer_is_used_as_far_as_it_goes_and_noted(
    answered: list[Any], known: int, numbers: tuple[str, ...], surplus: tuple[str, ...], note: str
) -> None:
    answer = read_draft_answer(answered, asked=2)
    assert (answer.numbers, answer.surplus, answer.note(known=known)) == (numbers, surplus, note)


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_is_no_number_and_reads_the_same_after_it_was_kept(rubbish: Any) -> None:
    answered = ["INV-1", rubbish]
    kept = as_kept(answered)
    assert str(kept[1]).isprintable()
    assert read_draft_answer(json.loads(json.dumps(kept)), asked=2) == read_draft_answer(answered, asked=2)
    assert read_draft_answer(answered, asked=2).unusable == 1
