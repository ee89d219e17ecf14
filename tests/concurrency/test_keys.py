"""The same submission, many times at once."""

import json
import threading
from concurrent.futures import Future
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from base.sql.sets import cursor
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command
from orders.journal.db.accept import Accepted, Submission, accept
from orders.models import Command, JournalEntry
from tests.support.network.statements import rewritten
from tests.support.network.threads import PATIENCE_S, begin
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database")

TIMES = 50


def send_at_once(shop: Shop, order_id: UUID) -> list[Accepted | None]:
    content = json.dumps({"tenders": [{"method": "cash", "amount_minor": 250}]}).encode()
    together = threading.Barrier(TIMES)

    def send() -> Accepted | None:
        submission = Submission(
            id=uuid7(),
            key="receipt 4711",
            kind=Kind.PAY,
            order_id=order_id,
            payload=content,
            fingerprint=fingerprint_of_command(Kind.PAY, order_id, content),
        )
        cursor()
        together.wait(PATIENCE_S)
        return accept(shop.caller, submission)

    futures: list[Future[Accepted | None]] = [begin(send) for _ in range(TIMES)]
    return [future.result(PATIENCE_S) for future in futures]


@pytest.mark.parametrize("unique", [True, False])
def test_the_same_key_fifty_times_at_once(unique: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not unique:
        cursor().execute("DROP INDEX command_key_once_per_terminal")
        rewritten(monkeypatch, "ON CONFLICT (terminal_id, key) WHERE key_freed_at IS NULL DO NOTHING", "")
    shop = open_shop()
    order_id = shop.order(("TEA-80", 1))
    answers = send_at_once(shop, order_id)
    stored = Command.objects.filter(key="receipt 4711").count()
    assert sum(answer is not None for answer in answers) == stored == (1 if unique else TIMES)
    while execute([]).settled:
        pass
    assert JournalEntry.objects.count() == 1
    assert shop.level("TEA-80") == (9, 0)
    assert audit() == []
