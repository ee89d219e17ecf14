"""Which stores a user is let on, as a person chooses them."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.models import Permission, User
from django.db.models import QuerySet
from unfold.forms import UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanWidget

from inventory.db.access import EVERY_STORE
from inventory.models import Store


class StoresField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """`reached`: by whoever gives them. Who is let on some gives some of these, so that the user stays in sight."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, reached: Collection[int] | None = None) -> None:
        stores = Store.objects.order_by("code")
        super().__init__(
            stores if reached is None else stores.filter(pk__in=reached),
            required=reached is not None,
            help_text="The user sees the rows of these alone: without any, none.",
        )


class LetOn(forms.ModelForm):  # type: ignore[type-arg]
    every_store = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanWidget,
        label="Every store, those to come too",
        help_text="With what belongs to none: the audit, schedules and results of tasks.",
    )
    stores = StoresField()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.instance.pk:
            self.initial["stores"] = list(self.instance.stores.values_list("pk", flat=True))
            self.initial["every_store"] = self.instance.user_permissions.filter(codename=EVERY_STORE).exists()

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        if "stores" in self.cleaned_data:
            self.instance.stores.set(self.cleaned_data["stores"])
        if "every_store" in self.cleaned_data:
            right = Permission.objects.get(content_type__app_label="inventory", codename=EVERY_STORE)
            own = self.instance.user_permissions
            (own.add if self.cleaned_data["every_store"] else own.remove)(right)


class UserForm(LetOn, UserChangeForm):
    pass


class NewUserForm(LetOn, UserCreationForm):
    pass


def users_within(users: QuerySet[User], stores: Collection[int] | None) -> QuerySet[User]:
    """Those who are let on some of these stores and on no other."""
    if stores is None:
        return users
    let_on = Store.users.through.objects
    here, elsewhere = let_on.filter(store_id__in=stores), let_on.exclude(store_id__in=stores)
    return users.filter(pk__in=here.values("user_id")).exclude(pk__in=elsewhere.values("user_id"))
