"""The counter: tills whose calls go over the wire to the real web server, and whose commands a real worker settles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from orders.commands.core.roles import Role
from tests.support.network.web import WebClient
from tests.support.processes.served import Served
from tests.support.shop.till import Answer, Till


@dataclass(frozen=True, slots=True)
class Counter:
    """`waited`: the command as it is once it is settled."""

    served: Served
    pos: Till
    supervisor: Till
    backoffice: Till

    def waited(self, accepted: Answer, till: Till) -> Any:
        path = f"/commands/{UUID(accepted.body['id'])}"
        found = self.served.settled(lambda: till.get(path, Prefer="wait=10"))
        assert found.body["state"] == "succeeded", found
        return found.body


@pytest.fixture
def counter(served: Served) -> Iterator[Counter]:
    """The store is afterwards what it was before."""
    web = WebClient(served.url)
    roles = (Role.POS, Role.SUPERVISOR, Role.BACKOFFICE)
    pos, supervisor, backoffice = (Till(served.keys[role], client=web) for role in roles)
    before = pos.get("/store").body
    yield Counter(served, pos, supervisor, backoffice)
    kept = {name: value for name, value in before.items() if name != "currency"}
    assert backoffice.put("/store", kept).status == 200
