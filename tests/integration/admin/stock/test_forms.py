"""Stock is moved by forms, which submit what the API's calls do, in the user's name."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inventory.models import Product, StockLevel, StockMovement
from orders.commands.core.machine import Kind
from orders.journal.db.attempts import park
from orders.journal.db.repair import dismiss
from orders.models import Command
from tests.support.admin import errors, fill_in, settled
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db

TO_STOCKROOM = {"from_location": "shop", "to_location": "stockroom"}


@pytest.mark.parametrize(
    ("verb", "filled", "on_hand", "said"),
    [
        ("receive", {"quantity": "12", "reference": "DN-7"}, 22, "12 of TEA-80 received."),
        ("count", {"quantity": "8"}, 8, "8 of TEA-80 counted."),
        ("adjust", {"quantity": "-3", "reason": "broken"}, 7, "Adjusted by -3 of TEA-80."),
        ("write_off", {"quantity": "3", "reason": "expired"}, 7, "3 of TEA-80 written off: expired."),
    ],
)
def test_a_form_submits_a_command_and_tells_what_came_of_it(
    operator: Client, shop: Shop, verb: str, filled: dict[str, str], on_hand: int, said: str, rings: Any
) -> None:
    answer = fill_in(operator, verb, **filled)

    waiting = operator.get(answer.headers["Location"]).content.decode()
    assert "It waits for a worker" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert len(rings("commands")) == 1
    page = settled(shop, operator, answer)
    assert said in page
    assert "refresh" not in page
    assert shop.level("TEA-80") == (on_hand, 0)
    command = Command.objects.get()
    assert (command.kind, command.issued_by, command.terminal_id) == (verb, "night shift", None)
    moved = StockMovement.objects.latest("id")
    assert (moved.created_by, moved.reason, moved.reference) == (
        "night shift",
        filled.get("reason", ""),
        filled.get("reference", ""),
    )


def test_goods_are_carried_from_one_location_to_another(operator: Client, shop: Shop) -> None:
    form = operator.get(f"/admin/stock/transfer?product={Product.objects.get(sku='TEA-80').pk}").context["form"]
    assert (form["from_location"].value(), form["to_location"].value()) == ("stockroom", "shop")

    page = settled(shop, operator, fill_in(operator, "transfer", quantity="4", **TO_STOCKROOM))

    assert "4 of TEA-80 carried from shop to stockroom." in page
    assert "Transfer another product" in page
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((6, 0), (4, 0))


def test_of_what_is_held_nothing_is_carried_away(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("TEA-80", 4))
    shop.submit(Kind.RESERVE, order_id)
    execute([order_id])

    page = settled(shop, operator, fill_in(operator, "transfer", quantity="7", **TO_STOCKROOM))

    assert "TEA-80: 7 cannot be carried from shop: of 10 on hand there 4 are held for orders." in page
    assert "give way" not in page
    assert shop.level("TEA-80") == (10, 4)


def test_what_is_broken_takes_from_whoever_holds_it_last(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("TEA-80", 9))
    shop.submit(Kind.RESERVE, order_id)
    execute([order_id])

    refused = settled(shop, operator, fill_in(operator, "write_off", quantity="3", reason="broken"))
    assert "let holds give way" in refused
    assert "Write off another product" in refused
    done = settled(shop, operator, fill_in(operator, "write_off", quantity="3", reason="broken", shortage="on"))

    assert f"/admin/orders/order/{order_id}/" in done
    assert shop.level("TEA-80") == (7, 7)


def test_a_second_click_and_a_browser_that_sends_it_again_book_nothing_more(operator: Client, shop: Shop) -> None:
    key = uuid4()
    first = fill_in(operator, "receive", key=key, quantity="12")
    execute([shop.store_id])

    again = fill_in(operator, "receive", key=key, quantity="12")

    assert again.headers["Location"] == first.headers["Location"]
    execute([shop.store_id])
    assert Command.objects.count() == 1
    assert shop.level("TEA-80") == (22, 0)


def test_what_was_changed_after_it_had_been_sent_is_asked_for_once_more(operator: Client, shop: Shop) -> None:
    key = uuid4()
    fill_in(operator, "receive", key=key, quantity="12")

    changed = fill_in(operator, "receive", key=key, quantity="13")

    assert "This form was sent before" in errors(changed)["__all__"][0]
    assert Command.objects.count() == 1
    new_key = changed.context["form"]["key"].value()
    fill_in(operator, "receive", key=new_key, quantity="13")
    execute([shop.store_id])
    assert shop.level("TEA-80") == (35, 0)


def test_two_users_with_one_key_are_two(operator: Client, shop: Shop) -> None:
    key = uuid4()
    fill_in(operator, "receive", key=key, quantity="1")
    operator.force_login(User.objects.create(username="day shift", is_staff=True, is_superuser=True))
    fill_in(operator, "receive", key=key, quantity="1")

    execute([shop.store_id])

    assert shop.level("TEA-80") == (12, 0)
    assert sorted(Command.objects.values_list("issued_by", flat=True)) == ["day shift", "night shift"]


def test_quantities_are_in_the_products_unit(operator: Client, shop: Shop) -> None:
    Product.objects.filter(sku="TEA-80").update(unit="kg", quantity_decimals=3)
    StockLevel.objects.update(on_hand=0)

    page = settled(shop, operator, fill_in(operator, "receive", quantity="1.5"))

    assert "1.500 kg of TEA-80 received." in page
    assert shop.level("TEA-80") == (1500, 0)
    assert errors(fill_in(operator, "receive", quantity="0.0005")) == {"quantity": ["No more than 3 decimals."]}


@pytest.mark.parametrize(
    ("verb", "filled", "at"),
    [
        ("receive", {"quantity": "0"}, "quantity"),
        ("receive", {"quantity": "-1"}, "quantity"),
        ("receive", {"quantity": "1.5"}, "quantity"),
        ("receive", {"quantity": "99999999999"}, "quantity"),
        ("receive", {"quantity": "1", "location": "cellar"}, "location"),
        ("receive", {"quantity": "1", "reference": "x" * 201}, "reference"),
        ("count", {"quantity": ""}, "quantity"),
        ("adjust", {"quantity": "0", "reason": "x"}, "quantity"),
        ("adjust", {"quantity": "1", "reason": " "}, "reason"),
        ("write_off", {"quantity": "-1", "reason": "broken"}, "quantity"),
        ("write_off", {"quantity": "1", "reason": ""}, "reason"),
        ("transfer", {"quantity": "0", "from_location": "shop", "to_location": "stockroom"}, "quantity"),
        ("transfer", {"quantity": "1", "from_location": "cellar", "to_location": "shop"}, "from_location"),
        ("transfer", {"quantity": "1", "from_location": "shop", "to_location": "shop"}, "to_location"),
        ("receive", {"quantity": "1", "key": "not a key"}, "key"),
    ],
)
def test_what_the_api_would_refuse_is_told_at_its_field(
    operator: Client, shop: Shop, verb: str, filled: dict[str, str], at: str
) -> None:
    assert list(errors(fill_in(operator, verb, **filled))) == [at]
    assert Command.objects.count() == 0


def test_a_count_below_what_is_held_says_who_holds_it_and_how_to_go_on(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("TEA-80", 4))
    shop.submit(Kind.RESERVE, order_id)
    execute([order_id])

    page = settled(shop, operator, fill_in(operator, "count", quantity="3"))

    assert "3 of TEA-80 counted, but 4 are held for orders." in page
    assert "let holds give way" in page
    assert shop.level("TEA-80") == (10, 4)
    page = settled(shop, operator, fill_in(operator, "count", quantity="3", shortage="on"))
    assert "3 of TEA-80 counted." in page
    assert f"/admin/orders/order/{order_id}/" in page
    assert shop.level("TEA-80") == (3, 3)


def test_less_than_nothing_is_not_advised_to_holds(operator: Client, shop: Shop) -> None:
    page = settled(shop, operator, fill_in(operator, "adjust", quantity="-11", reason="broken"))

    assert "11 less is not possible: only 10 are on hand." in page
    assert "count what lies there" in page
    assert "give way" not in page
    assert shop.level("TEA-80") == (10, 0)


def test_what_failed_is_kept_and_shall_not_be_entered_again(operator: Client, shop: Shop) -> None:
    answer = fill_in(operator, "receive", quantity="12")
    command = Command.objects.get()
    park(command.id, "AssertionError")

    page = operator.get(answer.headers["Location"]).content.decode()

    assert "Do not enter it again" in page
    assert f"/admin/orders/command/{command.id}/" in page
    dismiss(shop.store_id, command.id, by="day shift", reason="counted instead")
    assert "day shift gave it up: counted instead" in operator.get(answer.headers["Location"]).content.decode()
