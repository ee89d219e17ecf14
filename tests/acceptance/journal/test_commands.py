"""GET /commands/{id}, GET /commands?key=, POST /commands/{id}/{retry,dismiss}, GET /terminals/me, GET /invoice-pool."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from django.utils import timezone
from uuid_utils.compat import uuid7

from orders.journal.ring import QUEUE
from orders.models import Command, InvoiceRefill, Terminal
from tests.support.shop.shop import PRICE_MINOR, Shop, state
from tests.support.shop.till import Answer, Till, document

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def test_a_command_is_read_by_everybody_of_its_store(pos: Till, auditor: Till, elsewhere: Till) -> None:
    accepted = pos.post(f"/orders/{pos.sell()}/pay", CARD, key="sale-1").body
    assert auditor.get(f"/commands/{accepted['id']}").body == accepted
    hidden, missing = elsewhere.get(f"/commands/{accepted['id']}"), pos.get(f"/commands/{uuid4()}")
    assert (hidden.status, hidden.code) == (missing.status, missing.code) == (404, "command_not_found")


def test_a_command_is_found_by_the_key_of_its_terminal(pos: Till, supervisor: Till) -> None:
    accepted = pos.post(f"/orders/{pos.sell()}/pay", CARD, key='"sale 1"').body
    assert pos.get("/commands?key=sale%201").body == accepted
    assert pos.get("/commands?key=%22sale%201%22").body == accepted
    not_found = supervisor.get("/commands?key=sale%201")
    assert (not_found.status, not_found.code) == (404, "command_not_found")


@pytest.mark.parametrize("query", ["", "?key=", f"?key={'x' * 300}"])
def test_a_key_has_to_be_given(pos: Till, query: str) -> None:
    refused = pos.get(f"/commands{query}")
    assert (refused.status, refused.body["errors"][0]["parameter"]) == (422, "key")


@pytest.mark.parametrize("query", ["?key=%00", f"?key={'x' * 256}"])
def test_an_unusable_key_is_refused(pos: Till, query: str) -> None:
    assert pos.get(f"/commands{query}").code == "idempotency_key_invalid"


def test_a_parked_command_runs_again_on_retry(
    pos: Till, backoffice: Till, settle: Callable[[Answer, Till], Any], rings: redis.Redis
) -> None:
    parked, waiting = _parked(pos)
    rings.delete(QUEUE)
    retried = backoffice.post(f"/commands/{parked}/retry")
    assert (retried.status, retried.body["state"], retried.body["attempts"]) == (202, "pending", 0)
    assert rings.llen(QUEUE) == 1
    settle(retried, backoffice)
    assert (state(parked), state(waiting)) == ("applied", "order_already_paid")


def test_a_dismissed_command_lets_the_others_run(
    pos: Till, backoffice: Till, settle: Callable[[Answer, Till], Any], rings: redis.Redis
) -> None:
    parked, waiting = _parked(pos)
    rings.delete(QUEUE)
    told = pos.get(f"/commands/{parked}").body
    assert told["detail"] == "An operator has to look at it. Do not take the money twice."
    dismissed = backoffice.post(f"/commands/{parked}/dismiss", {"reason": "sold by hand"})
    assert (dismissed.status, dismissed.body["state"]) == (202, "dismissed")
    told = pos.get(f"/commands/{parked}").body
    assert (told["outcome"]["code"], told["outcome"]["detail"], told["detail"]) == ("dismissed", "sold by hand", None)
    assert told["settled_at"] is not None
    assert rings.llen(QUEUE) == 1
    settle(dismissed, backoffice)
    assert (state(parked), state(waiting)) == ("dismissed", "applied")


def test_who_waits_for_a_parked_command_hears_of_its_repair(
    pos: Till, backoffice: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[UUID] = []
    monkeypatch.setattr("orders.journal.repair.announce", heard.extend)
    parked, _ = _parked(pos)
    assert backoffice.post(f"/commands/{parked}/dismiss", {"reason": "sold by hand"}).status == 202
    assert heard == [parked]


@pytest.mark.parametrize("body", [None, {}, {"reason": None}])
def test_a_repair_needs_no_reason_and_the_document_says_so(
    pos: Till, backoffice: Till, body: dict[str, None] | None
) -> None:
    parked, _ = _parked(pos)
    dismissed = backoffice.post(f"/commands/{parked}/dismiss", body)
    assert (dismissed.status, dismissed.body["state"], dismissed.body["repairs"][0]["reason"]) == (
        202,
        "dismissed",
        None,
    )
    for act in ("retry", "dismiss"):
        call = document()["paths"][f"/api/v1/commands/{{command_id}}/{act}"]["post"]
        assert not call["requestBody"].get("required"), act
    repair = document()["components"]["schemas"]["RepairIn"]
    assert "May be left out" in repair["properties"]["reason"]["description"]
    assert not repair.get("required")


def test_who_repaired_a_command_when_and_why_is_told_to_those_who_may_repair(
    pos: Till, backoffice: Till, auditor: Till
) -> None:
    parked, _ = _parked(pos)
    why = "sold by hand, " * 35 + "it is paid"
    assert len(why) == 500
    assert backoffice.post(f"/commands/{parked}/retry").body["repairs"][0]["act"] == "retry"
    Command.objects.filter(id=parked).update(state="parked", attempts=3)
    too_long = backoffice.post(f"/commands/{parked}/dismiss", {"reason": f"{why}!"})
    assert (too_long.status, too_long.body["errors"][0]["pointer"]) == (422, "#/reason")
    dismissed = backoffice.post(f"/commands/{parked}/dismiss", {"reason": why}).body
    first, second = dismissed["repairs"]
    assert [first[name] for name in ("act", "by", "reason")] == ["retry", "the backoffice", None]
    assert [second[name] for name in ("act", "by", "reason")] == ["dismiss", "the backoffice", why]
    assert first["at"] < second["at"] == dismissed["settled_at"]
    assert auditor.get(f"/commands/{parked}").body == backoffice.get(f"/commands/{parked}").body == dismissed
    assert pos.get(f"/commands/{parked}").body == {**dismissed, "repairs": None}


def test_what_comes_behind_a_parked_command_says_so_at_once(pos: Till) -> None:
    parked, _ = _parked(pos)
    order_id = pos.get(f"/commands/{parked}").body["order_id"]
    late = pos.post(f"/orders/{order_id}/pay", CARD, key="late").body
    assert (late["state"], late["blocked_by"]) == ("pending", str(parked))
    assert late["detail"] == "It waits for an earlier command of its order."
    assert pos.get(f"/commands/{late['id']}").body == late
    assert pos.post(f"/orders/{pos.sell()}/pay", CARD, key="flowing").body["blocked_by"] is None


@pytest.mark.parametrize("verb", ["retry", "dismiss"])
def test_only_a_parked_command_is_repaired_and_once(pos: Till, backoffice: Till, elsewhere: Till, verb: str) -> None:
    accepted = pos.post(f"/orders/{pos.sell()}/pay", CARD, key="sale-1").body
    refused = backoffice.post(f"/commands/{accepted['id']}/{verb}")
    assert (refused.status, refused.code) == (409, "command_not_parked")
    parked, _ = _parked(pos)
    assert elsewhere.post(f"/commands/{parked}/{verb}").status == 404
    assert backoffice.post(f"/commands/{parked}/{verb}").status == 202
    assert backoffice.post(f"/commands/{parked}/{verb}").status == 409


def test_a_terminal_is_told_who_it_is(pos: Till) -> None:
    assert pos.get("/terminals/me").body == {
        "id": Terminal.objects.get(name="the pos").id,
        "name": "the pos",
        "role": "pos",
        "store": "corner",
        "store_name": "Corner",
        "currency": "GBP",
    }


def test_the_invoice_pool_is_counted(backoffice: Till, shop: Shop) -> None:
    before = backoffice.get("/invoice-pool").body
    assert (before["free"], before["assigned"], before["last_refill"]) == (200, 0, None)
    asked = timezone.now()
    for error, minutes in (("the older", 5), ("accounting is down", 1)):
        InvoiceRefill.objects.create(
            id=uuid7(),
            store_id=shop.store_id,
            count=50,
            requested_at=asked - timedelta(minutes=minutes),
            stored_at=None if minutes == 1 else asked,
            next_attempt_at=asked,
            last_error=error,
        )
    refill = backoffice.get("/invoice-pool").body["last_refill"]
    assert (refill["count"], refill["error"], refill["stored_at"]) == (50, "accounting is down", None)


def _parked(pos: Till) -> tuple[UUID, UUID]:
    """A parked payment, and one that waits behind it."""
    order_id = pos.sell()
    first, second = (
        UUID(pos.post(f"/orders/{order_id}/pay", CARD, key=f"{key} {order_id}").body["id"]) for key in ("a", "b")
    )
    Command.objects.filter(id=first).update(state="parked", attempts=3)
    Command.objects.filter(id=second).update(blocked_by=first)
    assert pos.get(f"/commands/{second}").body["blocked_by"] == str(first)
    return first, second
