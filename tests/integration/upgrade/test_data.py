"""The data of each release that was kept, and of this one: the next release's tables come over it, and all is settled.

A release keeps its own: `python -m tests.upgrades.keep 0.1` makes `tests/upgrades/0.1.sql.xz`, once, as it is released.
Until then this release's data is made anew here, so that a change of a table asks for no new file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from orders.audit.round import audit
from orders.models import Command, Order
from project.stack.servers import Servers, passing_database
from tests import upgrades
from tests.support.database import connected_to
from tests.support.upgrade.asked import applied
from tests.support.upgrade.busy_shop import make_busy_shop, settle_busy_shop, states
from tests.support.upgrade.dump import dump, restore

KEPT = sorted(Path(upgrades.__path__[0]).glob("*.sql.xz"))
KIB_MAX = 200


@contextmanager
def empty(servers: Servers) -> Iterator[str]:
    with passing_database(servers.database_url) as url, connected_to(url):
        yield url


def upgraded_and_settled(file: Path, url: str) -> None:
    restore(file, url)
    before = Order.objects.count(), Command.objects.count()
    waiting = states()
    assert {state for _, state in waiting} == {"pending", "parked", "awaiting"}
    call_command("migrate", verbosity=0)
    settle_busy_shop()
    assert states() == set(), waiting
    assert Order.objects.count() == before[0]
    assert Command.objects.count() >= before[1]
    assert audit() == []


def test_this_releases_data_goes_through_the_next_ones_migrations(
    own_database: str, servers: Servers, tmp_path: Path, settings: Settings
) -> None:
    make_busy_shop()
    file = tmp_path / "present.sql.xz"
    dump(own_database, file)
    assert file.stat().st_size < KIB_MAX * 1024
    settings.MIGRATION_MODULES = {"orders": "tests.support.upgrade.migrations"}
    with empty(servers) as url:
        upgraded_and_settled(file, url)
        assert {"order_gift_note_fits, valid", "order_gifts, valid"} <= applied(connection)


@pytest.mark.usefixtures("own_database")
def test_the_data_of_each_kept_release_goes_through_all_migrations_since(servers: Servers) -> None:
    for file in KEPT:
        with empty(servers) as url:
            upgraded_and_settled(file, url)
