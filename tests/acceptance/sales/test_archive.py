"""GET /orders?archived=true and POST /orders/{id}/restore: old cancelled orders leave the lists; nothing is deleted."""

from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from orders.models import Command
from tests.support.shop.rung import execute
from tests.support.shop.till import Till
from workers.archive import archive


@pytest.fixture
def archived(pos: Till, settings: Settings) -> UUID:
    """An order that was cancelled and archived, beside one that was not."""
    order_id, _ = pos.sell(), pos.sell()
    pos.post(f"/orders/{order_id}/cancel", {"reason": "customer left"}, key="cancel")
    execute([order_id], helps=False)
    assert archive() == 0
    settings.ARCHIVE_AFTER_DAYS = 0
    assert archive() == 1
    return order_id


def listed(till: Till, query: str = "") -> list[str]:
    return [order["id"] for order in till.get(f"/orders{query}").body["items"]]


def test_an_archived_order_is_in_the_archive_only(archived: UUID, pos: Till) -> None:
    assert str(archived) not in listed(pos)
    assert listed(pos, "?archived=true") == [str(archived)]
    assert listed(pos, "?archived=true&status=cancelled") == [str(archived)]


def test_an_archived_order_can_be_read_as_before(archived: UUID, pos: Till) -> None:
    order = pos.get(f"/orders/{archived}").body
    assert (order["status"], order["archived_at"] is None) == ("cancelled", False)
    assert [entry["reason"] for entry in pos.get(f"/orders/{archived}/history").body["items"]] == ["customer left"]


def test_a_restored_order_is_back_for_good(archived: UUID, supervisor: Till) -> None:
    restored = supervisor.post(f"/orders/{archived}/restore")
    assert (restored.status, restored.body["archived_at"]) == (200, None)
    assert restored.body == supervisor.get(f"/orders/{archived}").body
    assert str(archived) in listed(supervisor)
    assert archive() == 0


def test_restored_again_it_is_answered_as_the_first_time(archived: UUID, supervisor: Till, pos: Till) -> None:
    """Also while a command of it waits: the answer was lost on its way, and not the order."""
    first = supervisor.post(f"/orders/{archived}/restore")
    pos.post(f"/orders/{archived}/cancel", key="again")
    again = supervisor.post(f"/orders/{archived}/restore")
    assert (again.status, again.body) == (first.status, first.body)


def test_only_an_archived_order_can_be_restored(archived: UUID, supervisor: Till) -> None:
    (other,) = listed(supervisor)
    refused = supervisor.post(f"/orders/{other}/restore")
    assert (refused.status, refused.code) == (409, "order_not_archived")


@pytest.mark.parametrize("state", ["pending", "parked", "awaiting"])
def test_an_order_with_a_command_that_is_not_settled_stays_where_it_is(
    archived: UUID, supervisor: Till, pos: Till, state: str
) -> None:
    command = pos.post(f"/orders/{archived}/cancel", key="again").body
    Command.objects.filter(id=command["id"]).update(state=state)
    refused = supervisor.post(f"/orders/{archived}/restore")
    assert (refused.status, refused.code) == (409, "command_pending")
    assert listed(supervisor, "?archived=true") == [str(archived)]
    Command.objects.filter(id=command["id"]).update(state="pending")
    execute([archived], helps=False)
    assert supervisor.post(f"/orders/{archived}/restore").status == 200


@pytest.mark.parametrize("state", ["pending", "parked", "awaiting"])
def test_an_order_with_a_command_that_is_not_settled_is_not_archived(pos: Till, settings: Settings, state: str) -> None:
    order_id = pos.sell()
    pos.post(f"/orders/{order_id}/cancel", key="cancel")
    execute([order_id], helps=False)
    command = pos.post(f"/orders/{order_id}/cancel", key="again").body
    Command.objects.filter(id=command["id"]).update(state=state)
    settings.ARCHIVE_AFTER_DAYS = 0
    assert archive() == 0
    Command.objects.filter(id=command["id"]).update(state="pending")
    execute([order_id], helps=False)
    assert archive() == 1


def test_restoring_is_the_supervisors_and_the_stores(archived: UUID, pos: Till, elsewhere: Till) -> None:
    assert pos.post(f"/orders/{archived}/restore").code == "role_not_allowed"
    for hidden in (elsewhere.post(f"/orders/{archived}/restore"), elsewhere.post(f"/orders/{uuid4()}/restore")):
        assert (hidden.status, hidden.code) == (404, "order_not_found")
    assert listed(elsewhere, "?archived=true") == []
    assert listed(pos, "?archived=true") == [str(archived)]
