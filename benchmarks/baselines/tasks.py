"""The textbook task: one sale, one transaction, one result row."""

from typing import Any

from benchmarks.baselines import sale as sales
from benchmarks.baselines.celery import app
from orders.models import Terminal


@app.task(name="baselines.sell")
def sell(*, terminal_id: int, sale: dict[str, Any]) -> dict[str, Any]:
    return sales.sell(Terminal.objects.get(pk=terminal_id), sale)
