"""A parked command is taken up again, or given up, on its own page too."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from orders.commands.admin.why import AsksWhy
from orders.commands.core.outcomes import REPAIR_REASON_LENGTH_MAX, CommandState
from orders.journal.db.repair import Repaired, dismiss, retry
from orders.journal.models import Command
from orders.journal.repair import repair


class WhyForm(BaseDialogForm):
    reason = forms.CharField(
        label="Why? Everybody who looks at it will read this.",
        max_length=REPAIR_REASON_LENGTH_MAX,
        widget=UnfoldAdminTextInputWidget,
    )


class RepairedOnItsPage(AsksWhy):
    actions_detail = ("retry_it", "dismiss_it")

    def has_repair_it_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("orders.repair_command")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Nothing is offered for what is not parked."""
        command = self.get_object(request, str(object_id))
        is_parked = command is not None and command.state == CommandState.PARKED
        return super().get_actions_detail(request, object_id) if is_parked else []

    @action(
        description="Retry",
        permissions=["repair_it"],
        dialog={
            "title": "Retry?",
            "description": "It runs again, and then what waits behind it.",
            "form_class": WhyForm,
            "form_submit_text": "Retry",
        },
    )
    def retry_it(self, request: HttpRequest, form: WhyForm, object_id: str) -> HttpResponse:
        return self._act(request, object_id, partial(retry, reason=form.cleaned_data["reason"]), "It is pending again.")

    @action(
        description="Dismiss for good",
        permissions=["repair_it"],
        dialog={
            "title": "Dismiss for good?",
            "description": "It will never take effect, its till is told so, and what waits behind it runs.",
            "form_class": WhyForm,
            "form_submit_text": "Dismiss",
        },
    )
    def dismiss_it(self, request: HttpRequest, form: WhyForm, object_id: str) -> HttpResponse:
        return self._act(request, object_id, partial(dismiss, reason=form.cleaned_data["reason"]), "It was dismissed.")

    def _act(
        self, request: HttpRequest, object_id: str, act: Callable[..., Repaired | None], done: str
    ) -> HttpResponse:
        command: Any = Command.objects.only("id", "store_id").get(pk=object_id)
        repaired = repair(partial(act, by=request.user.get_username()), [(command.store_id, command.id)])
        told = (done, messages.SUCCESS) if repaired else ("It is not parked, and was left alone.", messages.WARNING)
        self.message_user(request, *told)
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_command_change", args=[object_id])})
