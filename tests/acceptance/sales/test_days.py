"""Business days: what a till says when it sold, and the lists and entries that follow from it."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from inventory.models import Store
from orders.models import Command, JournalEntry, Order
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till

LINES = [{"sku": "TEA-80", "quantity": 1}]


def order(**more: object) -> dict[str, object]:
    return {"currency": "GBP", "fulfilment": "immediate", "lines": LINES, **more}


def told(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")


def sell(till: Till, shop: Shop, **more: object) -> UUID:
    created = till.post("/orders", order(**more)).body
    tenders = [{"method": "card", "amount_minor": created["total_minor"]}]
    till.post(f"/orders/{created['id']}/pay", {"tenders": tenders}, key=str(uuid4()))
    execute([UUID(created["id"])], helps=False)
    return UUID(created["id"])


def test_an_offline_sale_belongs_to_the_day_it_was_made_on(pos: Till, shop: Shop) -> None:
    on = datetime.now(UTC) - timedelta(days=3)
    offline, now = sell(pos, shop, sold_at=told(on)), sell(pos, shop)
    days = dict(Order.objects.values_list("id", "business_day"))
    assert days[offline] == on.date()
    assert days[now] == Order.objects.get(id=now).paid_at.date()  # type: ignore[union-attr]
    assert JournalEntry.objects.get(order_id=offline).day == on.date()
    assert pos.get(f"/orders/{offline}").body["business_day"] == on.date().isoformat()
    listed = pos.get(f"/orders?day={on.date()}").body["items"]
    assert [one["id"] for one in listed] == [str(offline)]


@pytest.mark.parametrize("day", ["yesterday", "2026-11-31", "20261120", "2026-11-20T00:00:00Z", "1763700000", ""])
def test_a_day_is_a_date(pos: Till, day: str) -> None:
    refused = pos.get(f"/orders?day={day}")
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["parameter"] for error in refused.body["errors"]] == ["day"]


def test_a_day_is_read_page_by_page(pos: Till, shop: Shop) -> None:
    on = datetime.now(UTC) - timedelta(days=2)
    sold = [str(sell(pos, shop, sold_at=told(on))) for _ in range(2)]
    sell(pos, shop, sold_at=told(on - timedelta(days=1)))
    pos.post("/orders", order(sold_at=told(on)))
    first = pos.get(f"/orders?day={on.date()}&limit=1").body
    rest = pos.get(f"/orders?day={on.date()}&limit=1&cursor={first['next_cursor']}").body
    assert [one["id"] for one in (*first["items"], *rest["items"])] == sold[::-1]
    assert pos.get(f"/orders?day={on.date()}&status=draft").body["items"] == []


def test_a_day_begins_when_its_store_says(pos: Till, shop: Shop) -> None:
    Store.objects.filter(id=shop.store_id).update(time_zone="Asia/Tokyo", day_starts_at=time(5))
    on = datetime.now(UTC).replace(hour=19, minute=59) - timedelta(days=9)  # 04:59 of the next day there
    sold = sell(pos, shop, sold_at=told(on))
    assert Order.objects.get(id=sold).business_day == on.date()
    later = sell(pos, shop, sold_at=told(on + timedelta(minutes=1)))
    assert Order.objects.get(id=later).business_day == on.date() + timedelta(days=1)


def test_a_draft_has_no_day(pos: Till) -> None:
    assert pos.post("/orders", order(sold_at=told(datetime.now(UTC)))).body["business_day"] is None


def test_what_comes_back_is_told_of_on_the_day_it_was_accepted(supervisor: Till, shop: Shop) -> None:
    on = datetime.now(UTC) - timedelta(days=3)
    sold = sell(supervisor, shop, sold_at=told(on))
    supervisor.post(
        f"/orders/{sold}/return", {"lines": [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]}, key="back"
    )
    execute([sold], helps=False)
    accepted_at = Command.objects.get(kind="return").accepted_at
    days = JournalEntry.objects.order_by("seq").values_list("kind", "day")
    assert list(days) == [("sale", on.date()), ("return", accepted_at.date())]
    assert Order.objects.get(id=sold).business_day == on.date()


@pytest.mark.parametrize("ago", [timedelta(minutes=-6), timedelta(days=367)], ids=["ahead", "long ago"])
def test_a_clock_that_is_wrong_is_pointed_at_however_it_is_sent(pos: Till, ago: timedelta) -> None:
    wrong = order(sold_at=told(datetime.now(UTC) - ago))
    refused = pos.post("/orders", wrong)
    assert (refused.status, refused.code, refused.pointers) == (422, "sold_at_implausible", ["#/sold_at"])
    item = {"key": "k", "kind": "reserve", "order": wrong}
    for query in ("", "?dry_run=true"):
        (answered,) = pos.post(f"/commands{query}", [item]).body["items"]
        assert answered["problem"]["code"] == "sold_at_implausible"
        assert answered["problem"]["errors"][0]["pointer"] == "#/0/order/sold_at"
    assert not Order.objects.exists()


@pytest.mark.parametrize("ago", [timedelta(minutes=-4), timedelta(days=365, hours=23)], ids=["ahead", "long ago"])
def test_a_clock_that_is_almost_right_is_believed(pos: Till, ago: timedelta) -> None:
    assert pos.post("/orders", order(sold_at=told(datetime.now(UTC) - ago))).status == 201


@pytest.mark.parametrize("sold_at", ["", "{}", "{} UTC", 0])
def test_when_it_was_sold_needs_an_offset(pos: Till, sold_at: object) -> None:
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    wrong = order(sold_at=sold_at.format(now) if isinstance(sold_at, str) else sold_at)
    refused = pos.post("/orders", wrong)
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", ["#/sold_at"])
    (item,) = pos.post("/commands", [{"key": "k", "kind": "reserve", "order": wrong}]).body["items"]
    assert [error["pointer"] for error in item["problem"]["errors"]] == ["#/0/order/sold_at"]
    assert not Order.objects.exists()


def test_what_was_taken_once_is_taken_again_when_its_time_has_passed(pos: Till) -> None:
    sent = order(id=str(uuid4()), sold_at=told(datetime.now(UTC) - timedelta(days=365, hours=23)))
    assert pos.post("/orders", sent).status == 201
    later = order(id=sent["id"], sold_at=sent["sold_at"])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("orders.commands.core.days.BACK_MAX", timedelta(days=1))
        assert pos.post("/orders", {**later, "id": str(uuid4())}).code == "sold_at_implausible"
        assert pos.post("/orders", later).status == 200
