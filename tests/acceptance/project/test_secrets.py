"""A day on which everything is refused, in processes of their own: no secret stands in what they log, keep or tell."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_django
import redis
import urllib3
from psycopg import sql

from orders.commands.core.roles import Role
from project.stack.embedded.child import wait_until
from project.stack.servers import Servers, passing_database
from tests.support.database import broker_database
from tests.support.network.echo import echoing
from tests.support.processes.served import Served, send, serving

SECRETS = {
    "STRIPE_API_KEY": "sk_test_MARKstripe",
    "login of accounting": "MARKaccounting",
    "login of accounting, as it is sent": "Ym9va3M6TUFSS2FjY291bnRpbmc=",
    "SECRET_KEY": "MARKsigns" + "0123456789" * 5,
    "token": "pm_MARKtoken",
    "password": "MARKpassword",
    "wrong key": "rk_MARKwrong0123456789",
}
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
def refused(
    servers: Servers, template_database: str, home: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Served]:
    broker_url = broker_database(servers.broker_url, 14)
    with (
        echoing() as echo,
        passing_database(servers.database_url, template=template_database) as database_url,
        django_db_blocker.unblock(),
        serving(
            database_url=database_url,
            broker_url=broker_url,
            home=home,
            roles=("web", "worker", "worker-io"),
            LOG_LEVEL="DEBUG",
            SECRET_KEY=SECRETS["SECRET_KEY"],
            ACCOUNTING_URL=f"http://books:{SECRETS['login of accounting']}@{echo}",
            PAYMENT_PROVIDERS="stripe=orders.payments.stripe.from_settings",
            STRIPE_API_KEY=SECRETS["STRIPE_API_KEY"],
            STRIPE_API_BASE=f"http://{echo}",
        ) as served,
        django_db_blocker.block(),
    ):
        yield served
    with redis.Redis.from_url(broker_url) as broker:
        broker.flushdb()


def test_no_secret_is_logged_kept_or_told(refused: Served, home: Path, subtests: pytest.Subtests) -> None:
    declined, sold = sell(refused, ONLINE, "online"), sell(refused, CASH, "cash")
    assert declined["outcome"]["code"] == "payment_declined"
    assert sold["outcome"]["code"] == "applied"
    try_doors(refused)
    assert wait_until(lambda: is_parked(refused), seconds=30)

    places = {
        **{log.name: log.read_text() for log in home.glob("*.log")},
        **kept(refused),
        "told": json.dumps([declined, sold]),
        "metrics": urllib3.request("GET", f"{refused.url}/metrics").data.decode(),
    }
    assert "is refused" in places["worker-io.log"]
    for name, text in places.items():
        with subtests.test(name):
            assert found_in(text, refused.keys) == []


def sell(served: Served, tender: Mapping[str, Any], key: str) -> Any:
    made = served.call("POST", "/orders", ORDER, role=Role.POS)
    prefer = {"Idempotency_Key": key, "Prefer": "wait=10"}
    path = f"/orders/{made.body['id']}/pay"
    paid = served.call("POST", path, {"tenders": [tender]}, role=Role.POS, **prefer)
    assert paid.status == 200, paid
    return paid.body


def try_doors(served: Served) -> None:
    key = served.keys[Role.POS]
    assert send("GET", f"{served.url}/api/v1/orders?key={key}&token={SECRETS['token']}", key=key).status == 422
    assert send("GET", f"{served.url}/api/v1/orders", key=SECRETS["wrong key"]).status == 401
    assert send("GET", f"{served.url}/api/v1/commands/{key}", key=key).status in (404, 422)
    login = {"username": "olga", "password": SECRETS["password"]}
    assert urllib3.request("POST", f"{served.url}/admin/login/", fields=login).status == 403  # no token of a form
    host = urllib3.request("GET", f"{served.url}/admin/?key={key}", headers={"Host": "evil.example"})
    assert host.status == 400


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
