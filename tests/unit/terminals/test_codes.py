"""Codes that people read out and type in."""

from orders.terminals.core import ALPHABET, LENGTH, code_hash


def test_a_code_has_nothing_that_is_taken_for_another() -> None:
    assert LENGTH == 8
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert set("0O1IL").isdisjoint(ALPHABET)


def test_a_code_is_the_same_in_any_case_and_with_blanks_around_it() -> None:
    assert code_hash(" 7kqX3mwp\n", secret="s") == code_hash("7KQX3MWP", secret="s")
    assert code_hash("7KQX3MWQ", secret="s") != code_hash("7KQX3MWP", secret="s")


def test_without_the_secret_the_hash_says_nothing() -> None:
    assert code_hash("7KQX3MWP", secret="s") != code_hash("7KQX3MWP", secret="t")
