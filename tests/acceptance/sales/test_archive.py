"""GET /orders?archived=true and POST /orders/{id}/restore: old cancelled orders leave the lists; nothing is deleted."""

from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from tests.support.shop.till import Till
from workers.archive import archive
from workers.execute import execute


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
    again = supervisor.post(f"/orders/{archived}/restore")
    assert (again.status, again.code) == (409, "order_not_archived")


def test_restoring_is_the_supervisors_and_the_stores(archived: UUID, pos: Till, elsewhere: Till) -> None:
    assert pos.post(f"/orders/{archived}/restore").code == "role_not_allowed"
    for hidden in (elsewhere.post(f"/orders/{archived}/restore"), elsewhere.post(f"/orders/{uuid4()}/restore")):
        assert (hidden.status, hidden.code) == (404, "order_not_found")
    assert listed(elsewhere, "?archived=true") == []
    assert listed(pos, "?archived=true") == [str(archived)]
