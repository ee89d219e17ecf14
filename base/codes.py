"""Text by which things are named: two that look the same are the same."""

import re
import unicodedata
from typing import Any

from stdnum import ean

# Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt), and the Braille pattern without dots: nobody sees
# them. Nor noncharacters (section 23.7), and U+FFFD stands for what could not be read. What is not assigned yet, or for
# private use, is taken as it is.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufdd0-\ufdef\ufff0-\ufff8\ufffd\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_STEERING = {"Cc", "Cs", "Zl", "Zp"}
_CONTROLS_AND_BLANKS = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


def plain(given: Any) -> Any:
    """Text as Unicode NFC. Raises ValueError where something cannot be seen in it, or a blank is at an end."""
    if not isinstance(given, str):
        return given
    text = given if given.isascii() else unicodedata.normalize("NFC", given)
    if text != text.strip():
        raise ValueError("a blank is at the beginning or the end")
    if not (text.isascii() and text.isprintable()) and any(map(_is_unseen, text)):
        raise ValueError("it holds a character that cannot be seen")
    return text


def without_controls(given: Any) -> Any:
    """Raises ValueError where something in the text would steer whatever it is shown or printed on."""
    if isinstance(given, str) and any(unicodedata.category(character) in _STEERING for character in given):
        raise ValueError("it holds a control character")
    return given


def lines_without_controls(given: Any) -> Any:
    """Where a new line is meant: each is one character."""
    if not isinstance(given, str):
        return given
    return "\n".join(map(without_controls, given.replace("\r\n", "\n").split("\n")))


def _is_unseen(character: str) -> bool:
    kind = unicodedata.category(character)
    is_noncharacter = ord(character) & 0xFFFE == 0xFFFE
    return (kind in _CONTROLS_AND_BLANKS and character != " ") or is_noncharacter or bool(_UNSEEN.match(character))


def has_right_digits(gtin: str) -> bool:
    """As many as a GTIN has, of which the last one checks the others (GS1, section 7.9)."""
    return bool(ean.is_valid(gtin))
