"""The database dies and recovers while workers run: they go on, all of them, without being started again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.db import connection
from django_celery_results.models import TaskResult

from orders.audit.round import audit
from orders.models import JournalEntry
from project.celery import app
from project.stack.embedded.child import wait_until
from project.stack.embedded.postgres import EmbeddedPostgres
from project.stack.servers import Servers
from tests.support.processes.migrated import migrate
from tests.support.processes.nodes import StartNode
from tests.support.shop.sales import SETTLED_WITHIN_S, sell, wait_settled
from tests.support.shop.shop import open_shop, states

UPKEEP = [
    "upkeep.refill_invoice_pool",
    "upkeep.number_late_sales",
    "upkeep.expire_holds",
    "upkeep.allocate_backorders",
    "upkeep.report_low_stock",
    "upkeep.audit_invariants",
]


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "database") as server:
        yield server


@pytest.fixture
def fresh_database(own_server: EmbeddedPostgres, servers: Servers) -> str:
    """In place of the session's: this one's server may be killed."""
    migrate(own_server.url, broker_url=servers.broker_url)
    return own_server.url


def run_upkeep(broker_url: str) -> dict[str, str]:
    """Each task several times, so that every thread has its turn: what failed, by name."""
    with app.connection_for_write(broker_url) as connection:
        sent = [app.send_task(name, connection=connection).id for name in UPKEEP for _ in range(4)]
    with redis.Redis.from_url(broker_url) as broker:
        # What found nothing to do leaves no result: a task is over once its message is acknowledged.
        assert wait_until(lambda: not broker.exists("io", "unacked"), seconds=SETTLED_WITHIN_S)
    failed = TaskResult.objects.filter(task_id__in=sent).exclude(status="SUCCESS")
    return dict(failed.values_list("task_name", "result"))


def test_a_database_killed_and_recovered(
    node: StartNode, own_server: EmbeddedPostgres, fresh_broker: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = open_shop(shelf={"TEA-80": 100})
    workers = [node(), node("worker-io")]
    commands = [sell(shop)]
    wait_settled(*commands)
    assert run_upkeep(fresh_broker) == {}
    commands += [sell(shop) for _ in range(10)]
    own_server.kill()
    own_server.start()
    connection.close()
    took = wait_settled(*commands)
    _, never_rung = shop.sale()
    took_unrung = wait_settled(never_rung)
    with capsys.disabled():
        print(f"\n  database killed and recovered: settled {took:.1f} s after its start", end="")
        print(f"\n  a command that nobody rang for: settled after {took_unrung:.1f} s", end="")
    assert run_upkeep(fresh_broker) == {}
    assert [worker.process.status for worker in workers] == ["running", "running"]
    assert set(states([*commands, never_rung])) == {"applied"}
    assert JournalEntry.objects.count() == len(commands) + 1
    assert audit() == []
