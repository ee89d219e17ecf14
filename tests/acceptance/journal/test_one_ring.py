"""Tills that do not wait leave no more work behind than one ring. What a web server adds is of no matter for it."""

import json
from base64 import b64decode
from uuid import UUID

import redis

from orders.journal.ring import QUEUE
from tests.support.shop.rung import run
from tests.support.shop.shop import PRICE_MINOR, states
from tests.support.shop.till import Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def test_however_many_commands_wait_one_ring_does_and_it_settles_all(pos: Till, rings: redis.Redis) -> None:
    paid = [pos.post(f"/orders/{pos.sell()}/pay", CARD, key=f"sale-{n}").body for n in range(5)]
    (ring,) = rings.lrange(QUEUE, 0, -1)
    _, told, _ = json.loads(b64decode(json.loads(ring)["body"]))
    assert told == {"order_id": paid[0]["order_id"], "command_id": paid[0]["id"]}
    run([UUID(told["order_id"])])
    assert states([UUID(one["id"]) for one in paid]) == ["applied"] * 5
