"""Users of the admin who are let on some stores."""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.urls import reverse

from tests.support.shop.shop import Shop

NAME = "harbour"
"""Of the other store: it is in the names of its rows."""


def let_on(*shops: Shop, group: str = "manager", name: str = "mia") -> Any:
    user: Any = User.objects.create(username=name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    user.stores.set([shop.store_id for shop in shops])
    return user


def every_store() -> Permission:
    return Permission.objects.get(codename="reach_every_store")


def address(model: type[Model], verb: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{verb}", args=args)
