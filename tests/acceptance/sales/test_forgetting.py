"""A person is forgotten: the names go everywhere, and whatever happened and was paid stays."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction
from django_celery_results.models import TaskResult

from orders.journal.db import forget as forgetting
from orders.models import Command, Repair
from tests.support.shop.drifts import broken_by
from tests.support.shop.names import forget, where_it_stands
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
ERIKA = {"name": "Erika Müller", "tax_id": "DE136695976", "address": "Heidestr. 17\n51147 Köln", "email": "e@müller.de"}
OTTO = {**ERIKA, "name": "Otto Normal", "email": "otto@example.com", "tax_id": None, "address": None}
TEA = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 2}]}
NAMES = ("müller", "136695976", "heidestr", "51147 k")
"""No part of a time or an id."""


@pytest.fixture(autouse=True)
def looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a history that is longer than what is looked at in one statement."""
    monkeypatch.setattr(forgetting, "LOOKED_AT_ONCE", 1)


@pytest.fixture
def order(pos: Till, supervisor: Till, settle: Settle) -> dict[str, Any]:
    """A sale to Erika by Robin that was paid and cancelled, whose name stands wherever people may write."""
    id_ = str(uuid4())
    made = {**TEA, "id": id_, "customer": ERIKA, "cashier": "Robin", "reference": "for Erika Müller"}
    assert pos.post("/orders", made).status == 201
    card = {"method": "card", "amount_minor": 2 * PRICE_MINOR, "reference": "card of ERIKA MÜLLER"}
    settle(pos.post(f"/orders/{id_}/pay", {"tenders": [card], "cashier": "Robin"}, key="pay"), pos)
    reason = {"reason": "Erika Müller, Heidestr. 17\n51147 Köln, does not want it", "cashier": "Robin"}
    settle(supervisor.post(f"/orders/{id_}/cancel", reason, key="cancel"), supervisor)
    return made


def amounts(pos: Till, order: dict[str, Any]) -> Any:
    told = pos.get(f"/orders/{order['id']}").body
    names = {"customer": None, "cashier": None, "reference": None}
    return {**told, **names, "payments": [{**one, "cashier": None, "reference": None} for one in told["payments"]]}


@pytest.mark.parametrize("who", [ERIKA["name"], "erika müller", ERIKA["email"], ERIKA["tax_id"], "the order's id"])
def test_a_customers_names_are_blank_everywhere_and_amounts_stay(
    pos: Till, backoffice: Till, settle: Settle, order: dict[str, Any], who: str
) -> None:
    item = {"sku": "MUG-RED", "quantity": 1}
    settle(
        backoffice.post("/inventory/write-off", {"items": [item], "reason": "Erika Müller fell"}, key="w"), backoffice
    )
    held = {"reference": "put by for Erika Müller", "items": [item]}
    settle(backoffice.post("/inventory/items/reserve", held, key="h"), backoffice)
    pay = Command.objects.get(key="pay")
    Repair.objects.create(
        store_id=pay.store_id, command_id=pay.id, act="retry", by="ops", reason="Erika Müller rang", at=pay.accepted_at
    )
    TaskResult.objects.create(task_id="t", result='{"failed": "Erika Müller"}', traceback="Failing row (Erika Müller)")
    otto = pos.post("/orders", {**TEA, "customer": OTTO}).body
    before = amounts(pos, order)
    assert all(list(where_it_stands(name)) for name in NAMES)

    told = forget(order["id"] if who == "the order's id" else who)

    assert [table for name in NAMES for table in where_it_stands(name)] == []
    assert "orders_command: 4" in told
    after = pos.get(f"/orders/{order['id']}").body
    assert (after["customer"], after["cashier"], after["reference"]) == (None, "Robin", "for ***")
    assert amounts(pos, order) == before
    assert pos.get(f"/orders/{otto['id']}").body["customer"] == OTTO
    assert broken_by() == set()


def test_a_cashier_is_forgotten_by_name(pos: Till, order: dict[str, Any]) -> None:
    forget("Robin")
    assert list(where_it_stands("robin")) == []
    told = pos.get(f"/orders/{order['id']}").body
    assert (told["customer"], told["cashier"]) == (ERIKA, None)
    assert [one["cashier"] for one in told["payments"]] == [None, None]


def test_what_was_sent_before_is_answered_again_after(pos: Till, order: dict[str, Any]) -> None:
    card = {"method": "card", "amount_minor": 2 * PRICE_MINOR, "reference": "card of ERIKA MÜLLER"}
    pay = {"tenders": [card], "cashier": "Robin"}
    first = pos.get("/commands?key=pay").body
    forget("Erika Müller")
    forget("Robin")
    again = pos.post(f"/orders/{order['id']}/pay", pay, key="pay")
    assert (again.status, again.headers["Idempotency-Replayed"], again.body["id"]) == (202, "true", first["id"])
    assert again.body["result"] == first["result"]
    repeated = pos.post("/orders", order)
    assert (repeated.status, repeated.body["customer"]) == (200, None)
    assert pos.post("/orders", {**order, "customer": OTTO}).code == "id_reused"


def test_a_command_that_is_not_settled_yet_is_carried_out_nameless(pos: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell()
    card = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR, "reference": "Bo Li"}], "cashier": "Bo Li"}
    accepted = pos.post(f"/orders/{order_id}/pay", card, key="pay")
    forget("Bo Li")
    assert settle(accepted, pos)["state"] == "succeeded"
    (payment,) = pos.get(f"/orders/{order_id}").body["payments"]
    assert (payment["amount_minor"], payment["cashier"], payment["reference"]) == (PRICE_MINOR, None, "***")


def test_a_customer_who_is_called_like_a_method_leaves_the_method(pos: Till, settle: Settle) -> None:
    order_id = pos.post("/orders", {**TEA, "customer": {"name": "card"}}).body["id"]
    pay = {"tenders": [{"method": "card", "amount_minor": 2 * PRICE_MINOR}]}
    settle(pos.post(f"/orders/{order_id}/pay", pay, key="pay"), pos)
    forget("card")
    assert Command.objects.get().payload["tenders"][0]["method"] == "card"
    told = pos.get(f"/orders/{order_id}").body
    assert (told["customer"], told["payments"][0]["method"]) == (None, "card")


def test_who_is_not_known_changes_nothing(pos: Till, order: dict[str, Any]) -> None:
    before = pos.get(f"/orders/{order['id']}").body
    assert forget("Erika Mül") == "0 rows were changed\n"
    with pytest.raises(CommandError, match="no order"):
        forget(str(uuid4()))
    assert pos.get(f"/orders/{order['id']}").body == before


@pytest.mark.parametrize(
    "change",
    [
        "orders_payment SET reference = 'other'",
        "orders_statuschange SET reason = 'other'",
        "orders_order SET reference = 'other'",
    ],
)
def test_history_is_still_history(order: dict[str, Any], change: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {change}")


@pytest.mark.parametrize("change", ["orders_payment SET amount_minor = 1", "orders_command SET fingerprint = 'x'"])
def test_who_forgets_changes_nothing_but_texts(order: dict[str, Any], change: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ringup.forgets', 'on', true)")
        with pytest.raises(IntegrityError, match=r"refused|changes only"), transaction.atomic():
            cursor.execute(f"UPDATE {change}")
