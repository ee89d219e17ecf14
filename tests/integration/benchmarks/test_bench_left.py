"""A turn of the bench lasts until nothing is left to do."""

import psycopg
import redis
from pytest_django.fixtures import Settings

from base.broker.choose import broker_at
from benchmarks.quiet import Left
from project.stack.embedded.child import wait_until
from tests.support.network.threads import begin
from tests.support.shop.rung import run
from tests.support.shop.sales import sell
from tests.support.shop.shop import open_shop


def test_what_is_left_are_rings_that_nobody_took_and_commands_that_are_pending(
    own_database: str, fresh_broker: str, settings: Settings
) -> None:
    settings.BROKER_URL = fresh_broker
    shop = open_shop(shelf={"TEA-80": 10})
    with (
        redis.Redis.from_url(fresh_broker) as broker,
        psycopg.connect(own_database, autocommit=True) as database,
    ):
        left = Left(broker_at(fresh_broker), database)
        left.wait_until_none()
        sell(shop)
        broker.lpush("baselines", "a task")
        assert left.rings() == 2
        waiting = begin(left.wait_until_none)
        broker.delete("baselines", "commands")
        assert left.rings() == 0
        assert not wait_until(waiting.done, seconds=0.05), "a command is pending"
        run([id_ for (id_,) in database.execute("SELECT id FROM orders_order")])
        waiting.result(5)
