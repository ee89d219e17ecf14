"""Every setting is read in one place, and a bad one is one clear line."""

import subprocess
import sys
from pathlib import Path

import pytest

from project import env
from project.env import BadSetting, Env, read
from tests.unit.project.test_queue_names import BAD_QUEUES

BAD = {
    "ALLOWED_HOSTS": ["shop example", "a,b/c", "$(id)"],
    "WEB_HOST": ["127.0.0.1; id", "a b", "ö"],
    "FLOWER_ADDRESS": ["$(id)"],
    "ACCOUNTING_ADDRESS": ["`id`"],
    "STRIPE_API_KEY": ["sk test", "schlüssel"],
    "SECRET_KEY": ["s", "k" * 50, "ab" * 40, "short-but-of-many-characters-0123456789"],
    "RINGUP_HOME": ["~nobody-of-that-name/shop", "/srv/a\nb"],
    "PROMETHEUS_MULTIPROC_DIR": ["~nobody-of-that-name/shop", "/srv/a\tb"],
    "DATABASE_URL": [
        "mysql://shop@db/ringup",
        "db.example",
        "postgresql://",
        "postgresql://shop@db:port/ringup",
        "postgresql://a:0/x",
        "postgresql://a,b:1:2/x",
        "postgresql://a/x?ssl=1",
        "postgresql://a b/x",
        "postgresql://shop:hun@ter2@db.example/x",
    ],
    "DATABASE_READ_URL": ["mysql://shop@db/ringup", "postgresql://shop@db:port/ringup"],
    "OWNER_DATABASE_URL": ["mysql://shop@db/ringup", "postgresql://shop@db:port/ringup"],
    "BROKER_URL": [
        "amqp://guest@localhost//",
        "amqp://broker/shop/1",
        "amqps://broker/shop?heartbeat=5",
        "amqps://",
        "sqs://broker",
        "localhost:6379",
        "redis://",
        "redis://broker/shop",
        "redis://broker:99999/0",
    ],
    "ADMIN_ORIGINS": ["shop.example", "http://shop.example", "https://shop.example/admin", "https://a.example,b"],
    "INVOICE_NUMBER_GENERATOR": ["from_pool", "orders..from_pool", "orders.invoicing.1"],
    "ALLOCATION_STRATEGY": ["allocate", "inventory..allocate"],
    "INVOICE_POOL_LOW": ["-1", "many", "1.5", "٣", "9" * 5000],
    "INVOICE_POOL_TARGET": ["0"],
    "INVOICE_POOL_TARGET_MAX": ["0", "1000001"],
    "INVOICE_POOL_COVERS_MIN": ["-1", "10081"],
    "INVOICE_POOL_EMPTY": ["Defer", "wait"],
    "ACCOUNTING_ADAPTER": ["TrytonAccounting", "orders..tryton"],
    "PAYMENT_PROVIDERS": ["stripe", "stripe=from_settings", "a-b=x.y", "=x.y", "a=x.y,a=x.z", f"{'n' * 33}=x.y"],
    "STRIPE_API_BASE": ["ftp://stripe.example", "stripe"],
    "ACCOUNTING_URL": ["ftp://books.example", "books"],
    "COMMAND_BATCH_MAX": ["0", "1001"],
    "COMMANDS_PENDING_MAX": ["-1", "1000001"],
    "COMMAND_QUEUES": BAD_QUEUES,
    "LOCK_TIMEOUT_MS": ["0", "2s", "10000"],
    "STATEMENT_TIMEOUT_MS": ["-1", "10s"],
    "HOLD_EXPIRES_S": ["never"],
    "KEYS_KEPT_DAYS": ["-1", "1", "29", "for ever", "1.5"],
    "ARCHIVE_AFTER_DAYS": ["0"],
    "TERMINAL_REQUESTS_PER_S": ["-1", "many"],
    "TRUSTED_PROXIES": ["proxy.example", "10.0.0.1/8", "300.0.0.1", "9" * 400],
    "WEB_PORT": ["0", "65536"],
    "FLOWER_PORT": ["http"],
    "ACCOUNTING_PORT": ["99999"],
    "FLOWER_BASIC_AUTH": [
        "nopassword-of-any-kind",
        ":correct-horse-battery",
        "name:",
        "name:elevenchars",
        "name:aaaaaaaaaaaaaaaaaaaa",
        "name:correct-horse-battery,other:short",
        "name:correct-horse,battery",
    ],
    "WEB_WORKERS": ["0"],
    "WORKER_CONCURRENCY": ["auto"],
    "WORKER_QUEUES": ["io", "Big", "a b", "a.b", "nobody-rings-here", "q" * 400],
    "SILENCE_MAX_S": ["-1", "3601", "long"],
    "DATABASE_POOL": ["-2"],
    "TRACES_URL": ["collector:4318", "ftp://collector/v1/traces"],
    "LOG_LEVEL": ["verbose"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_one_line_that_names_the_setting(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read({name: value})
    assert str(refused.value).startswith(f"{name}: must ")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_every_setting_has_its_bad_values_tried_here() -> None:
    assert {name for name, _, _ in env.variables()} == set(BAD)


def test_nothing_set_means_the_defaults() -> None:
    assert read({}) == Env()


def test_an_empty_variable_means_the_default() -> None:
    assert read({"LOCK_TIMEOUT_MS": " ", "DATABASE_URL": ""}) == Env()


def test_values_are_read_into_their_types() -> None:
    given = read(
        {
            "DATABASE_URL": "postgresql://shop:pa%20ss@db:5433/ringup",
            "BROKER_URL": "rediss://broker/3",
            "ALLOWED_HOSTS": "till.shop.example, office.shop.example",
            "LOCK_TIMEOUT_MS": "1500",
            "RINGUP_HOME": "/srv/ringup",
        }
    )
    assert given.database_url == "postgresql://shop:pa%20ss@db:5433/ringup"
    assert given.broker_url == "rediss://broker/3?ssl_cert_reqs=required"
    assert given.allowed_hosts == ("till.shop.example", "office.shop.example")
    assert given.lock_timeout_ms == 1500
    assert given.ringup_home == Path("/srv/ringup")


def test_a_pool_is_not_refilled_to_less_than_its_low_mark() -> None:
    with pytest.raises(BadSetting, match="INVOICE_POOL_LOW: must not exceed INVOICE_POOL_TARGET"):
        read({"INVOICE_POOL_LOW": "100", "INVOICE_POOL_TARGET": "99"})
    with pytest.raises(BadSetting, match="INVOICE_POOL_TARGET: must not exceed INVOICE_POOL_TARGET_MAX"):
        read({"INVOICE_POOL_TARGET": "2000", "INVOICE_POOL_TARGET_MAX": "1999"})


def test_an_owner_owns_a_database_of_ones_own() -> None:
    with pytest.raises(BadSetting, match="OWNER_DATABASE_URL: must not be set without DATABASE_URL"):
        read({"OWNER_DATABASE_URL": "postgresql://owner@db/ringup"})


def test_the_simulator_is_spoken_to_as_it_speaks() -> None:
    with pytest.raises(BadSetting, match="ACCOUNTING_URL: must be set with an ACCOUNTING_ADAPTER"):
        read({"ACCOUNTING_ADAPTER": "orders.accounting.tryton.TrytonAccounting"})


def test_stripe_needs_its_key() -> None:
    providers = {"PAYMENT_PROVIDERS": "bank=shop.bank.opened, stripe=orders.payments.stripe.from_settings"}
    with pytest.raises(BadSetting, match="STRIPE_API_KEY: is needed by PAYMENT_PROVIDERS"):
        read(providers).check_payments()
    given = read({**providers, "STRIPE_API_KEY": "sk_test_1"})
    given.check_payments()
    assert dict(given.payment_providers)["bank"] == "shop.bank.opened"


def test_no_default_is_a_password_or_a_key() -> None:
    secret = {name: default for name, default, _ in env.variables() if name.endswith(("_KEY", "_AUTH"))}
    assert secret == {"SECRET_KEY": "", "STRIPE_API_KEY": "", "FLOWER_BASIC_AUTH": ""}


def test_a_refused_url_is_not_repeated_since_it_may_hold_a_password() -> None:
    with pytest.raises(BadSetting) as refused:
        read({"DATABASE_URL": "mysql://shop:hunter2@db/ringup"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("adapter", "said"),
    [
        (
            "orders.accounting.tryton.TrytonAccounting",
            "ACCOUNTING_URL: must be http://user:password@host:port/database",
        ),
        ("orders.accounting.abacus.Abacus", "No module named 'orders.accounting.abacus'"),
    ],
)
def test_an_accounting_adapter_that_cannot_be_used_stops_the_start(adapter: str, said: str, tmp_path: Path) -> None:
    child = env.for_child(
        RINGUP_HOME=str(tmp_path),
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        SECRET_KEY="0123456789" * 5,
        ACCOUNTING_URL="http://shop:hunter2@books.example",
        ACCOUNTING_ADAPTER=adapter,
    )
    done = subprocess.run(PREPARE, env=child, cwd=env.PROJECT_FOLDER, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"ringup: ACCOUNTING_ADAPTER cannot be used: {said}")
    assert "hunter2" not in done.stderr


CHECK = [sys.executable, "-m", "project", "manage", "check"]
WEB = [sys.executable, "-c", "import project.wsgi"]
WORKER_IO = [sys.executable, "-m", "project.messaging.work", "worker", "-Q", "io", "--pool", "threads"]
WORKER = [sys.executable, "-m", "project.messaging.work", "worker", "-Q", "commands"]
PREPARE = [sys.executable, "-m", "project.stack.prepare"]
FLOWER = [sys.executable, "-m", "project.messaging.watch", "flower"]
UP = [sys.executable, "-m", "project", "up"]
SHORT = "FLOWER_BASIC_AUTH: must have a password of 12 characters or more, 5 of them different"


@pytest.mark.parametrize(
    ("command", "settings", "line"),
    [
        (CHECK, {"LOCK_TIMEOUT_MS": "soon"}, "LOCK_TIMEOUT_MS: must be a whole number from 1 to 9999, not 'soon'"),
        (WEB, {"DATABASE_URL": "postgresql://db/ringup"}, "SECRET_KEY: must be set when DATABASE_URL is set"),
        (
            WORKER_IO,
            {"PAYMENT_PROVIDERS": "stripe=orders.payments.stripe.from_settings"},
            "STRIPE_API_KEY: is needed by PAYMENT_PROVIDERS",
        ),
        (
            WORKER_IO,
            {"PAYMENT_PROVIDERS": "bank=orders.payments.bank.made"},
            "PAYMENT_PROVIDERS cannot be used: No module named 'orders.payments.bank'",
        ),
        (
            WORKER,
            {"PAYMENT_PROVIDERS": "bank=orders.payments.bank.made"},
            "PAYMENT_PROVIDERS cannot be used: No module named 'orders.payments.bank'",
        ),
        (
            WORKER,
            {"INVOICE_NUMBER_GENERATOR": "orders.from_hat"},
            'INVOICE_NUMBER_GENERATOR cannot be used: Module "orders" does not define a "from_hat" attribute/class',
        ),
        (
            PREPARE,
            {"ALLOCATION_STRATEGY": "inventory.core.movements.__doc__"},
            "ALLOCATION_STRATEGY cannot be used: inventory.core.movements.__doc__ is no function or class",
        ),
        (FLOWER, {"FLOWER_BASIC_AUTH": "ringup:secret"}, SHORT),
        (UP, {"FLOWER_BASIC_AUTH": "ringup:secret"}, SHORT),
    ],
    ids=["any", "web", "worker-io", "provider", "worker's provider", "worker", "prepare", "flower", "up"],
)
def test_a_bad_setting_stops_the_start_without_a_traceback(
    command: list[str], settings: dict[str, str], line: str, tmp_path: Path
) -> None:
    child = env.for_child(**{"RINGUP_HOME": str(tmp_path), "SECRET_KEY": "", **settings})
    done = subprocess.run(command, env=child, cwd=env.PROJECT_FOLDER, capture_output=True, text=True, check=False)
    *before, last = done.stderr.splitlines()
    assert (done.returncode, done.stdout, last) == (2, "", f"ringup: {line}")
    assert "Traceback" not in " ".join(before)  # Celery has something to say to root
