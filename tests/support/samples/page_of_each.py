"""A shop in which everything has happened that the admin has a page for."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from django_celery_results.models import TaskResult

from base.drift import Drift
from inventory.db.taxes import edit_tax
from inventory.models import LowStock, Shortfall, StockLevel
from orders.audit.db.findings import found
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.invoicing import from_sequence
from orders.invoicing.db.void import void
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.journal.db.attempts import park
from orders.journal.db.repair import dismiss
from orders.models import Account, AuditLook, AuditRound, FeedEpoch, InvoiceNumber
from orders.terminals.db.keys import create_terminal
from tests.support.samples.special_sales import sell_online, sell_unknown
from tests.support.shop.cashier import close_drawer
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop
from workers.low_stock import report_low_stock


class Drafts:
    """An accounting system that always answers."""

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[str]:
        return [f"{store_code}-{idempotency_key[-4:]}-{n}" for n in range(count)]


def fill(shop: Shop, name: str) -> None:
    """At least one row of every model, made as the pipeline makes it."""
    order_id, _ = shop.sale(("TEA-80", 1), ("POSTAGE", 1))
    reserved_id = shop.order(("MUG-RED", 1), fulfilment="shipment")
    shop.submit(Kind.RESERVE, reserved_id)
    shop.submit(Kind.PAY, shop.order(("SCARF-BLUE", 1)), tenders=[{"method": "cash", "amount_minor": 1}])
    execute([order_id, reserved_id])
    cancelled_id, _ = shop.sale(("POSTAGE", 1))
    shop.submit(Kind.CANCEL, cancelled_id)
    execute([cancelled_id])
    sell_unknown(shop)
    Shortfall.objects.filter(counted_at=None).update(counted_at=timezone.now())
    sell_online(shop)
    refill_invoice_pool(Drafts())
    number = InvoiceNumber.objects.filter(state="free", store=shop.store_id).first()
    assert number is not None
    void(store_id=shop.store_id, number=number.number, reason="torn", voided_by=name, now=timezone.now())
    create_terminal(store_id=shop.store_id, name=name, role=Role.POS)
    _, given_up = shop.sale()
    park(given_up, "AssertionError")
    dismiss(shop.store_id, given_up, by=name, reason="torn")
    Account.objects.get_or_create(store_id=shop.store_id, name="cash", account="1000")
    from_sequence({shop.store_id: 1})
    close_drawer(shop)
    AuditRound.objects.get_or_create(id=1)
    FeedEpoch.objects.get_or_create(id=UUID(int=1), made_in=1, awaits_standby=False)
    AuditLook.objects.get_or_create(id=1)
    found([Drift("a law", name, "is broken", None)], now=timezone.now())
    edit_tax(shop.store_id, name, {"name": "VAT", "rate": "20"})
    StockLevel.objects.update(reorder_point=100)
    report_low_stock()
    LowStock.objects.filter(recovered_at=None).update(recovered_at=timezone.now())
    crontab, _ = CrontabSchedule.objects.get_or_create(hour="3", minute="0")
    PeriodicTask.objects.create(name=name, task="upkeep.audit_invariants", crontab=crontab)
    TaskResult.objects.create(task_id=name, task_name="upkeep.sweep", status="FAILURE", traceback="Traceback ...")
    IntervalSchedule.objects.get_or_create(every=7, period="seconds")
    Group.objects.create(name=name)
