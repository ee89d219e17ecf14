"""What operators write themselves, and others refer to."""

from collections.abc import Sequence

from django.db.models import Model
from django.http import HttpRequest

from base.admin.column import Shown
from base.admin.window import Kept


class Catalogue(Kept):
    """`settled`: fields that are given once; orders, levels and accounting refer to them."""

    settled: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        return [*super().get_readonly_fields(request, obj), *(self.settled if obj else ())]
