"""Names and codes in forms, as a call would take them."""

from collections.abc import Callable
from typing import Any

from django import forms

from base.codes import plain


def as_a_call(text: str) -> str:
    """Raises ValidationError."""
    return checked(plain, text)


def checked(check: Callable[[Any], Any], text: str) -> str:
    """What the check makes of it. Raises ValidationError."""
    try:
        return str(check(text))
    except ValueError as error:
        raise forms.ValidationError(f"As it is, {error}.") from error
