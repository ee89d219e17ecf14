"""What a till does all day, by the client, waiting and in asyncio."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic_core import to_json

from orders.commands.core.roles import Role
from ringup_client import (
    AsyncTill,
    Back,
    CloseDrawer,
    Counted,
    Goods,
    KeyRefused,
    Line,
    MoveCash,
    OpenDrawer,
    Order,
    Pay,
    Receive,
    Refused,
    Rejected,
    Reserve,
    Return,
    State,
    Tender,
    Till,
)
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain
from tests.support.shop.till import PREFIX, Answer, check


@pytest.fixture
def till(served: Served, chain: Chain, tmp_path: Path) -> Iterator[Till]:
    """Each call that it makes, and each answer, is one of the document's."""
    key, client = chain.tills[Role.SUPERVISOR].key, httpx.Client(event_hooks={"response": [hold]})
    with Till(served.url, file=tmp_path / "till", key=key, patience_s=30, client=client) as till:
        yield till


def hold(response: httpx.Response) -> None:
    response.read()
    is_json = "json" in response.headers["content-type"]
    answer = Answer(response.status_code, response.json() if is_json else response.text, response.headers)
    check(response.request.method, response.request.url.path.removeprefix(PREFIX), answer)


def tea(quantity: int = 1) -> Order:
    return Order([Line("TEA-80", quantity)], "GBP", cashier="Ada")


def test_it_sells_prints_and_takes_back(till: Till) -> None:
    sold = till.submit(Pay(tea(2), [Tender("cash", 1000)])).applied()
    assert sold.result
    assert (sold.result["order_status"], sold.result["change_minor"]) == ("paid", 500)
    assert sold.order_id
    assert "£5.00" in till.receipt(sold.order_id)
    assert till.receipt(sold.order_id, form="json")["change_minor"] == 500
    back = till.submit(Return(sold.order_id, [Back(1, sku="TEA-80", condition="damaged")])).applied()
    assert back.result
    assert back.result["refunded_minor"] == 250
    assert till.receipt(sold.order_id, command_id=back.id, form="json")["kind"] == "credit_note"
    assert (sold.sequence, back.sequence) == (1, 2)
    assert till.get("/terminals/me/gaps")["last_sequence"] == 2
    assert till.get(f"/orders/{sold.order_id}")["sold_at"]
    assert till.unsettled() == []


def test_it_is_told_why_not(till: Till) -> None:
    with pytest.raises(Rejected) as rejected:
        till.submit(Pay(tea(11), [Tender("cash", 5000)])).applied()
    assert rejected.value.command.outcome
    assert rejected.value.command.outcome.code == "stock_insufficient"
    assert rejected.value.command.outcome.lines[0]["available"] == 10
    with pytest.raises(Refused) as refused:
        till.submit(Pay(Order([Line("NO-SUCH", 1)], "GBP"), [Tender("cash", 1)])).applied()
    assert refused.value.problem.code == "product_not_found"
    assert refused.value.problem.errors[0].pointer == "#/0/order/lines/0/sku"
    with pytest.raises(Refused) as not_mine:
        till.submit(Receive([Goods("TEA-80", 1)])).applied()
    assert (not_mine.value.problem.status, not_mine.value.problem.code) == (403, "role_not_allowed")


def test_a_draft_is_reserved_and_paid(till: Till) -> None:
    order = tea()
    assert till.draft(order) == till.draft(order)
    assert till.submit(Reserve(order.id, expires_in_s=600)).applied().order_id == str(order.id)
    assert till.submit(Pay(order.id, [Tender("card", 250)])).applied().state is State.SUCCEEDED


def test_a_drawer_is_opened_and_closed(till: Till) -> None:
    till.submit(OpenDrawer(10_000)).applied()
    till.submit(Pay(tea(), [Tender("cash", 250)])).applied()
    till.submit(MoveCash(-5_000, "brought to the bank")).applied()
    drawer: Any = till.get("/drawer")
    assert drawer["methods"][0]["expected_minor"] == 5_250
    closed = till.submit(CloseDrawer([Counted("cash", 5_250)])).applied()
    closings: Any = till.get("/closings")
    (closing,) = closings["items"]
    assert (closing["number"], closing["methods"][0]["difference_minor"], closing["gaps"]) == (1, 0, [])
    assert closed.sequence == 4


def test_what_is_csv_is_read_as_text(served: Served, chain: Chain, tmp_path: Path) -> None:
    key = chain.tills[Role.BACKOFFICE].key
    with Till(served.url, file=tmp_path / "office", key=key, patience_s=30) as office:
        assert office.csv("/invoice-pool/report").startswith("store,")


def test_a_code_gives_a_key_which_may_be_changed_and_is_told_when_it_ends(
    served: Served, chain: Chain, tmp_path: Path
) -> None:
    office = chain.tills[Role.BACKOFFICE]
    made = office.post("/terminals", {"name": "new till", "role": "pos"}).body
    with Till(served.url, file=tmp_path / "new", patience_s=30) as till:
        assert till.enrol(made["code"].lower()) | {"store": ""} == {"name": "new till", "role": "pos", "store": ""}
        till.rotate_key()
        till.submit(Pay(tea(), [Tender("cash", 250)])).applied()
    with Till(served.url, file=tmp_path / "new", patience_s=30) as later:
        assert later.get("/terminals/me")["name"] == "new till"
        with pytest.raises(Refused, match="enrol_code_invalid"):
            later.enrol(made["code"])
        assert office.post(f"/terminals/{made['terminal']['id']}/revoke").status == 200
        with pytest.raises(KeyRefused):
            later.submit(Pay(tea(), [Tender("cash", 250)]))
        assert [one.state for one in later.unsettled()] == [State.UNSENT]


def test_it_follows_what_changes_and_begins_anew_on_another_timeline(till: Till, chain: Chain) -> None:
    known = {(one["kind"], one["id"]) for page in till.follow("shelf", waits=False) for one in page.changes}
    assert ("product", "TEA-80") in known
    sold = till.submit(Pay(tea(), [Tender("cash", 250)])).applied()
    for page in till.follow("shelf"):
        assert not page.is_anew
        if ("order", sold.order_id) in {(one["kind"], one["id"]) for one in page.changes}:
            break
    of_another_timeline = urlsafe_b64encode(to_json([uuid4(), 0, 0, 0, 0, 0, 0])).decode()
    till._core.outbox.set_facts({"cursor:shelf": of_another_timeline})
    assert next(till.follow("shelf", waits=False)).is_anew


def test_it_is_the_same_in_asyncio(served: Served, chain: Chain, tmp_path: Path) -> None:
    async def day() -> None:
        key = chain.tills[Role.SUPERVISOR].key
        async with AsyncTill(served.url, file=tmp_path / "till", key=key, patience_s=30) as till:
            sales = [till.submit(Pay(tea(), [Tender("cash", 250)])) for _ in range(5)]
            sold = [one.applied() for one in await asyncio.gather(*sales)]
            assert sorted(one.sequence for one in sold) == [1, 2, 3, 4, 5]
            assert sold[0].order_id
            assert "£2.50" in await till.receipt(sold[0].order_id)
            with pytest.raises(Refused):
                (await till.submit(Receive([Goods("TEA-80", 1)]))).applied()
            kept = await till.keep(Pay(tea(), [Tender("cash", 250)]))
            assert [one.key for one in await till.send()] == [kept.key]
            assert (await till.settle(kept.key)).applied()
            assert await till.prune(timedelta(days=1)) == 0
            kinds = {one["kind"] async for page in till.follow("shelf", waits=False) for one in page.changes}
            assert {"order", "product"} <= kinds

    asyncio.run(day())
