"""Who may move stock by hand, how a product is found for it, and files."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inventory.models import Location, Product, Store
from orders.models import Command
from tests.support.admin import errors, fill_in, settled
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db


def test_a_file_is_imported_as_one_command(operator: Client, shop: Shop) -> None:
    rows = b"sku,quantity,location\nTEA-80,4,stockroom\nNO-SUCH,1,\nMUG-RED,many,\n"
    given = {"key": uuid4(), "store": shop.store_id, "reason": "opening"}

    answers = [
        operator.post("/admin/stock/import", {**given, "file": SimpleUploadedFile("stock.csv", rows)}) for _ in range(2)
    ]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Command.objects.count() == 1
    page = settled(shop, operator, answers[0])
    assert "1 row was set." in page
    assert "2 rows were refused." in page
    assert "The store has no product NO-SUCH." in page
    assert "must be a whole number" in page
    assert shop.level("TEA-80", "stockroom") == (4, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"article,quantity\nTEA-80,1\n", "there is no column"),
        (b"sku,quantity\nTEA-80,\xff\n", "not UTF-8"),
        (b"sku,quantity\n", "1 item or more"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused_as_a_whole(
    operator: Client, shop: Shop, content: bytes, said: str
) -> None:
    given = {"key": uuid4(), "store": shop.store_id, "file": SimpleUploadedFile("stock.csv", content)}

    assert said in errors(operator.post("/admin/stock/import", given))["__all__"][0]
    assert Command.objects.count() == 0


def test_who_may_only_look_moves_nothing(client: Client, shop: Shop) -> None:
    reader = User.objects.create(username="auditor", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)

    given = {"key": uuid4(), "store": shop.store_id, "file": SimpleUploadedFile("s.csv", b"sku,quantity\nTEA-80,1\n")}
    assert fill_in(client, "receive", quantity="1").status_code == 403
    assert client.post("/admin/stock/import", given).status_code == 403
    assert Command.objects.count() == 0


def test_the_permission_has_a_human_name_and_is_enough(client: Client, shop: Shop) -> None:
    mover = User.objects.create(username="clara", is_staff=True)
    mover.user_permissions.set([Permission.objects.get(codename="move_stock", name="Can move stock")])
    Store.objects.get(id=shop.store_id).users.add(mover)
    client.force_login(mover)

    assert "1 of TEA-80 received." in settled(shop, client, fill_in(client, "receive", quantity="1"))


def test_whoever_is_not_signed_in_is_asked_to(client: Client, shop: Shop) -> None:
    assert "/admin/login/" in fill_in(client, "receive", quantity="1").headers["Location"]
    assert Command.objects.count() == 0


def test_a_product_is_found_by_a_part_of_its_name_and_by_its_code_at_once(operator: Client, shop: Shop) -> None:
    Product.objects.filter(sku="MUG-RED").update(gtin="5012345678900")

    found = operator.get("/admin/stock/receive?q=r").content.decode()
    assert "MUG-RED" in found
    assert "SCARF-BLUE" in found
    scanned = operator.get("/admin/stock/receive?q=5012345678900")
    assert scanned.headers["Location"].endswith(f"?product={Product.objects.get(sku='MUG-RED').pk}")
    assert "No product has" in operator.get("/admin/stock/receive?q=LAMP").content.decode()


def test_empty_shops_say_what_to_do(operator: Client) -> None:
    assert "Add the first one" in operator.get("/admin/stock/receive").content.decode()
    store = Store.objects.create(code="new", name="New", currency="GBP")
    product = Product.objects.create(store=store, sku="JAM", name="Jam", price_minor=1, currency="GBP")
    address = f"/admin/stock/receive?product={product.pk}"
    assert "new has no location yet" in operator.get(address).content.decode()
    Location.objects.create(store=store, code="shop", name="Shop")
    assert "new has one location alone" in operator.get(address.replace("receive", "transfer")).content.decode()
    Product.objects.update(tracks_stock=False)
    assert "It is not counted" in operator.get(address).content.decode()


def test_a_product_is_of_its_store_and_so_is_its_location(operator: Client, shop: Shop) -> None:
    other = open_shop("harbour")
    Location.objects.create(store_id=other.store_id, code="pier", name="Pier")

    assert list(errors(fill_in(operator, "receive", quantity="1", location="pier"))) == ["location"]
    answer = fill_in(operator, "receive", quantity="1")
    assert Command.objects.get().store_id == shop.store_id
    settled(shop, operator, answer)
    assert other.level("TEA-80") == (10, 0)


def test_only_stock_commands_are_told_of(operator: Client, shop: Shop) -> None:
    _, pay = shop.sale()

    assert operator.get(f"/admin/stock/answer/{pay}").status_code == 404
    assert operator.get("/admin/stock/steal").status_code == 404
    assert operator.get("/admin/stock/receive?product=abc").status_code == 404
