"""The day's figures, read from the database in the evening. Opening stock, and the drawers that are opened before the
day and closed after it, are not counted among its commands."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from inventory.core.movements import MovementKind
from inventory.models import StockLevel, StockMovement
from orders.accounting.core import REVENUE, TAX, EntryState
from orders.commands.core.machine import DRAWER_KINDS, Kind
from orders.commands.core.outcomes import Code, CommandState
from orders.invoicing.core.numbers import NumberState
from orders.models import Closing, Command, CreditNote, InvoiceNumber, JournalEntry, Order, OrderLine
from project.demo.verdict import Refused

UNDER_WAY = (CommandState.PENDING, CommandState.AWAITING)
COMMANDS_OF_THE_DAY = Command.objects.exclude(kind__in=[Kind.RECEIVE, *DRAWER_KINDS])
CAME_BACK = (MovementKind.RETURN_IN, MovementKind.ADJUST)


def read_figures() -> dict[str, Any]:
    """The fields of the report that the database knows, but for the audit."""
    states = dict(COMMANDS_OF_THE_DAY.values_list("state").annotate(Count("id")).order_by())
    rejected = COMMANDS_OF_THE_DAY.filter(state=CommandState.REJECTED)
    numbers = InvoiceNumber.objects.filter(order__isnull=False).exclude(state=NumberState.VOID)
    numbers_used = numbers.count()
    entries = dict(JournalEntry.objects.values_list("state").annotate(Count("id")).order_by())
    return {
        "orders": Order.objects.count(),
        "lines": OrderLine.objects.count(),
        "commands": sum(states.values()),
        "kinds": counted(COMMANDS_OF_THE_DAY, "kind"),
        "succeeded": states.get(CommandState.SUCCEEDED, 0),
        "rejected": dict(rejected.values_list("outcome_code").annotate(Count("id")).order_by("outcome_code")),
        "parked": states.get(CommandState.PARKED, 0),
        "pending": sum(states.get(state, 0) for state in UNDER_WAY),
        "revenue_minor": Order.objects.filter(paid_at__isnull=False).aggregate(sum=Sum("total_minor", default=0))[
            "sum"
        ],
        **turnover(),
        "units_sold": -moved(kind=MovementKind.OUTBOUND),
        "units_returned": moved(kind=MovementKind.RETURN_IN),
        "unmatched_return_units": moved(kind=MovementKind.ADJUST, reason="unmatched return"),
        "units_written_off": -moved(kind=MovementKind.DAMAGED),
        "invoice_numbers": numbers_used,
        "invoice_numbers_duplicated": numbers_used - numbers.values("number").distinct().count(),
        "invoice_numbers_late": COMMANDS_OF_THE_DAY.filter(kind=Kind.PAY, result__invoice_pending=True).count(),
        "entry_kinds": counted(JournalEntry.objects.all(), "kind"),
        "entries": sum(entries.values()),
        "entries_posted": entries.get(EntryState.POSTED, 0),
        "entries_parked": entries.get(EntryState.PARKED, 0),
        **drawers(),
        "oversold_levels": oversold_levels(),
    }


def turnover() -> dict[str, Any]:
    """What was booked: sales less what came back."""
    net, taxes = 0, Counter[str]()
    for postings in JournalEntry.objects.values_list("postings", flat=True):
        for account, minor, *tax in postings:
            if account == REVENUE:
                net -= minor
            elif account == TAX:
                taxes[tax[1]] -= minor
    by_rate = dict(sorted(taxes.items(), key=lambda item: Decimal(item[0])))
    return {"net_minor": net, "taxes": by_rate, "gross_minor": net + sum(by_rate.values())}


def drawers() -> dict[str, int]:
    """What was counted in cash, and by how much each was wrong."""
    closed = [methods[0] for methods in Closing.objects.values_list("figures__methods", flat=True)]
    return {
        "drawers": len(closed),
        "cash_minor": sum(cash["counted_minor"] for cash in closed),
        "cash_difference_minor": sum(abs(cash["difference_minor"]) for cash in closed),
    }


def counted(rows: QuerySet[Any], field: str) -> dict[str, int]:
    """How many rows have each value, the most frequent first."""
    return dict(rows.values_list(field).annotate(Count("id")).order_by("-id__count", field))


def moved(**which: Any) -> int:
    return int(StockMovement.objects.filter(**which).aggregate(sum=Sum("quantity_change", default=0))["sum"])


def oversold_levels() -> int:
    """Levels that hold less than nothing or less than was promised, now or after any movement of the day."""
    now = StockLevel.objects.filter(Q(on_hand__lt=0) | Q(on_hand__lt=F("reserved"))).values_list("id", flat=True)
    once = StockMovement.objects.filter(Q(quantity_after__lt=0) | Q(quantity_after__lt=F("reserved_after")))
    return len({*now, *once.values_list("level_id", flat=True)})


def open_work() -> int:
    """Commands that wait for a worker, and paid orders and credit notes that wait for their number."""
    pending = Command.objects.filter(state__in=UNDER_WAY).count()
    unnumbered = Order.objects.filter(invoice_pending=True).count() + CreditNote.objects.filter(pending=True).count()
    return pending + unnumbered


def unposted() -> int:
    """Entries that accounting has not confirmed, and that nobody has to look at first."""
    return JournalEntry.objects.filter(state=EntryState.PENDING).count()


def read_refused() -> list[Refused]:
    """Every SKU of every refusal for want of stock."""
    commands = COMMANDS_OF_THE_DAY.filter(outcome_code=Code.STOCK_INSUFFICIENT).order_by("seq")
    told = commands.filter(outcome__isnull=False).values_list("key", "outcome")
    rows = [(key, line) for key, outcome in told if outcome for line in outcome["lines"]]
    left = left_at_close([line["sku"] for _, line in rows])
    return [
        Refused(
            key=key,
            sku=line["sku"],
            requested=line["requested"],
            available=line["available"],
            left_at_close=left.get(line["sku"], 0),
        )
        for key, line in rows
    ]


def left_at_close(skus: Sequence[str]) -> dict[str, int]:
    """Units on hand in the evening less all that came back during the day."""
    levels = StockLevel.objects.filter(product__sku__in=skus).values_list("id", "product__sku", "on_hand")
    came_back = dict(
        StockMovement.objects.filter(level__product__sku__in=skus, kind__in=CAME_BACK)
        .values_list("level_id")
        .annotate(Sum("quantity_change"))
        .order_by()
    )
    left: dict[str, int] = {}
    for level, sku, on_hand in levels:
        left[sku] = left.get(sku, 0) + on_hand - came_back.get(level, 0)
    return left
