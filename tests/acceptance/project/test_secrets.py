"""A day on which everything is refused, in processes of their own: no secret stands in what they log, keep or tell, and
what they tell of a sale is found under its id, whichever process told it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import pytest_django
import redis
import urllib3
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from psycopg import sql

from orders.commands.core.roles import Role
from orders.models import Command
from project.stack.embedded.child import free_port, wait_until
from project.stack.servers import Servers, passing_database
from tests.support.database import broker_database, connected_to
from tests.support.network.collector import PACKAGES, PLAINLY, Collector, attributes, collecting
from tests.support.network.echo import echoing
from tests.support.processes.served import Served, send, serving, session_of

SECRETS = {
    "STRIPE_API_KEY": "sk_test_MARKstripe",
    "login of accounting": "MARKaccounting",
    "login of accounting, as it is sent": "Ym9va3M6TUFSS2FjY291bnRpbmc=",
    "SECRET_KEY": "MARKsigns" + "0123456789" * 5,
    "token": "pm_MARKtoken",
    "password": "MARKpassword",
    "password of Flower": "MARKflower0123456789",
    "wrong key": "rk_MARKwrong0123456789",
    "wrong code": "7KQX3MWP",
}
TOLD_BY = {
    "web": ("POST", "store"),
    "worker": ("wait for a worker", "settle", "pay"),
    "worker-io": ("ask: authorize",),
}
SPANS = {name for names in TOLD_BY.values() for name in names}
FLOWERS_PAGES = ("/", "/tasks", "/workers", "/broker", "/metrics", "/api/tasks", "/api/workers", "/api/task/types")
ADMINS_LISTS = ("orders_order", "orders_command", "orders_terminal", "orders_authorization", "orders_journalentry")
HOLD_WHAT_IS_PAID_WITH = {"orders_command": "payload", "orders_authorization": "token"}
ORDER = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
CASH, ONLINE = (
    {"method": "cash", "amount_minor": 250},
    {"method": "online", "amount_minor": 250, "provider": "stripe", "token": SECRETS["token"]},
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def refused(
    servers: Servers,
    template_database: str,
    copies: str,
    home: Path,
    collector: Collector,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Served]:
    broker_url = broker_database(servers.broker_url, 14)
    with (
        echoing() as echo,
        passing_database(servers.database_url, template=f"{template_database} {copies}") as database_url,
        django_db_blocker.unblock(),
        serving(
            database_url=database_url,
            broker_url=broker_url,
            home=home,
            roles=("web", "worker", "worker-io", "flower"),
            LOG_LEVEL="DEBUG",
            FLOWER_ADDRESS="127.0.0.1",
            FLOWER_PORT=str(free_port()),
            FLOWER_BASIC_AUTH=f"ringup:{SECRETS['password of Flower']}",
            SECRET_KEY=SECRETS["SECRET_KEY"],
            ACCOUNTING_URL=f"http://books:{SECRETS['login of accounting']}@{echo}",
            PAYMENT_PROVIDERS="stripe=orders.payments.stripe.from_settings",
            STRIPE_API_KEY=SECRETS["STRIPE_API_KEY"],
            STRIPE_API_BASE=f"http://{echo}",
            TRACES_URL=collector.url,
            PYTHONPATH=str(PACKAGES),
            OTEL_BSP_SCHEDULE_DELAY="100",
            **dict([PLAINLY]),
        ) as served,
        django_db_blocker.block(),
    ):
        yield served
    with redis.Redis.from_url(broker_url) as broker:
        broker.flushdb()


def test_no_secret_is_logged_kept_or_told(
    refused: Served,
    home: Path,
    collector: Collector,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    subtests: pytest.Subtests,
) -> None:
    declined, sold = sell(refused, ONLINE, "online"), sell(refused, CASH, "cash")
    assert declined["outcome"]["code"] == "payment_declined"
    assert sold["outcome"]["code"] == "applied"
    answers = try_doors(refused)
    assert wait_until(lambda: is_parked(refused), seconds=30)
    assert wait_until(lambda: "orders.pay" in asked_of_flower(refused, "/api/tasks"), seconds=30)
    with django_db_blocker.unblock():
        admins = dict(admin_pages(refused, sold["order_id"], declined["order_id"]))

    places = {
        **{log.name: log.read_text() for log in home.glob("*.log")},
        **kept(refused),
        "told": json.dumps([declined, sold]),
        "answers": json.dumps(answers),
        **{f"flower {path}": asked_of_flower(refused, path) for path in FLOWERS_PAGES},
        **{f"flower {path}": asked_of_flower(refused, path) for path in flowers_tasks(refused)},
        **admins,
        "traces": b"".join(collector.bodies).decode(errors="replace"),
        "metrics": urllib3.request("GET", f"{refused.url}/metrics").data.decode(),
    }
    assert "is refused" in places["worker-io.log"]
    assert declined["id"] in places["flower /api/tasks"]
    for name, text in places.items():
        with subtests.test(name):
            assert found_in(text, refused.keys) == []


def test_a_sale_is_one_trace_of_all_processes_with_the_providers_call_in_it(
    refused: Served, collector: Collector
) -> None:
    command_id = UUID(sell(refused, ONLINE, "traced")["id"])
    assert wait_until(lambda: {span.name for span in collector.spans(command_id)} == SPANS, seconds=30)
    by_name = {span.name: span for span in collector.spans(command_id)}
    way = by_name["pay"]
    assert {span.parent_span_id for span in by_name.values() if span is not way} == {way.span_id}
    told_by = {name: attributes(span)["process.pid"] for name, span in by_name.items()}
    assert {name: session_of(told_by[name]) for name in SPANS} == {
        name: refused.pids[role] for role, names in TOLD_BY.items() for name in names
    }


def test_a_sales_lines_name_it_and_how_long_each_stage_took(refused: Served, home: Path) -> None:
    sold = sell(refused, ONLINE, "logged")
    named = {"command_id": sold["id"], "trace_id": UUID(sold["id"]).hex, "span_id": UUID(sold["id"]).hex[16:]}
    assert wait_until(lambda: bool(lines_of(home, "worker", sold["id"])), seconds=30)
    (accepted,), (settled,), (refusal,) = (lines_of(home, role, sold["id"]) for role in ("web", "worker", "worker-io"))
    of_both = {**named, "kind": "pay", "order_id": sold["order_id"], "store": 1, "terminal": accepted["terminal"]}
    assert of_both.items() <= accepted.items()
    assert accepted["event"] == "pay is accepted"
    assert set(accepted["phases_ms"]) == {"accept", "ring"}
    assert {**of_both, "outcome": "payment_declined", "batch": 1, "level": "info"}.items() <= settled.items()
    assert set(settled["phases_ms"]) == {"wait", "claim", "load", "decide", "number", "save", "commit", "lock_wait"}
    took_ms = {stage: settled["phases_ms"][stage] for stage in ("claim", "load", "decide", "save", "commit")}
    assert all(0 < ms < 10_000 for ms in took_ms.values()), took_ms
    assert session_of(int(settled["worker"].rpartition("/")[2])) == refused.pids["worker"]
    assert {**named, "outcome": "refused"}.items() <= refusal.items()


def lines_of(home: Path, role: str, command_id: str) -> list[Any]:
    """Those of our own making that are about the command."""
    lines = (json.loads(line) for line in (home / f"{role}.log").read_text().splitlines() if command_id in line)
    return [line for line in lines if line.get("command_id") == command_id]


def sell(served: Served, tender: Mapping[str, Any], key: str) -> Any:
    made = served.call("POST", "/orders", ORDER, role=Role.POS)
    prefer = {"Idempotency_Key": key, "Prefer": "wait=10"}
    path = f"/orders/{made.body['id']}/pay"
    paid = served.settled(lambda: served.call("POST", path, {"tenders": [tender]}, role=Role.POS, **prefer))
    assert paid.status == 200, paid
    return paid.body


def try_doors(served: Served) -> list[Any]:
    """What was answered."""
    key, api = served.keys[Role.POS], f"{served.url}/api/v1"
    answers = [
        send("GET", f"{api}/orders?key={key}&token={SECRETS['token']}", key=key),
        send("GET", f"{api}/orders", key=SECRETS["wrong key"]),
        send("POST", f"{api}/terminals/enrol", {"code": SECRETS["wrong code"]}, key=""),
        send("GET", f"{api}/commands/nothing", key=key),
    ]
    assert [answer.status for answer in answers] == [422, 401, 401, 404]
    assert send("GET", f"{api}/commands/{key}", key=key).status in (404, 422)
    login = {"username": "olga", "password": SECRETS["password"]}
    assert urllib3.request("POST", f"{served.url}/admin/login/", fields=login).status == 403  # no token of a form
    host = urllib3.request("GET", f"{served.url}/admin/?key={key}", headers={"Host": "evil.example"})
    assert host.status == 400
    return [answer.body for answer in answers]


def asked_of_flower(served: Served, path: str) -> str:
    port, login = (served.environ[name] for name in ("FLOWER_PORT", "FLOWER_BASIC_AUTH"))
    headers = urllib3.make_headers(basic_auth=login)
    return urllib3.request("GET", f"http://127.0.0.1:{port}{path}", headers=headers).data.decode()


def flowers_tasks(served: Served) -> list[str]:
    """The page of each task that it knows, with what it was given and what came of it."""
    return [f"/task/{id_}" for id_ in json.loads(asked_of_flower(served, "/api/tasks"))]


def admin_pages(served: Served, *order_ids: str) -> Iterator[tuple[str, str]]:
    """What the most powerful user reads of these orders and all that belongs to them."""
    with connected_to(served.database_url):
        browser = Client()
        browser.force_login(User.objects.create_superuser("canary", password=SECRETS["password"]))
        pages = [reverse("admin:orders_order_change", args=[id_]) for id_ in order_ids]
        pages += [reverse("admin:orders_command_change", args=[one.pk]) for one in Command.objects.all()]
        pages += [reverse(f"admin:{name}_changelist") for name in ADMINS_LISTS]
        for page in pages:
            yield f"admin {page}", browser.get(page).content.decode()


def found_in(text: str, keys: Mapping[Role, str]) -> list[str]:
    sought = SECRETS | {f"key of {role}": key for role, key in keys.items()}
    return [name for name, secret in sought.items() if secret in text]


def kept(served: Served) -> dict[str, str]:
    """Every row there is, without the columns that a sale is made by."""
    with psycopg.connect(served.database_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {table: _rows(connection, table) for (table,) in tables}


def _rows(connection: "psycopg.Connection[Any]", table: str) -> str:
    asked = sql.SQL("SELECT (to_jsonb(one) - {}::text)::text FROM {} AS one").format(
        HOLD_WHAT_IS_PAID_WITH.get(table, ""), sql.Identifier(table)
    )
    return "\n".join(row for (row,) in connection.execute(asked))


def is_parked(served: Served) -> bool:
    """The entry of the sale, by accounting's refusal."""
    with psycopg.connect(served.database_url) as connection:
        return connection.execute("SELECT FROM orders_journalentry WHERE state = 'parked'").rowcount == 1
