"""The counter: tills whose calls go over the wire to the real web server, and whose commands a real worker settles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import urllib3

from orders.commands.core.roles import Role
from tests.support.processes.served import Served
from tests.support.shop.till import Answer, Till


@dataclass(frozen=True, slots=True)
class Wire:
    """What Till asks of a client, over a socket."""

    url: str
    pool: urllib3.PoolManager

    def generic(
        self, method: str, path: str, content: bytes, *, content_type: str, headers: Mapping[str, str]
    ) -> "Received":
        sent = {"Content-Type": content_type, **headers}
        answer = self.pool.request(method, self.url + path, body=content or None, headers=sent, retries=False)
        return Received(answer.status, answer.data, answer.headers)


@dataclass(frozen=True, slots=True)
class Received:
    status_code: int
    content: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Counter:
    """`waited`: the command as it is once it is settled."""

    pos: Till
    supervisor: Till
    backoffice: Till

    def waited(self, accepted: Answer, till: Till) -> Any:
        found = till.get(f"/commands/{UUID(accepted.body['id'])}", Prefer="wait=10")
        assert found.body["state"] == "succeeded", found
        return found.body


@pytest.fixture
def counter(served: Served) -> Iterator[Counter]:
    """The store is afterwards what it was before."""
    with urllib3.PoolManager() as pool:
        pos, supervisor, backoffice = (
            Till(served.keys[role], client=Wire(served.url, pool))
            for role in (Role.POS, Role.SUPERVISOR, Role.BACKOFFICE)
        )
        before = pos.get("/store").body
        yield Counter(pos, supervisor, backoffice)
        kept = {name: value for name, value in before.items() if name != "currency"}
        assert backoffice.put("/store", kept).status == 200
