"""The whole pipeline on RabbitMQ and PostgreSQL, and nothing else: a worker and the broker die, and messages kill."""

import json
import os
import secrets
import signal
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import pytest_django
import urllib3
from django.core.management import call_command
from django.test import override_settings
from django_celery_results.models import TaskResult
from kombu import Connection
from kombu.message import Message

from base.broker.amqp import DEAD, DELIVERY_LIMIT, queue
from base.broker.choose import broker_at
from base.outside.signs import Role as Worker
from base.outside.signs import last_given, signs
from orders.audit.round import audit
from orders.commands.core.roles import Role
from project.stack.embedded.child import free_port, wait_until
from project.stack.embedded.rabbitmq import MEMORY_MAX, EmbeddedRabbitMQ
from project.stack.servers import Servers, passing_database
from tests.support.database import connected_to
from tests.support.network.web import WebClient
from tests.support.processes.nodes import start
from tests.support.processes.served import Served, serving
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

ROLES = ("web", "worker", "worker-io", "beat", "flower")
SOON_S, HANGS_AFTER_S = 60, 4
PASSWORD = secrets.token_hex()
CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


@pytest.fixture(scope="module")
def flower_url() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def served(
    rabbit: EmbeddedRabbitMQ,
    servers: Servers,
    template_database: str,
    copies: str,
    flower_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Served]:
    with (
        passing_database(servers.database_url, template=f"{template_database} {copies}") as url,
        django_db_blocker.unblock(),
        serving(
            database_url=url,
            broker_url=rabbit.url_of(2),
            home=tmp_path_factory.mktemp("served"),
            roles=ROLES,
            FLOWER_PORT=flower_url.rpartition(":")[2],
            FLOWER_BASIC_AUTH=f"flower:{PASSWORD}",
            INVOICE_NUMBER_GENERATOR="orders.invoicing.from_sequence",
        ) as served,
        connected_to(url),
    ):
        yield served


@pytest.fixture(scope="module")
def chain(served: Served) -> Chain:
    return open_chain(shop_code="rabbit", other_code="rabbit-2", client=WebClient(served.url))


@pytest.fixture
def till(chain: Chain) -> Till:
    return chain.tills[Role.POS]


def sell(till: Till, *, wait: int = 0) -> Any:
    """The command that pays, as it is told; `wait`: for its outcome."""
    order_id = till.sell(("POSTAGE", 1))
    return till.post(f"/orders/{order_id}/pay", CARD, key=f"pay {order_id}", wait=wait).body


def wait_settled(till: Till, *commands: Any) -> None:
    def are_all() -> bool:
        return all(till.get(f"/commands/{one['id']}").body["state"] == "succeeded" for one in commands)

    assert wait_until(are_all, seconds=SOON_S)


def of_flower(url: str) -> Any:
    authorization = b64encode(f"flower:{PASSWORD}".encode()).decode()
    answer = urllib3.request("GET", url, headers={"Authorization": f"Basic {authorization}"}, retries=False)
    assert answer.status == 200, answer.data
    return answer


def test_a_till_that_waits_is_told_at_once(till: Till) -> None:
    def is_told_at_once() -> bool:
        began = time.monotonic()
        return sell(till, wait=10)["state"] == "succeeded" and time.monotonic() - began < 10

    assert wait_until(is_told_at_once, seconds=SOON_S), "it waits for its time to be over"


def test_flower_sees_workers_and_tasks(till: Till, flower_url: str) -> None:
    def sees() -> bool:
        sell(till)
        tasks = of_flower(f"{flower_url}/api/tasks").json().values()
        return any((one["name"], one["state"]) == ("orders.pay", "SUCCESS") for one in tasks)

    assert wait_until(sees, seconds=SOON_S)
    workers = of_flower(f"{flower_url}/api/workers?refresh=true").json()
    assert {name.partition("@")[0] for name in workers} == {"worker", "worker-io"}
    of_flower(f"{flower_url}/broker")


def test_who_works_gives_signs_of_life_without_redis(served: Served) -> None:
    def all_do() -> bool:
        return {sign.role for sign in signs(served.database_url) or []} == set(Worker)

    assert wait_until(all_do, seconds=SOON_S)
    figures = urllib3.request("GET", f"{served.url}/metrics").data.decode()
    assert 'ringup_silent{role="commands"} 0.0' in figures


def test_a_message_that_no_worker_understands_waits_for_a_person(served: Served, rabbit: EmbeddedRabbitMQ) -> None:
    with Connection(rabbit.url_of(2)) as connection, connection.Producer() as producer:
        producer.publish({"no": "task"}, routing_key="commands", serializer="json")
    assert wait_until(lambda: broker_at(rabbit.url_of(2)).dead_letters(within_s=5) == 1, seconds=SOON_S)
    assert "ringup_dead_letters 1.0" in urllib3.request("GET", f"{served.url}/metrics").data.decode()
    told = [manage("dead_letters", broker_url=rabbit.url_of(2), **drop) for drop in ({}, {"drop": True}, {})]
    assert [[(one["queue"], one["reason"], one["body"]) for one in found] for found in told] == [
        [("commands", "rejected", '{"no": "task"}')],
        [("commands", "rejected", '{"no": "task"}')],
        [],
    ]


def test_a_message_that_comes_again_and_again_waits_for_a_person(rabbit: EmbeddedRabbitMQ) -> None:
    url, runs = rabbit.url_of(3), list[Message]()

    def not_done(_: Any, message: Message) -> None:
        runs.append(message)
        message.requeue()

    with Connection(url) as connection, connection.channel() as channel:
        for one in (DEAD, queue("commands")):
            one(channel).declare()
        channel.basic_publish(channel.prepare_message(b"{}"), routing_key="commands")
        with connection.Consumer([queue("commands")], callbacks=[not_done], accept=["json"], auto_declare=False):
            while not broker_at(url).dead_letters(within_s=5):
                with suppress(TimeoutError):
                    connection.drain_events(timeout=0.1)
        (death, *_) = there(DEAD(channel).get()).headers["x-death"]
    assert len(runs) == DELIVERY_LIMIT + 1
    assert (death["queue"], death["reason"]) == ("commands", "delivery_limit")


def manage(command: str, *, broker_url: str, **options: bool) -> Any:
    said = StringIO()
    with override_settings(BROKER_URL=broker_url):
        call_command(command, json=True, stdout=said, **options)
    return json.loads(said.getvalue())


def there(message: Message | None) -> Message:
    assert message
    return message


@pytest.fixture(scope="module")
def another_worker(served: Served) -> Iterator[None]:
    """In place of the first, which was killed."""
    os.killpg(served.pids["worker"], signal.SIGKILL)
    again = start("worker", environ=served.environ, folder=Path(served.environ["RINGUP_HOME"]))
    yield
    again.kill()


@pytest.mark.usefixtures("another_worker")
def test_a_worker_that_is_killed_costs_no_sale(till: Till) -> None:
    commands = [sell(till) for _ in range(5)]
    wait_settled(till, *commands)


@contextmanager
def memory_low(rabbit: EmbeddedRabbitMQ) -> Iterator[None]:
    """It lets everybody in, and reads nothing from whoever sends."""
    rabbit.control("set_vm_memory_high_watermark", "0")
    try:
        yield
    finally:
        rabbit.control("set_vm_memory_high_watermark", "absolute", MEMORY_MAX)


@contextmanager
def standing_still(rabbit: EmbeddedRabbitMQ) -> Iterator[None]:
    os.kill(rabbit.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(rabbit.pid, signal.SIGCONT)


@pytest.mark.usefixtures("another_worker")
@pytest.mark.parametrize("suffers", [memory_low, standing_still])
def test_nobody_hangs_while_the_broker_takes_nothing(
    suffers: Callable[[EmbeddedRabbitMQ], AbstractContextManager[None]],
    served: Served,
    till: Till,
    rabbit: EmbeddedRabbitMQ,
) -> None:
    with suffers(rabbit):
        began = time.time()
        commands = [sell(till) for _ in range(3)]
        assert time.time() - began < 5, "a till waits for it"
        ready = urllib3.request("GET", f"{served.url}/readyz", retries=False)
        assert (ready.status, ready.json()["notes"]) == (200, ["the broker does not answer"])
        assert wait_until(lambda: all_live_after(served, began + HANGS_AFTER_S), seconds=SOON_S)
    wait_settled(till, *commands)
    wait_settled(till, sell(till))


def all_live_after(served: Served, at: float) -> bool:
    return all(last > at for last in last_given(signs(served.database_url) or []).values())


@pytest.mark.usefixtures("another_worker")
def test_a_broker_that_is_killed_and_comes_back_costs_no_sale(till: Till, rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.kill()
    began = time.monotonic()
    commands = [sell(till) for _ in range(10)]
    assert time.monotonic() - began < 10, "a till waits for a dead broker"
    rabbit.start_again()
    wait_settled(till, *commands)
    wait_settled(till, sell(till))
    assert audit() == []
    assert [(one.task_name, one.traceback) for one in TaskResult.objects.filter(status="FAILURE")] == []
