"""Fields of the forms that stock is moved by."""

from collections.abc import Sequence
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from orders.stock.api.bodies import StockShortage

GIVES_WAY = "If more is held than is left, let the newest holds give way: their orders wait for stock."


class Text(forms.CharField):
    """`suggests`: what is said most, to choose from; anything else can be typed."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, *, suggests: Sequence[str] = (), **named: Any) -> None:
        super().__init__(**named)
        self.suggests = suggests

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """The page has the list of this name beside it."""
        if self.suggests:
            self.widget.attrs["list"] = f"{field_name}_suggests"
        return super().get_bound_field(form, field_name)


class Place(forms.ChoiceField):
    """One of the store's locations."""

    widget = UnfoldAdminSelectWidget


class GivesWay(forms.BooleanField):
    widget = UnfoldBooleanWidget

    def __init__(self) -> None:
        super().__init__(required=False, label=GIVES_WAY)

    def clean(self, value: Any) -> StockShortage:
        return StockShortage.RELEASE if super().clean(value) else StockShortage.REJECT
