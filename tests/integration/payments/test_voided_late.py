"""A pay is given up while one of its cards is authorized, and another one only later."""

import pytest
from django.utils import timezone

from orders.commands.core.authorization import AuthorizationState
from orders.commands.core.machine import Kind
from orders.journal.db.repair import dismiss
from orders.models import PaymentInstruction
from orders.payments.db.authorizations import answered, lease_due, park
from orders.payments.outside.authorize import WORK
from tests.support.payments.paper_bank import online
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop


@pytest.mark.usefixtures("own_database", "bank")
def test_what_comes_late_is_voided_beside_what_was_voided_before() -> None:
    shop, now = open_shop(), timezone.now()
    order_id = shop.order(("TEA-80", 2))
    paid = shop.submit(Kind.PAY, order_id, tenders=[online(300, "a"), online(200, "b")])
    execute([order_id])
    until = now + WORK.lease
    first, second = lease_due(limit=2, now=timezone.now(), until=until)
    assert not answered(first, AuthorizationState.AUTHORIZED, reference="r-1", lease_until=until, now=now)
    assert park(second, error="no answer", lease_until=until)
    dismiss(shop.store_id, paid, by="olga")
    (again,) = lease_due(limit=2, now=timezone.now(), until=until)
    assert not answered(again, AuthorizationState.AUTHORIZED, reference="r-2", lease_until=until, now=now)
    assert set(PaymentInstruction.objects.values_list("authorization", "kind")) == {
        (first.id, "void"),
        (second.id, "void"),
    }
