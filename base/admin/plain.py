"""Names and codes in forms, as a call would take them."""

from django import forms

from base.codes import plain


def as_a_call(text: str) -> str:
    """Raises ValidationError."""
    try:
        return str(plain(text))
    except ValueError as error:
        raise forms.ValidationError(f"As it is, {error}.") from error
