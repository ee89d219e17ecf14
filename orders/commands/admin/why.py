"""What an operator does about what failed is asked for on a page, with the reason, and told in figures that are right
whatever the list shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from base.admin.window import Window
from orders.commands.core.outcomes import REPAIR_REASON_LENGTH_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`says`: what becomes of the rows that are listed below it; `done`: what has become of them then."""

    title: str
    says: str
    submit: str
    done: str
    needed: str = "parked"
    """What the rows have to be for it."""


class AsksWhy(Window):
    def why(self, request: HttpRequest) -> str:
        """What the operator wrote; nothing where the page has not been filled in."""
        return request.POST.get("reason", "").replace("\0", "").strip()[:REPAIR_REASON_LENGTH_MAX]

    def ask(self, request: HttpRequest, question: Question, parked: Sequence[str]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": question.title,
            "question": question,
            "parked": parked,
            "action": request.POST["action"],
            "chosen": _chosen(request),
            "reason_length_max": REPAIR_REASON_LENGTH_MAX,
        }
        return TemplateResponse(request, "admin/orders/why.html", context)

    def tell(self, request: HttpRequest, question: Question, repaired: int) -> None:
        """What was chosen and had left the list before the answer came was not parked any more either."""
        left = len(_chosen(request)) - repaired
        self.message_user(request, f"{repaired} {question.done}.", messages.SUCCESS if repaired else messages.INFO)
        if left:
            self.message_user(request, f"{left} not {question.needed}, and left alone.", messages.WARNING)


def _chosen(request: HttpRequest) -> list[str]:
    return sorted(set(request.POST.getlist(ACTION_CHECKBOX_NAME)))
