"""The admin's sidebar, with what stands beside the admin, and its tabs."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from base.outside.signs import Role, last_given, signs, silent
from project import env as environment

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
    },
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar. Flower is reached on the host that the admin is reached on."""
    host = request.get_host().partition(":")[0]
    beside = {
        "Flower": (f"{request.scheme}://{host}:{environment.current().flower_port}/", "monitoring"),
        "API": ("/api/v1/docs", "api"),
        "Metrics": ("/metrics", "speed"),
    }
    inside = {
        group: {title: (reverse(f"admin:{page}_changelist"), icon) for title, (page, icon) in pages.items()}
        for group, pages in PAGES.items()
    }
    return [
        {
            "title": group,
            "separator": True,
            "items": [
                {"title": title, "link": link, "icon": icon, "active": request.path.startswith(link)}
                for title, (link, icon) in pages.items()
            ],
        }
        for group, pages in {**inside, "Beside": beside}.items()
    ]


DOES_NOT = {
    Role.COMMANDS: "No worker settles commands: whatever was sent waits.",
    Role.IO: "No worker asks others or sweeps: payments, invoice numbers and accounting wait.",
    Role.BEAT: "Beat does not look what is due: what is not rung for waits.",
}


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Says who gives no sign of life."""
    if (found := signs(settings.BROKER_URL)) is None:
        messages.error(request, "The broker does not answer: commands are stored, and wait for it.")
        return context
    given = last_given(found)
    for role in silent(given, silence_max_s=environment.current().silence_max_s):
        since = f"since {datetime.fromtimestamp(given[role], UTC):%Y-%m-%d %H:%M:%S} UTC" if given[role] else "at all"
        messages.error(request, f"{DOES_NOT[role]} There has been no sign of life {since}.")
    return context


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Above the commands: their states. The first is what the list shows by itself."""
    commands, chosen = reverse("admin:orders_command_changelist"), request.GET.get("is")
    titles = ("Parked", "Rejected", "Succeeded", "Dismissed", "All")
    states = {"Open": None, **{title: title.lower() for title in titles}}
    items = [
        {"title": title, "link": f"{commands}?is={state}" if state else commands, "active": state == chosen}
        for title, state in states.items()
    ]
    return [{"models": ["orders.command"], "items": items}]
