"""The admin's sidebar, with what stands beside the admin, and its tabs."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from base.admin.reach import reach_of
from base.admin.seen import may_see
from inventory.db.reads.stores import here
from orders.commands.core.machine import Kind
from orders.journal.admin.stock.send import may_send
from orders.journal.db.reads.waiting import BADGE_MAX, parked
from project.console import places

PAGES = {
    "Work": {
        "Commands": ("orders_command", "list_alt"),
        "Orders": ("orders_order", "receipt_long"),
        "Payments": ("orders_payment", "payments"),
        "Authorizations": ("orders_authorization", "credit_score"),
        "Instructions": ("orders_paymentinstruction", "outbox"),
        "Invoice numbers": ("orders_invoicenumber", "tag"),
        "Credit notes": ("orders_creditnote", "assignment_return"),
        "Voids": ("orders_voidnotice", "block"),
        "Refills": ("orders_invoicerefill", "local_gas_station"),
        "Entries": ("orders_journalentry", "menu_book"),
        "Drawers": ("orders_drawer", "inbox"),
        "Cash movements": ("orders_drawermovement", "currency_exchange"),
        "Closings": ("orders_closing", "summarize"),
    },
    "Stock": {
        "Levels": ("inventory_stocklevel", "inventory_2"),
        "Low stock": ("inventory_lowstock", "production_quantity_limits"),
        "Shortfalls": ("inventory_shortfall", "rule"),
        "Movements": ("inventory_stockmovement", "swap_vert"),
        "Holds": ("inventory_hold", "bookmark"),
        "Products": ("inventory_product", "sell"),
        "Taxes": ("inventory_tax", "percent"),
        "Locations": ("inventory_location", "warehouse"),
        "Stores": ("inventory_store", "store"),
    },
    "Upkeep": {
        "Terminals": ("orders_terminal", "point_of_sale"),
        "Keys": ("orders_terminalkey", "key"),
        "Accounts": ("orders_account", "account_balance"),
        "Schedules": ("django_celery_beat_periodictask", "schedule"),
        "Audit": ("orders_auditround", "fact_check"),
        "Audit looks": ("orders_auditlook", "find_in_page"),
        "Findings": ("orders_auditfinding", "report"),
        "Repairs": ("orders_repair", "build"),
        "Task results": ("django_celery_results_taskresult", "task_alt"),
        "Users": ("auth_user", "person"),
        "Groups": ("auth_group", "group"),
    },
}


BADGES = {"Commands": "commands", "Entries": "entries", "Instructions": "instructions"}
"""What waits for a person, by where it is seen to."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: what somebody may see, with how much of it is parked."""
    beside = {
        "First page": ("/", "home"),
        "Till": (places.TILL, "shopping_cart"),
        "Flower": (places.flower(request), "monitoring"),
        "API": (places.DOCS, "api"),
        "Metrics": (places.METRICS, "speed"),
    }
    waiting = parked(here(reach_of(request).shown))
    inside = {
        group: {
            title: (reverse(f"admin:{page}_changelist"), icon)
            for title, (page, icon) in pages.items()
            if may_see(request, page)
        }
        for group, pages in PAGES.items()
    }
    if may_send(request.user, Kind.RECEIVE):
        inside["Stock"] = {"Move stock": (reverse("stock:first"), "move_to_inbox"), **inside["Stock"]}
    return [
        {
            "title": group,
            "separator": True,
            "items": [
                {
                    "title": title,
                    "link": link,
                    "icon": icon,
                    "active": link != "/" and request.path.startswith(link),
                    "badge": _badge(waiting[BADGES[title]]) if title in BADGES else "",
                }
                for title, (link, icon) in pages.items()
            ],
        }
        for group, pages in {**inside, "Beside": beside}.items()
    ]


def _badge(count: int) -> str | int:
    """A number by itself would be taken for an import path, were it text."""
    return f"{BADGE_MAX}+" if count > BADGE_MAX else count


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Above commands and entries: their states. The first is what the list shows by itself."""
    return [
        _states(request, "orders.command", "is", "Open", ("Parked", "Rejected", "Succeeded", "Dismissed", "All")),
        _states(request, "orders.journalentry", "state__exact", "All", ("Parked", "Pending", "Posted")),
    ]


def _states(request: HttpRequest, model: str, asked: str, first: str, titles: Sequence[str]) -> dict[str, Any]:
    page, chosen = reverse(f"admin:{model.replace('.', '_')}_changelist"), request.GET.get(asked)
    states = {first: None, **{title: title.lower() for title in titles}}
    items = [
        {"title": title, "link": f"{page}?{asked}={state}" if state else page, "active": state == chosen}
        for title, state in states.items()
    ]
    return {"models": [model], "items": items}
