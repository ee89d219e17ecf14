"""An operator's clicks."""

from typing import Any
from uuid import uuid4

from django.test import Client, RequestFactory

from base.admin.reach import Reach
from inventory.models import Product
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop


def in_one_store() -> Any:
    """A request whose lists are of one store: what it shows needs no database."""
    request: Any = RequestFactory().get("/")
    request.reach = Reach(stores=None, chosen=1)
    return request


def act(operator: Client, url: str, action: str, *rows: object, **more: str) -> Any:
    chosen = {"action": action, "_selected_action": [str(row) for row in rows], "index": "0", **more}
    return operator.post(url, chosen, follow=True)


def fill_in(client: Client, verb: str, sku: str = "TEA-80", **filled: Any) -> Any:
    product = Product.objects.get(sku=sku, store__code="corner")
    given = {"key": uuid4(), "location": "shop", **filled}
    return client.post(f"/admin/stock/{verb}?product={product.pk}", given)


def settled(shop: Shop, client: Client, answer: Any) -> str:
    """The page that the form led to, once a worker has been by."""
    assert answer.status_code == 302, answer.context["form"].errors
    execute([shop.store_id])
    return " ".join(client.get(answer.headers["Location"]).content.decode().split())


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    found: dict[str, list[str]] = answer.context["form"].errors
    return found
