"""The scheduled tasks, as Celery and an operator see them. Their results are kept by django-celery-results."""

from dataclasses import asdict
from functools import cache
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from orders.accounting.port import Accounting
from orders.db.audit_rounds import is_look_unfinished, is_unfinished
from orders.db.bind import are_sales_waiting
from workers import archive as archiver
from workers import authorize, backorders, bind, expire, instruct, low_stock, refill, relay, relay_voids
from workers import sweep as sweeper
from workers.audit import go_on
from workers.look import look_on
from workers.nudge import nudge
from workers.patience import patiently

AUDIT_S = 10.0


class Upkeep(Task):
    """After a fault of the database its thread gets a new connection: nobody else would close the broken one."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return patiently(lambda: self.run(*args, **kwargs))


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
    fetched = bound = 0
    while True:
        came = refill.refill_invoice_pool(accounting())
        fetched, bound = fetched + came, bound + bind.bind_invoice_numbers()
        if not came or not are_sales_waiting():
            return {"fetched": fetched, "bound": bound}


@shared_task(base=Upkeep, name="upkeep.look_at_invoice_pools", ignore_result=True)
def look_at_invoice_pools() -> None:
    if refill.is_some_store_thirsty():
        nudge("upkeep.refill_invoice_pool", pause_s=0)


@shared_task(base=Upkeep, name="upkeep.relay_outbox")
def relay_outbox() -> dict[str, int]:
    """Send entries and voids; if accounting answers, refills that backed off need not wait any longer."""
    sent = relay.relay_outbox(accounting())
    if sent.refills_due:
        nudge("upkeep.refill_invoice_pool", pause_s=0)
    return {**asdict(sent), "voids_told": relay_voids.relay_voids(accounting())}


@shared_task(base=Upkeep, name="upkeep.authorize_payments", ignore_result=True)
def authorize_payments() -> int:
    return authorize.authorize_payments()


@shared_task(base=Upkeep, name="upkeep.relay_payments")
def relay_payments() -> dict[str, int]:
    return asdict(instruct.relay_payments())


@shared_task(base=Upkeep, name="upkeep.bind_invoice_numbers")
def bind_invoice_numbers() -> int:
    return bind.bind_invoice_numbers()


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
