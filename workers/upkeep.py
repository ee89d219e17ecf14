"""The scheduled tasks, as Celery and an operator see them. Their results are kept by django-celery-results."""

from functools import cache
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from base.outside.nudge import nudge
from base.sql import clock
from base.sql.retry_transient import retry_transient
from orders.accounting.outside import relay
from orders.accounting.port import Accounting
from orders.audit.db.rounds import is_look_unfinished, is_unfinished
from orders.audit.look import look_on
from orders.audit.round import go_on
from orders.invoicing import number_late_sales as late_sales
from orders.invoicing.db.late_sales import are_some_waiting
from orders.invoicing.db.refill import make_refills_due
from orders.invoicing.db.restored import is_unnoticed
from orders.invoicing.outside import refill
from orders.invoicing.outside import tell_voids as relay_voids
from orders.payments.outside import instruct
from workers import archive as archiver
from workers import authorize, backorders, expire, low_stock
from workers import sweep as sweeper

AUDIT_S = 10.0


class Upkeep(Task):
    """After a fault of the database its thread gets a new connection: nobody else would close the broken one."""

    Request = "workers.late:Request"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return retry_transient(lambda: self.run(*args, **kwargs))


@cache
def accounting() -> Accounting:
    made: Accounting = import_string(settings.ACCOUNTING_ADAPTER)(settings.ACCOUNTING_URL)
    return made


# Its results are of interest to nobody: the worker for upkeep sweeps by itself as well.
@shared_task(base=Upkeep, name="upkeep.sweep", ignore_result=True)
def sweep() -> int:
    return sweeper.sweep()


@shared_task(base=Upkeep, name="upkeep.refill_invoice_pool")
def refill_invoice_pool() -> dict[str, int]:
    """Top up the pools, then number the sales that waited; again while some still wait: sales went on meanwhile."""
    fetched = numbered = 0
    while True:
        came = refill.refill_invoice_pool(accounting())
        fetched, numbered = fetched + came, numbered + late_sales.number_late_sales()
        if not came or not are_some_waiting():
            return {"fetched": fetched, "numbered": numbered}


@shared_task(base=Upkeep, name="upkeep.look_at_invoice_pools", ignore_result=True)
def look_at_invoice_pools() -> None:
    if is_unnoticed() or refill.is_some_pool_below_low_mark():
        nudge("upkeep.refill_invoice_pool", pause_s=0)


@shared_task(base=Upkeep, name="upkeep.relay_outbox")
def relay_outbox() -> dict[str, int]:
    """Send entries and voids; if accounting answers, refills that backed off need not wait any longer."""
    sent = relay.relay_outbox(accounting())
    refills_due = make_refills_due(now=clock.now()) if sent.done else 0
    if refills_due:
        nudge("upkeep.refill_invoice_pool", pause_s=0)
    entries = {"posted": sent.done, "failed": sent.failed, "parked": sent.parked + sent.refused}
    return {**entries, "refills_due": refills_due, "voids_told": relay_voids.relay_voids(accounting())}


@shared_task(base=Upkeep, name="upkeep.authorize_payments", ignore_result=True)
def authorize_payments() -> int:
    return authorize.authorize_payments()


@shared_task(base=Upkeep, name="upkeep.relay_payments")
def relay_payments() -> dict[str, int]:
    ran = instruct.relay_payments()
    return {"done": ran.done, "failed": ran.failed, "parked": ran.parked + ran.refused}


@shared_task(base=Upkeep, name="upkeep.number_late_sales")
def number_late_sales() -> int:
    return late_sales.number_late_sales()


@shared_task(base=Upkeep, name="upkeep.expire_holds")
def expire_holds() -> int:
    return expire.expire_holds()


@shared_task(base=Upkeep, name="upkeep.allocate_backorders")
def allocate_backorders() -> int:
    return backorders.allocate_backorders()


@shared_task(base=Upkeep, name="upkeep.report_low_stock")
def report_low_stock() -> int:
    return low_stock.report_low_stock()


@shared_task(base=Upkeep, name="upkeep.archive")
def archive() -> int:
    return archiver.archive()


@shared_task(base=Upkeep, name="upkeep.purge")
def purge() -> int:
    return archiver.purge()


@shared_task(base=Upkeep, name="upkeep.audit_invariants")
def audit_invariants() -> list[dict[str, str | None]]:
    """The day's round, some seconds at a time, so that no thread is away for long."""
    drifts = go_on(seconds=AUDIT_S)
    if is_unfinished():
        nudge("upkeep.audit_invariants", pause_s=0)
    return [drift.as_json() for drift in drifts]


@shared_task(base=Upkeep, name="upkeep.look_at_changes")
def look_at_changes() -> list[dict[str, str | None]]:
    drifts = look_on(seconds=AUDIT_S)
    if is_look_unfinished():
        nudge("upkeep.look_at_changes", pause_s=0)
    return [drift.as_json() for drift in drifts]
