"""Who may what in the admin: a cell for each page, action and button, and none that nobody has thought of."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import URLPattern, reverse

from orders.journal.admin.stock import pages as stock
from orders.journal.admin.stock.forms import FORMS
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db

ROLES = ("viewer", "operator", "manager", "superuser", "nobody")
"""Each may what those before it may. A superuser may all that anybody may."""
CELLS = """
auth_group                             view:superuser add:superuser change:superuser delete:superuser
auth_user                              view:manager add:manager change:manager delete:nobody password_change:manager
django_celery_beat_crontabschedule     view:operator add:superuser change:superuser delete:superuser
django_celery_beat_intervalschedule    view:operator add:superuser change:superuser delete:superuser
django_celery_beat_periodictask        view:operator add:superuser change:superuser delete:superuser
django_celery_beat_periodictask        enable_tasks:superuser disable_tasks:superuser toggle_tasks:superuser
django_celery_beat_periodictask        run_tasks:superuser
django_celery_results_taskresult       view:operator add:nobody change:nobody delete:nobody
inventory_hold                         view:viewer add:nobody change:nobody delete:nobody
inventory_location                     view:viewer add:manager change:manager delete:nobody
inventory_lowstock                     view:viewer add:nobody change:nobody delete:nobody acknowledge:operator
inventory_product                      view:viewer add:manager change:manager delete:nobody
inventory_shortfall                    view:viewer add:nobody change:nobody delete:nobody acknowledge:operator
inventory_stocklevel                   view:viewer add:nobody change:manager delete:nobody
inventory_stockmovement                view:viewer add:nobody change:nobody delete:nobody
inventory_store                        view:viewer add:manager change:manager delete:nobody
inventory_tax                          view:viewer add:nobody change:nobody delete:nobody
inventory_taxrate                      view:viewer add:nobody change:nobody delete:nobody
orders_account                         view:viewer add:manager change:manager delete:nobody
orders_auditfinding                    view:viewer add:nobody change:nobody delete:nobody
orders_auditlook                       view:viewer add:nobody change:nobody delete:nobody
orders_auditround                      view:viewer add:nobody change:nobody delete:nobody
orders_authorization                   view:viewer add:nobody change:nobody delete:nobody
orders_closing                         view:viewer add:nobody change:nobody delete:nobody
orders_command                         view:viewer add:nobody change:nobody delete:nobody
orders_command                         retry_parked:operator dismiss_parked:operator
orders_command                         retry_it:operator dismiss_it:operator
orders_creditnote                      view:viewer add:nobody change:nobody delete:nobody
orders_drawer                          view:viewer add:nobody change:nobody delete:nobody
orders_drawermovement                  view:viewer add:nobody change:nobody delete:nobody
orders_feedepoch                       view:viewer add:nobody change:nobody delete:nobody
orders_invoicecounter                  view:viewer add:nobody change:nobody delete:nobody
orders_invoiceepoch                    view:viewer add:nobody change:nobody delete:nobody
orders_invoicenumber                   view:viewer add:nobody change:nobody delete:nobody
orders_invoicenumber                   download_report:viewer void_number:manager
orders_invoicepool                     view:viewer add:nobody change:nobody delete:nobody
orders_invoicerefill                   view:viewer add:nobody change:nobody delete:nobody refill_now:operator
orders_journalentry                    view:viewer add:nobody change:nobody delete:nobody retry_parked:operator
orders_order                           view:viewer add:nobody change:nobody delete:nobody receipt:viewer
orders_orderline                       view:viewer add:nobody change:nobody delete:nobody
orders_payment                         view:viewer add:nobody change:nobody delete:nobody
orders_paymentinstruction              view:viewer add:nobody change:nobody delete:nobody retry_parked:operator
orders_repair                          view:viewer add:nobody change:nobody delete:nobody
orders_statuschange                    view:viewer add:nobody change:nobody delete:nobody
orders_terminal                        view:viewer add:manager change:nobody delete:nobody
orders_terminal                        enrol:manager renew:manager replace:manager revoke:manager
orders_terminalkey                     view:viewer add:nobody change:nobody delete:nobody
orders_voidnotice                      view:viewer add:nobody change:nobody delete:nobody retry_failed:operator
"""
STOCK: dict[str, list[list[str]]] = {"first": [[]], "import": [[]], "move": [[verb] for verb in FORMS]}
"""The pages that stock is moved by: an operator's. What became of it is for whoever may see commands, too."""
VERBS = ("view", "add", "change", "delete")
DELETES = "delete_selected"
"""Whoever may delete one may delete several."""
OF_ANYBODY = {"index", "login", "logout", "password_change", "password_change_done", "jsi18n", "search"}
"""Pages of the admin itself, for whoever may sign in: what they show is what the pages beside them do."""
NO_PAGE = {"autocomplete", "view_on_site"}
"""Nothing asks for either: no widget completes what is written, and no row has a page outside."""


def cells() -> dict[tuple[str, str], str]:
    lines = (line.split() for line in CELLS.strip().splitlines())
    return {(page, verb): least for page, *told in lines for verb, _, least in (one.partition(":") for one in told)}


def name_of(model: type[Model]) -> str:
    return model._meta.label_lower.replace(".", "_")


def urls_of(page: Any) -> dict[str, str]:
    """Addresses of its own, with their buttons: name of the cell -> of the URL."""
    app, model = page.opts.app_label, page.opts.model_name
    names = [one.name for one in page.get_urls() if isinstance(one, URLPattern) and one.name]
    usual = {f"{app}_{model}_{verb}" for verb in ("changelist", "add", "history", "delete", "change")}
    return {name.removeprefix(f"{app}_{model}_"): name for name in names if name not in usual}


def found(request: Any) -> Iterator[tuple[str, str]]:
    for model, page in admin.site._registry.items():
        for verb in (*VERBS, *urls_of(page), *page.get_actions(request)):
            if verb != DELETES:
                yield name_of(model), verb


def test_there_is_a_cell_for_all_that_the_admin_has(rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    request.user = User(is_superuser=True, is_active=True)
    assert sorted(cells()) == sorted(set(found(request)))


def test_the_admin_itself_has_no_other_pages() -> None:
    names = {one.name for one in admin.site.get_urls() if isinstance(one, URLPattern) and one.name}
    assert names == OF_ANYBODY | NO_PAGE | {"app_list"}


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def people() -> dict[str, User]:
    found = {name: User.objects.create(username=name, is_staff=True) for name in ROLES[:3]}
    for name, user in found.items():
        user.groups.add(Group.objects.get(name=name))
        user.user_permissions.add(Permission.objects.get(codename="reach_every_store"))
    return found | {"superuser": User.objects.create(username="root", is_staff=True, is_superuser=True)}


def may(least: str, role: str) -> bool:
    return ROLES.index(role) >= ROLES.index(least)


@pytest.mark.parametrize("role", ROLES[:4])
def test_each_cell_is_as_the_table_says(role: str, people: dict[str, User], shop: Shop, rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    request.user = people[role]
    for model, page in admin.site._registry.items():
        told = {verb: getattr(page, f"has_{verb}_permission")(request) for verb in VERBS}
        told |= {action: action in page.get_actions(request) for action in page.get_actions(_of_superuser(rf, people))}
        told.pop(DELETES, None)
        expected = {verb: may(cells()[name_of(model), verb], role) for verb in told}
        assert told == expected, name_of(model)


def _of_superuser(rf: RequestFactory, people: dict[str, User]) -> Any:
    request: Any = rf.get("/")
    request.user = people["superuser"]
    return request


@pytest.mark.parametrize("role", ROLES[:4])
def test_a_button_is_refused_to_whoever_may_not_press_it(
    role: str, people: dict[str, User], shop: Shop, client: Client
) -> None:
    order_id = shop.order(("POSTAGE", 1))
    client.force_login(people[role])
    given: dict[str, list[object]] = {
        "orders_order_receipt": [order_id],
        "auth_user_password_change": [people["viewer"].pk],
    }
    page: Any
    for model, page in admin.site._registry.items():
        for verb, name in urls_of(page).items():
            of_row = verb in page._extract_action_names(page.actions_detail)
            answer = client.get(reverse(f"admin:{name}", args=given.get(name, ["0"] if of_row else [])))
            assert (answer.status_code != 403) == may(cells()[name_of(model), verb], role), name


@pytest.mark.parametrize("role", ROLES[:4])
def test_stock_is_moved_by_operators(role: str, people: dict[str, User], client: Client) -> None:
    client.force_login(people[role])
    assert {one.name for one in stock.urlpatterns} == {*STOCK, "answer"}
    for name, args in ((name, args) for name, several in STOCK.items() for args in several):
        status = client.get(reverse(f"stock:{name}", args=args)).status_code
        assert (status != 403) == may("operator", role), (name, args)


def test_what_a_viewer_may_not_do_is_refused_by_its_address_too(people: dict[str, User], client: Client) -> None:
    client.force_login(people["viewer"])
    for model, page in admin.site._registry.items():
        name = name_of(model)
        for verb, args in {"add": [], "change": ["1"]}.items():
            if cells()[name, verb] != "viewer":
                address = reverse(f"admin:{name}_{verb}", args=args)
                assert client.post(address).status_code in (403, 404), address
        if not page.has_view_permission(_as(people["viewer"])):
            assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403, name


def _as(user: User) -> Any:
    request: Any = RequestFactory().get("/")
    request.user = user
    return request


def test_the_menu_leads_to_what_one_may_see_and_nowhere_else(people: dict[str, User], client: Client) -> None:
    for role in ROLES[:4]:
        client.force_login(people[role])
        answer = client.get(reverse("admin:password_change"))
        links = [item["link"] for group in answer.context["sidebar_navigation"] for item in group["items"]]
        inside = {link for link in links if link.startswith("/admin/")}
        seen = {
            reverse(f"admin:{name_of(model)}_changelist")
            for model in admin.site._registry
            if may(cells()[name_of(model), "view"], role)
        }
        assert inside - {reverse("stock:first")} <= seen
        assert (reverse("stock:first") in inside) == may("operator", role)
        assert ("/admin/auth/user/" in inside) == may("manager", role)


def test_a_refusal_stands_in_the_admins_frame_with_a_way_back(people: dict[str, User], client: Client) -> None:
    client.force_login(people["viewer"])
    answer = client.get("/admin/auth/user/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'id="nav-sidebar-inner"' in page
    assert '<a class="font-medium text-primary-600 dark:text-primary-500" href="/admin/">To the console</a>' in page
    nowhere = client.get("/admin/nowhere/")
    assert nowhere.status_code == 404
    assert "To the console" in nowhere.content.decode()


def test_a_stranger_is_told_nothing_of_the_frame(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert b"nav-sidebar" not in answer.content
