"""What of the day is taxed, and how: VAT as it was and is in the United Kingdom, in the prices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """`rate`: in percent."""

    code: str
    name: str
    rate: int


STANDARD = Tax(code="standard", name="VAT, standard rate", rate=20)
ZERO = Tax(code="zero", name="VAT, zero rate", rate=0)

# Young children's clothing (VAT notice 714).
ZERO_RATED = {
    "21156": "retrospot children's apron",
    "22367": "children's apron, spaceboy",
    "22898": "children's apron, apples",
    "22899": "children's apron, dolly girl",
    "47591D": "pink fairy cake children's apron",
}


def tax_of(sku: str) -> Tax:
    return ZERO if sku in ZERO_RATED else STANDARD
