"""The environment, read here and nowhere else: every setting with its default, its limits and its meaning."""

import dataclasses
import os
import reprlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NoReturn

from project.addresses import broker, database, url
from project.readers import (
    credentials,
    days_or_for_ever,
    dotted,
    folder,
    host,
    hosts,
    import_paths,
    key,
    networks,
    one_of,
    origins,
    queues,
    routes,
    token,
    whole,
)

HTTP_ACCOUNTING = "orders.accounting.http.HttpAccounting"
COMMANDS = "commands"
PROJECT_FOLDER = Path(__file__).resolve().parent.parent


class BadSetting(ValueError):
    """A setting that cannot be used; its text is one line that names it."""


def setting(parse: Callable[[str], Any], default: Any, meaning: str) -> Any:
    return dataclasses.field(default=default, metadata={"parse": parse, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Env:
    """A field's name in capitals is the variable. An unset or empty variable means the default."""

    ringup_home: Path = setting(folder, PROJECT_FOLDER / ".ringup", "Folder of all state")
    database_url: str = setting(database, "", "PostgreSQL 15 to 18, with its extension pg_trgm; unset: embedded")
    database_read_url: str = setting(
        database, "", "A standby that lists, the feed and reports are read from while it has all; unset: none"
    )
    owner_database_url: str = setting(
        database, "", "Who owns the tables, for `manage migrate` and `manage dbshell` alone; unset: DATABASE_URL"
    )
    broker_url: str = setting(broker, "", "Redis, Valkey or RabbitMQ (amqp://, amqps://); unset: embedded")
    secret_key: str = setting(key, "", "Signs admin sessions; the web server needs it with a DATABASE_URL of your own")
    allowed_hosts: tuple[str, ...] = setting(
        hosts, ("localhost",), "Host names that are answered to, besides 127.0.0.1"
    )
    admin_origins: tuple[str, ...] = setting(
        origins, (), "Origins of the admin behind a TLS proxy, as https://shop.example; its cookies then need TLS"
    )
    invoice_number_generator: str = setting(
        dotted, "orders.invoicing.from_pool", "Import path of the function that takes invoice numbers"
    )
    allocation_strategy: str = setting(
        dotted, "inventory.core.allocate.allocate", "Import path of the function that picks the locations of a line"
    )
    invoice_pool_low: int = setting(whole(0, 1_000_000), 500, "Free invoice numbers that are too few")
    invoice_pool_target: int = setting(whole(1, 1_000_000), 2_000, "Free invoice numbers after a refill, at least")
    invoice_pool_target_max: int = setting(
        whole(1, 1_000_000), 100_000, "Free invoice numbers after a refill, at most, however fast they burn"
    )
    invoice_pool_covers_min: int = setting(
        whole(0, 10_080), 30, "Minutes that a full pool should last at the burn rate; the low mark grows with it"
    )
    invoice_pool_empty: str = setting(
        one_of("defer", "reject"),
        "defer",
        "Sale or credit note that finds no number: defer (number it later) or reject",
    )
    payment_providers: tuple[tuple[str, str], ...] = setting(
        import_paths, (), "Payment providers, as stripe=orders.payments.stripe.from_settings; unset: no online tenders"
    )
    stripe_api_key: str = setting(token, "", "Secret key of the shop's account at Stripe")
    stripe_api_base: str = setting(url("http", "https"), "", "Where Stripe is; unset: its own address")
    accounting_url: str = setting(url("http", "https"), "", "Accounting system; unset: a simulator")
    accounting_adapter: str = setting(
        dotted, HTTP_ACCOUNTING, "Import path of the class that speaks to it: orders.accounting.tryton.TrytonAccounting"
    )
    command_batch_max: int = setting(whole(1, 1_000), 100, "Commands that one transaction settles at most")
    commands_pending_max: int = setting(
        whole(0, 1_000_000), 2_000, "Commands that may wait to be settled; more are told to come back; 0: no limit"
    )
    command_queues: tuple[tuple[str, str | None, str], ...] = setting(
        routes,
        (),
        "Queues of their own, by STORE, STORE/sales, STORE/stock or * for each store, the first that applies: as"
        " north=big,*/stock=bulk; the same for every process; unset: one queue for all",
    )
    lock_timeout_ms: int = setting(whole(1, 9_999), 2_000, "Longest wait for a row lock")
    statement_timeout_ms: int = setting(whole(0, 3_600_000), 10_000, "Longest SQL statement; 0: no limit")
    hold_expires_s: int = setting(whole(0, 31_536_000), 0, "Life of a hold that names none; 0: no end")
    keys_kept_days: int = setting(
        days_or_for_ever,
        0,
        "Days after which a settled command's idempotency key may be used again, 30 or more: sent again then, it takes"
        " effect twice; 0: never",
    )
    archive_after_days: int = setting(whole(1, 36_500), 30, "Age of cancelled orders that are archived")
    terminal_requests_per_s: int = setting(
        whole(0, 1_000_000),
        30,
        "Calls a second that one terminal may make, over four seconds, long ones counted as several; 0: no limit",
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = setting(
        networks,
        (ip_network("127.0.0.0/8"), ip_network("::1/128")),
        "Networks of the proxies in front, whose X-Forwarded-For is believed",
    )
    web_host: str = setting(host, "127.0.0.1", "Address the web server listens on")
    web_port: int = setting(whole(1, 65_535), 8_000, "Port of the web server; taken: the next free one")
    flower_address: str = setting(host, "127.0.0.1", "Address Flower listens on; its metrics need no password")
    flower_port: int = setting(whole(1, 65_535), 5_555, "Port of Flower; taken: the next free one")
    accounting_address: str = setting(host, "127.0.0.1", "Address the simulator listens on; it asks nobody who calls")
    accounting_port: int = setting(whole(1, 65_535), 8_600, "Port of the simulator; taken: the next free one")
    flower_basic_auth: str = setting(
        credentials,
        "",
        "NAME:PASSWORD of Flower, which counts no guesses: 12 characters or more; unset: made once and kept",
    )
    web_workers: int = setting(whole(1, 64), 1, "Web server processes")
    worker_concurrency: int = setting(whole(1, 64), 1, "Processes that settle commands")
    worker_queues: tuple[str, ...] = setting(
        queues, (), "Queues that a worker takes commands from, as commands,bulk; unset: all of them"
    )
    silence_max_s: int = setting(
        whole(0, 3_600),
        60,
        "Seconds that a process of `up` may go without an answer and without work; then it is killed and started again;"
        " 0: no limit",
    )
    database_pool: int = setting(whole(0, 256), 0, "Database connections a process pools; 0: one a thread")
    prometheus_multiproc_dir: Path | None = setting(
        folder, None, "Folder where processes keep their counters, so that each tells those of all; unset: its own"
    )
    traces_url: str = setting(
        url("http", "https"),
        "",
        "OTLP over HTTP: where commands' traces go, as http://127.0.0.1:4318/v1/traces; unset: nowhere",
    )
    log_level: str = setting(one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "Least severe log record")

    def __post_init__(self) -> None:
        if self.owner_database_url and not self.database_url:
            raise BadSetting("OWNER_DATABASE_URL: must not be set without DATABASE_URL")
        if self.invoice_pool_low > self.invoice_pool_target:
            raise BadSetting("INVOICE_POOL_LOW: must not exceed INVOICE_POOL_TARGET")
        if self.invoice_pool_target > self.invoice_pool_target_max:
            raise BadSetting("INVOICE_POOL_TARGET: must not exceed INVOICE_POOL_TARGET_MAX")
        if strangers := set(self.worker_queues) - set(self.queues_of_commands):
            of = f"{COMMANDS} or a queue of COMMAND_QUEUES"
            raise BadSetting(f"WORKER_QUEUES: must name {of}, not {reprlib.repr(min(strangers))}")
        if self.accounting_adapter != HTTP_ACCOUNTING and not self.accounting_url:
            raise BadSetting("ACCOUNTING_URL: must be set with an ACCOUNTING_ADAPTER: the simulator has its own")

    @property
    def queues_of_commands(self) -> tuple[str, ...]:
        """All there are."""
        return tuple(dict.fromkeys([COMMANDS, *(queue for _, _, queue in self.command_queues)]))

    def check_secret_key(self) -> None:
        """Of whoever serves the admin."""
        if self.database_url and not self.secret_key:
            raise BadSetting("SECRET_KEY: must be set when DATABASE_URL is set")

    def check_payments(self) -> None:
        """Of whoever asks payment providers."""
        uses_stripe = any(path.startswith("orders.payments.stripe.") for _, path in self.payment_providers)
        if uses_stripe and not self.stripe_api_key:
            raise BadSetting("STRIPE_API_KEY: is needed by PAYMENT_PROVIDERS")


def variables() -> Iterator[tuple[str, Any, str]]:
    """Every variable with its default and its meaning, in the order of the README's table."""
    for field in dataclasses.fields(Env):
        yield field.name.upper(), field.default, field.metadata["meaning"]


def read(environ: Mapping[str, str]) -> Env:
    values = {}
    for field in dataclasses.fields(Env):
        given = environ.get(field.name.upper(), "").strip()
        if given:
            try:
                values[field.name] = field.metadata["parse"](given)
            except ValueError as error:
                raise BadSetting(f"{field.name.upper()}: {error}") from None
    return Env(**values)


def stop(message: str) -> NoReturn:
    print(f"ringup: {message}", file=sys.stderr)
    raise SystemExit(2)


@cache
def current() -> Env:
    """This process's settings; a bad one ends the process with one line and status 2."""
    try:
        return read(os.environ)
    except BadSetting as error:
        stop(str(error))


def insist(check: Callable[[], None]) -> None:
    """A check of this process's settings that fails ends it in the same way."""
    try:
        check()
    except BadSetting as error:
        stop(str(error))


def override(**values: str) -> None:
    """Set variables of this process and its children; read anew by the next `current()`."""
    os.environ.update(values)
    current.cache_clear()


def for_child(**values: str) -> dict[str, str]:
    """The environment of a child process."""
    return {**os.environ, **values}
