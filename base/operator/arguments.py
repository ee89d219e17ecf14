"""What commands take of names and codes: as calls and the admin take them."""

from argparse import ArgumentTypeError
from collections.abc import Callable

from base.codes import plain


def plain_text(length_max: int) -> Callable[[str], str]:
    """The `type` of an argument."""

    def read(given: str) -> str:
        try:
            text = str(plain(given))
        except ValueError as error:
            raise ArgumentTypeError(f"{given!a}: {error}") from error
        if not 1 <= len(text) <= length_max:
            raise ArgumentTypeError(f"it has 1 to {length_max} characters, and not {len(text)}")
        return text

    return read
