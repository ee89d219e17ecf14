"""Moving stock by hand: a product is found, by typing or with a scanner, the form is filled in, and its command is told
of in words until it has settled. What a user may see of products, stores and commands, their own pages say."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from base.admin.tables import tables
from base.http.problems import Problem
from base.http.rows import IMPORT_ROWS_MAX
from base.sql.folded import of_product
from inventory.models import Product, Store
from orders.journal.admin.product.stands import stands
from orders.journal.admin.stock.forms import FORMS, ImportForm, StockForm
from orders.journal.admin.stock.send import may_send, send
from orders.journal.admin.stock.words import KINDS, told
from orders.journal.models import Command

FOUND_MAX = 50


def page(request: HttpRequest, verb: str) -> HttpResponse:
    """Without `?product=`, the id of one, it is asked for first."""
    if (kind_of_form := FORMS.get(verb)) is None:
        raise Http404
    _check(request, kind_of_form)
    chosen = request.GET.get("product", "")
    if not chosen:
        return _find(request, verb)
    if not chosen.isascii() or not chosen.isdecimal():
        raise Http404
    product = get_object_or_404(_seen(request, Product).select_related("store"), pk=int(chosen))
    form = kind_of_form(product, request.POST or None, initial={"location": request.GET.get("location")})
    if form.is_valid() and (sent := _send(request, form)):
        return sent
    shown = {"product": product, "stands": stands(product)}
    return _answer(request, "form", form.title, verb=verb, form=form, **shown)


def import_page(request: HttpRequest) -> HttpResponse:
    _check(request, ImportForm)
    form = ImportForm(_seen(request, Store), request.POST or None, request.FILES or None)
    if form.is_valid() and (sent := _send(request, form)):
        return sent
    return _answer(request, "form", "Import stock", verb="import", form=form, rows_max=f"{IMPORT_ROWS_MAX:,}")


def answer_page(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """What became of it; the page asks again by itself while that is open."""
    command = get_object_or_404(_seen(request, Command).select_related("store"), id=command_id, kind__in=KINDS)
    if not may_send(request.user, command.kind) and not request.user.has_perm("orders.view_command"):
        raise PermissionDenied
    said = told(command)
    return _answer(request, "answer", "Stock", told=said, tables=tables(*said.tables))


def _find(request: HttpRequest, verb: str) -> HttpResponse:
    """What only one product can mean leads to its form at once, as a scanned code does."""
    sought = request.GET.get("q", "").replace("\0", "").strip()
    products = _seen(request, Product).select_related("store").order_by("sku", "store__code")
    found = list(products.filter(of_product(sought))[: FOUND_MAX + 1]) if sought else []
    exact = [one for one in found if sought in (one.sku, one.gtin)]
    if len(only := exact or found) == 1:
        return HttpResponseRedirect(f"{reverse('stock:move', args=[verb])}?product={only[0].pk}")
    shown = {"sought": sought, "found": found[:FOUND_MAX], "has_more": len(found) > FOUND_MAX}
    may_add = request.user.has_perm("inventory.add_product")
    has_any = bool(found) or products.exists()
    return _answer(request, "find", FORMS[verb].title, verb=verb, may_add=may_add, has_any=has_any, **shown)


def _send(request: HttpRequest, form: StockForm) -> HttpResponse | None:
    try:
        id_ = send(request.user, form.store_id, form.kind, form.body, key=form.cleaned_data["key"])
    except Problem as problem:
        form.refuse(problem)
        return None
    return HttpResponseRedirect(reverse("stock:answer", args=[id_]))


def _check(request: HttpRequest, form: type[StockForm]) -> None:
    if not may_send(request.user, form.kind):
        raise PermissionDenied


def _seen(request: HttpRequest, model: type[Model]) -> QuerySet[Any]:
    """The rows that this user's own pages of them show."""
    rows: QuerySet[Any] = admin.site.get_model_admin(model).get_queryset(request)
    return rows


def _answer(request: HttpRequest, template: str, title: str, **shown: Any) -> HttpResponse:
    tabs = [(name, FORMS[name].title, reverse("stock:move", args=[name])) for name in FORMS]
    context = {
        **admin.site.each_context(request),
        "title": title,
        "tabs": [*tabs, ("import", "Import a file", reverse("stock:import"))],
        **shown,
    }
    return TemplateResponse(request, f"admin/orders/stock/{template}.html", context)


app_name = "stock"
urlpatterns = [
    path("", admin.site.admin_view(page), {"verb": "receive"}, name="first"),
    path("import", admin.site.admin_view(import_page), name="import"),
    path("answer/<uuid:command_id>", admin.site.admin_view(answer_page), name="answer"),
    path("<slug:verb>", admin.site.admin_view(page), name="move"),
]
