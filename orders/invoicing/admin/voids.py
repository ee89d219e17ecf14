"""The voids that accounting is told of."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from base.admin.window import words
from orders.commands.admin.repairs import RepairsPane
from orders.commands.admin.why import AsksWhy, Question
from orders.invoicing.db.void_notices import retry_notices
from orders.invoicing.models import VoidNotice

TELL_AGAIN = Question(
    title="Tell accounting again?",
    says="Accounting is told again that these numbers are void:",
    submit="Tell again",
    done="due again",
    needed="refused or unanswered",
)


@admin.register(VoidNotice)
class VoidNoticeAdmin(AsksWhy):
    inlines = (RepairsPane,)
    list_display = ("number", "told_at", "attempts", "next_attempt_at", "last_error", "store")
    list_select_related = ("number", "store")
    list_filter = ("store", ("told_at", admin.EmptyFieldListFilter))
    whole = {"told_at__isempty": ("1",)}
    follows_by = "number"
    ordering = ("-number",)
    found_by = {words: ["number__number"]}
    fields = list_display
    actions = ("retry_failed",)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.retry_voidnotice")

    @action(description="Tell accounting again what it did not take", permissions=["retry"])
    def retry_failed(self, request: HttpRequest, queryset: QuerySet[VoidNotice]) -> HttpResponse | None:
        """What it was told, or was not told yet, is left alone."""
        if not (reason := self.why(request)):
            failed = queryset.filter(told_at=None).exclude(last_error="")
            return self.ask(request, TELL_AGAIN, [f"{one.number}: {one.last_error}" for one in failed])
        ids = list(queryset.values_list("pk", flat=True))
        by, now = request.user.get_username(), timezone.now()
        self.tell(request, TELL_AGAIN, retry_notices(ids, by=by, reason=reason, now=now))
        return None
