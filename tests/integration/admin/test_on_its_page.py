"""A parked command's own page takes it up again, or gives it up."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from orders.journal.db.attempts import park
from orders.models import Command, Repair
from tests.support.shop.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked(shop: Shop) -> UUID:
    _, command_id = shop.sale()
    park(command_id, "AssertionError")
    return command_id


def page(client: Client, command_id: UUID) -> str:
    return client.get(reverse("admin:orders_command_change", args=[command_id])).content.decode()


def asked(action: str, command_id: UUID) -> str:
    return reverse(f"admin:orders_command_{action}", args=[command_id])


@pytest.mark.parametrize(
    ("action", "act", "state"), [("retry_it", "retry", "pending"), ("dismiss_it", "dismiss", "dismissed")]
)
def test_it_is_repaired_with_a_reason_and_offered_no_more(
    operator: Client, parked: UUID, rings: Any, action: str, act: str, state: str
) -> None:
    address = asked(action, parked)
    assert address in page(operator, parked)
    operator.post(address, {"_form_submitted": "True", "reason": ""})
    assert Command.objects.get(id=parked).state == "parked"
    operator.post(address, {"_form_submitted": "True", "reason": "the bug is mended"})
    assert Command.objects.get(id=parked).state == state
    kept = Repair.objects.values_list("command_id", "act", "by", "reason")
    assert list(kept) == [(parked, act, "night shift", "the bug is mended")]
    assert address not in page(operator, parked)
    operator.post(address, {"_form_submitted": "True", "reason": "twice"})
    assert Repair.objects.count() == 1


def test_who_may_only_look_is_offered_nothing_and_can_do_nothing(client: Client, parked: UUID, rings: Any) -> None:
    reader = User.objects.create(username="reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_command"))
    client.force_login(reader)
    assert asked("retry_it", parked) not in page(client, parked)
    client.post(asked("retry_it", parked), {"_form_submitted": "True", "reason": "the bug is mended"})
    assert Command.objects.get(id=parked).state == "parked"
