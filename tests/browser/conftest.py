"""One Chromium, one web server and one worker for all tests of this room; each has a context and a till of its own.

They come and go with the room, not with the session: a browser's event loop in this process is none for Django's ORM.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
import redis

from orders.commands.core.roles import Role
from project.chromium import chromium
from project.stack.servers import Servers, passing_database
from tests.support.browser.library import how_to_start, import_playwright
from tests.support.browser.shop import Counter
from tests.support.browser.till import Cashier
from tests.support.database import broker_database
from tests.support.processes.served import serving

ROOM = Path(__file__).parent
PATIENCE_MS = 60_000
NUMBERS = {"INVOICE_NUMBER_GENERATOR": "orders.invoicing.from_sequence", "TERMINAL_REQUESTS_PER_S": "0"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out where there is no Chromium, which `./ringup test` says."""
    if chromium() is None and (left_out := [item for item in items if item.path.is_relative_to(ROOM)]):
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="package")
def counter(
    servers: Servers,
    template_database: str,
    copies: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Counter]:
    broker_url = broker_database(servers.broker_url, 14)
    home = tmp_path_factory.mktemp("counter")
    with (
        passing_database(servers.database_url, template=f"{template_database} {copies}") as database_url,
        django_db_blocker.unblock(),
        serving(database_url=database_url, broker_url=broker_url, home=home, **NUMBERS) as served,
        django_db_blocker.block(),
    ):
        counter = Counter(served)
        for sku in ("MUG-RED", "SCARF-BLUE"):
            counter.count(sku, 1000)
        yield counter
    with redis.Redis.from_url(broker_url) as broker:
        broker.flushdb()


@pytest.fixture(scope="package")
def playwright(counter: Counter) -> Iterator[Any]:
    with import_playwright().sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    browser = playwright.chromium.launch(**how_to_start(tmp_path_factory.mktemp("browser")))
    yield browser
    browser.close()


@pytest.fixture
def new_context(browser: Any) -> Iterator[Callable[..., Any]]:
    """A browser of its own, as far as a page can tell. Nothing may go wrong in one of its pages unsaid."""
    contexts, errors = [], []

    def new(**options: Any) -> Any:
        context = browser.new_context(**{"service_workers": "block", "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def cashier(counter: Counter, new_context: Callable[..., Any]) -> Cashier:
    """At a till that is enrolled."""
    cashier = Cashier(new_context().new_page(), counter, counter.terminal())
    cashier.enrol()
    return cashier


@pytest.fixture
def supervisor(counter: Counter, new_context: Callable[..., Any]) -> Cashier:
    cashier = Cashier(new_context().new_page(), counter, counter.terminal(Role.SUPERVISOR))
    cashier.enrol()
    return cashier
