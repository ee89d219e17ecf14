"""What is filled in to move stock: each form comes to the body of the API's own call, and is held to its rules."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from pydantic import ValidationError
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget
from uuid_utils.compat import uuid7

from base import written
from base.admin.in_units import InUnits, stored
from base.http.fields import QUANTITY_MAX, Body
from base.http.problems import Problem
from base.http.uploads import BODY_BYTES_MAX, read_file
from base.http.wording import worded
from inventory.core.products import PIECE
from inventory.db.reads.names import location_codes
from inventory.models import Product, Store
from orders.commands.core.machine import Kind
from orders.journal.admin.stock.fields import GivesWay, Place, Text
from orders.journal.api.calls.import_body import with_lines
from orders.stock.api.bodies import (
    AdjustIn,
    CountIn,
    CountItemIn,
    ImportIn,
    ReceiveIn,
    TransferIn,
    WriteOffIn,
)

SENT_ALREADY = (
    "This form was sent before with something else in it, and that was booked. Is this to be booked, too? Then send it "
    "again."
)


class StockForm(forms.Form):
    """`title`, `submit`: what its page and its button say."""

    kind: ClassVar[Kind]
    title: ClassVar[str]
    submit: ClassVar[str]
    body: Body
    store_id: int

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def refuse(self, problem: Problem) -> None:
        """In the words of the API: what is wrong at which field, or with all of it. What was changed after it had been
        sent is asked for once more, under a key of its own."""
        if problem.code == "idempotency_key_reused":
            self.data = {**self.data, "key": str(uuid7())}
            self.add_error(None, SENT_ALREADY)
            return
        for error in problem.errors or [{"detail": problem.detail}]:
            self._tell(str(error.get("pointer", "")).split("/"), error["detail"])

    def _tell(self, place: Sequence[Any], words: str) -> None:
        named = next((str(part) for part in reversed(place) if part in self.fields), None)
        self.add_error(named, f"{words[:1].upper()}{words[1:].rstrip('.')}.")


class ProductForm(StockForm):
    """Of one product. `places`: the fields that say where."""

    model: ClassVar[type[Body]]
    places: ClassVar[Sequence[str]] = ("location",)

    def __init__(self, product: Product, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.product = product
        self.store_id = product.store_id
        self.codes = location_codes(product.store_id)
        self.has_places = len(self.codes) >= len(self.places)
        for name, code in zip(self.places, reversed(self.codes[: len(self.places)]), strict=False):
            place = self.fields[name]
            assert isinstance(place, Place)
            place.choices = [(one, one) for one in self.codes]
            place.initial = code
        decimals = product.quantity_decimals
        self.fields["quantity"].widget.attrs.update(step=written.quantity(1, decimals, "en"), autofocus=True)
        if product.unit != PIECE:
            self.fields["quantity"].label = f"Quantity, in {product.unit}"

    def clean_quantity(self) -> int | None:
        return stored(self, "quantity", self.product.quantity_decimals)

    def clean(self) -> None:
        if self.errors:
            return
        told = dict(self.cleaned_data)
        item = {"sku": self.product.sku, **{name: told.pop(name) for name in ("quantity", *self.places)}}
        told = {name: value for name, value in told.items() if name != "key" and value != ""}
        try:
            self.body = self.model.model_validate({"items": [item], **told})
        except ValidationError as error:
            for found in error.errors(include_url=False, include_input=False):
                self._tell(found["loc"], worded(found))


class AtOnePlace(ProductForm):
    location = Place()


class ReceiveForm(AtOnePlace):
    kind, model = Kind.RECEIVE, ReceiveIn
    title, submit = "Receive", "Receive"

    quantity = InUnits(steps_max=QUANTITY_MAX)
    reference = Text(required=False, help_text="A delivery note's number, say.")
    reason = Text(required=False)
    field_order = ("location", "quantity", "reference", "reason")


class CountForm(AtOnePlace):
    kind, model = Kind.COUNT, CountIn
    title, submit = "Count", "Set to what was counted"

    quantity = InUnits(steps_max=QUANTITY_MAX, help_text="What lies there, with what is held for orders.")
    reason = Text(required=False)
    shortage = GivesWay()
    field_order = ("location", "quantity", "reason", "shortage")


class AdjustForm(AtOnePlace):
    kind, model = Kind.ADJUST, AdjustIn
    title, submit = "Adjust", "Adjust"

    quantity = InUnits(steps_max=QUANTITY_MAX, signed=True, help_text="With a minus, so much less.")
    reason = Text(help_text="Everybody who looks at the movement will read it.")
    shortage = GivesWay()
    field_order = ("location", "quantity", "reason", "shortage")


class WriteOffForm(AtOnePlace):
    kind, model = Kind.WRITE_OFF, WriteOffIn
    title, submit = "Write off", "Write off"

    quantity = InUnits(steps_max=QUANTITY_MAX, help_text="How many can no longer be sold.")
    reason = Text(
        suggests=("broken", "expired", "stolen", "used in the shop"),
        help_text="Broken, expired, stolen? Everybody who looks at the movement will read it.",
    )
    reference = Text(required=False, help_text="A report's number, say.")
    shortage = GivesWay()
    field_order = ("location", "quantity", "reason", "reference", "shortage")


class TransferForm(ProductForm):
    """Most are carried from where goods are kept to where they are picked from."""

    kind, model = Kind.TRANSFER, TransferIn
    title, submit = "Transfer", "Transfer"
    places = ("from_location", "to_location")

    from_location = Place(label="From")
    to_location = Place(label="To")
    quantity = InUnits(steps_max=QUANTITY_MAX, help_text="Of what is available: what is held stays where it is.")
    reason = Text(required=False)
    field_order = ("from_location", "to_location", "quantity", "reason")

    def clean_to_location(self) -> str:
        location: str = self.cleaned_data["to_location"]
        if location == self.cleaned_data.get("from_location"):
            raise forms.ValidationError("That is where it lies. Choose another location.")
        return location


class ImportForm(StockForm):
    kind = Kind.IMPORT
    title, submit = "Import", "Import"

    store = forms.ModelChoiceField(Store.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None)
    file = forms.FileField(widget=UnfoldAdminFileFieldWidget, help_text="CSV in UTF-8, as spreadsheets save it.")
    reference = Text(required=False)
    reason = Text(required=False)
    shortage = GivesWay()

    def __init__(self, stores: Any, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        store = self.fields["store"]
        assert isinstance(store, forms.ModelChoiceField)
        store.queryset = stores.order_by("code")
        if stores.count() == 1:
            store.initial, store.widget = stores.get(), forms.HiddenInput()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > BODY_BYTES_MAX:
            raise forms.ValidationError(f"A file has at most {BODY_BYTES_MAX // 1024**2} MiB.")
        return file

    def clean(self) -> None:
        if self.errors:
            return
        self.store_id = self.cleaned_data["store"].pk
        told = {name: self.cleaned_data[name] for name in ("reference", "reason", "shortage")}
        fields = {name: value for name, value in told.items() if value != ""}
        try:
            read = read_file(fields, self.cleaned_data["file"].read, ImportIn, CountItemIn)
        except Problem as problem:
            self.refuse(problem)
        else:
            assert read.file, "it came as a file"
            self.body = with_lines(read.taken(), read.file)


FORMS: dict[str, type[ProductForm]] = {
    form.kind.value: form for form in (ReceiveForm, CountForm, AdjustForm, WriteOffForm, TransferForm)
}
