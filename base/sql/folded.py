"""`name__folded__contains="STRASSE"` finds Straße: case, accents and width are folded, in any locale."""

from django.db import models
from django.db.models import F, Func, Q, TextField, Transform, Value
from django.db.models.functions import LPad
from django.db.models.lookups import Exact, Regex

_FUNCTION = "ringup_folded"


@models.CharField.register_lookup
class Folded(Transform):
    """On both sides. It has no index: for tables of few rows."""

    lookup_name = "folded"
    function = _FUNCTION
    bilateral = True


def of_product(words: str, *, to: str = "") -> Q:
    """What is found by a part of a SKU or name, or a whole GTIN, with leading zeros or without; each has its index.
    `to`: what leads from a row to its product."""
    sought = Func(Value(words), function=_FUNCTION, output_field=TextField())
    same_code = Exact(LPad(F(f"{to}gtin"), 14, Value("0")), LPad(sought, 14, Value("0")))
    whole = Q(same_code, Regex(sought, "^[0-9]{1,14}$"), **{f"{to}gtin__regex": "[1-9]"})
    return Q(**{f"{to}search__contains": sought}) | whole
