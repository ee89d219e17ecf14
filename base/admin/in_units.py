"""Numbers that an operator writes as people do, and that are stored as whole numbers of smallest steps."""

from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget

DECIMALS_MAX = 4


class InUnits(forms.DecimalField):
    """`steps_max`: the most that may be stored; `signed`: less than nothing as well, and as much of it."""

    widget = UnfoldAdminDecimalFieldWidget

    def __init__(self, *, steps_max: int, signed: bool = False, **more: Any) -> None:
        super().__init__(min_value=None if signed else 0, decimal_places=DECIMALS_MAX, **more)
        self.steps_max = steps_max


def shown(form: "forms.ModelForm[Any]", field: str, decimals: int) -> None:
    """What is stored, as the operator sees it."""
    if (steps := getattr(form.instance, field)) is not None:
        form.initial[field] = Decimal(steps).scaleb(-decimals)


def stored(form: forms.BaseForm, field: str, decimals: int) -> int | None:
    """What the operator wrote, as it is stored. Raises ValidationError."""
    written, limits = form.cleaned_data[field], form.fields[field]
    if written is None:
        return None
    assert isinstance(limits, InUnits)
    steps = written.scaleb(decimals)
    if steps != int(steps):
        raise forms.ValidationError(f"No more than {decimals} decimals." if decimals else "No decimals.")
    if abs(steps) > limits.steps_max:
        raise forms.ValidationError("That is too much.")
    return int(steps)
