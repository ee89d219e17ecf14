"""A terminal changes its key and stays itself; a key that was left behind cannot come back."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from orders.models import Terminal, TerminalKey
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.cashier import Cashier, Settle
from tests.support.shop.till import Answer, Till

ROTATE = "/terminals/me/rotate-key"


def rotate(till: Till) -> Till:
    """The terminal with its new key."""
    answer = till.post(ROTATE)
    assert answer.status == 200, answer
    return Till(answer.body["key"])


def whoami(till: Till) -> Answer:
    return till.get("/terminals/me")


def numbered(sequence: int) -> dict[str, str]:
    return {"Command-Sequence": str(sequence), "Idempotency-Key": f"k{sequence}"}


def lapse(till_of_old_key: Till) -> None:
    """Ten minutes later, for keys that end by then."""
    TerminalKey.objects.filter(valid_until__isnull=False).update(valid_until=timezone.now() - timedelta(hours=1))
    assert whoami(till_of_old_key).status == 401


def test_the_new_key_is_the_same_terminal(pos: Till) -> None:
    order_id = pos.sell()
    pos.post(f"/orders/{order_id}/reserve", {}, key="r1")
    before = whoami(pos).body

    renewed = rotate(pos)

    assert whoami(renewed).body == before
    again = renewed.post(f"/orders/{order_id}/reserve", {}, key="r1")
    assert again.headers["Idempotency-Replayed"] == "true"


def test_holds_sequence_and_drawer_stay(pos: Till, settle: Settle) -> None:
    cashier = Cashier(pos, settle)
    cashier.open(500)
    order_id = pos.sell()
    settle(pos.call("POST", f"/orders/{order_id}/reserve", {}, **numbered(1)), pos)
    told = ["/drawer", f"/orders/{order_id}", "/inventory/items/TEA-80"]
    before = [pos.get(path).body for path in told]

    renewed = rotate(pos)

    assert [renewed.get(path).body for path in told] == before
    settle(renewed.call("POST", f"/orders/{order_id}/cancel", {}, **numbered(3)), renewed)
    assert renewed.get(f"/orders/{order_id}").body["status"] == "cancelled", "it is its own hold"
    assert renewed.get("/terminals/me/gaps").body["items"] == [{"first": 2, "last": 2}]
    assert Cashier(renewed, settle).close(500)["result"]["closing"]["gaps"] == [{"first": 2, "last": 2}]


def test_the_old_key_works_for_ten_more_minutes(pos: Till) -> None:
    answer = pos.post(ROTATE)
    left = datetime.fromisoformat(answer.body["old_key_valid_until"]) - timezone.now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    assert whoami(pos).status == 200
    lapse(pos)
    assert whoami(Till(answer.body["key"])).status == 200


def test_whoever_lost_the_answer_asks_again_and_only_the_last_answer_counts(pos: Till) -> None:
    lost = rotate(pos)

    renewed = rotate(pos)

    assert whoami(lost).status == 401
    assert whoami(renewed).status == 200
    assert whoami(pos).status == 200


def test_once_the_new_key_was_used_the_old_one_makes_no_other(pos: Till) -> None:
    renewed = rotate(pos)
    assert whoami(renewed).status == 200

    refused = pos.post(ROTATE)

    assert (refused.status, refused.code) == (403, "key_superseded")
    assert whoami(renewed).status == 200


def test_a_rotation_ends_every_key_but_the_callers_and_the_new_one(pos: Till) -> None:
    second = rotate(pos)
    whoami(second)

    third = rotate(second)

    assert [whoami(till).status for till in (pos, second, third)] == [401, 200, 200]


def test_revoking_ends_every_key(pos: Till) -> None:
    renewed = rotate(pos)
    call_command("revoke_terminal", "corner", "the pos", stdout=io.StringIO())
    assert [whoami(till).status for till in (pos, renewed)] == [401, 401]
    assert pos.post(ROTATE).status == 401


def test_every_role_may_change_its_key(auditor: Till) -> None:
    assert whoami(rotate(auditor)).body["role"] == "auditor"


def test_an_operator_gives_a_new_key(pos: Till) -> None:
    shown = io.StringIO()
    call_command("rotate_key", "corner", "the pos", stdout=shown)
    renewed = Till(shown.getvalue().strip())
    assert [whoami(till).status for till in (pos, renewed)] == [200, 200]
    lapse(pos)


def test_a_stolen_key_ends_at_once(pos: Till) -> None:
    shown = io.StringIO()
    call_command("rotate_key", "corner", "the pos", "--at-once", stdout=shown)
    assert [whoami(till).status for till in (pos, Till(shown.getvalue().strip()))] == [401, 200]
    with pytest.raises(CommandError, match="has no terminal nobody"):
        call_command("rotate_key", "corner", "nobody")


@pytest.mark.django_db(transaction=True)
def test_of_two_that_rotate_at_once_the_one_that_came_second_has_the_key(pos: Till) -> None:
    with transaction.atomic():
        Terminal.objects.select_for_update().get(name="the pos")
        racing = [begin(lambda: pos.post(ROTATE)) for _ in range(2)]
        until_done_or_waiting(*racing)
    answers = [one.result(PATIENCE_S) for one in racing]
    assert [answer.status for answer in answers] == [200, 200]
    renewed = [Till(answer.body["key"]) for answer in answers]
    assert sorted(whoami(till).status for till in renewed) == [200, 401]
    assert TerminalKey.objects.filter(terminal__name="the pos").count() == 2
