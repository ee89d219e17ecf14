"""Whoever manages users gives nobody more than they have themselves."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough pass phrase"
USERS = "/admin/auth/user/"


def of(group: str, name: str) -> User:
    user = User.objects.create(username=name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    user.user_permissions.add(Permission.objects.get(codename="reach_every_store"))
    return user


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(of("manager", "mia"))
    return client


def page(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def add(client: Client, name: str, **more: Any) -> User | None:
    given = {"username": name, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("admin:auth_user_add"), {**given, "is_active": "on", **more})
    return User.objects.filter(username=name).first()


def ids(*names: str) -> list[int]:
    return [Group.objects.get(name=name).pk for name in names]


def test_a_manager_makes_a_user_who_can_sign_in_and_do_what_the_group_may(manager: Client, client: Client) -> None:
    made = add(manager, "olga", groups=ids("operator"))
    assert made is not None
    assert made.is_staff
    assert not made.is_superuser
    assert made.has_perm("orders.repair_command")
    assert client.login(username="olga", password=PASSWORD)


def test_a_manager_makes_no_superuser_and_gives_no_group_that_may_more(manager: Client) -> None:
    owners = Group.objects.create(name="owners")
    owners.permissions.add(Permission.objects.get(codename="delete_user"))
    assert add(manager, "olga", is_superuser="on", groups=[owners.pk]) is None
    made = add(manager, "olga", is_superuser="on", user_permissions=[Permission.objects.get(codename="delete_user").pk])
    assert made is not None
    assert not made.is_superuser
    assert made.get_all_permissions() == set()


def test_of_those_who_may_more_a_manager_sees_nothing_and_changes_no_password(manager: Client) -> None:
    root = User.objects.create(username="grandma", is_staff=True, is_superuser=True)
    owners = Group.objects.create(name="owners")
    owners.permissions.add(Permission.objects.get(codename="delete_user"))
    owner, alone = of("owners", "owen"), of("viewer", "alma")
    alone.user_permissions.add(Permission.objects.get(codename="delete_user"))
    listed = manager.get(USERS).content.decode()
    for user in (root, owner, alone):
        assert user.username not in listed
        assert manager.get(page(user)).status_code != 200
        password = reverse("admin:auth_user_password_change", args=[user.pk])
        assert manager.post(password, {"password1": PASSWORD, "password2": PASSWORD}).status_code in (403, 404)
        user.refresh_from_db()
        assert not user.check_password(PASSWORD)


def test_nobody_locks_themselves_out(manager: Client) -> None:
    mia = User.objects.get(username="mia")
    manager.post(page(mia), {"username": "mia", "groups": [], "first_name": "Mia"})
    mia.refresh_from_db()
    assert mia.first_name == "Mia"
    assert mia.is_active
    assert mia.has_perm("auth.change_user")


def test_a_group_is_made_of_rights_that_do_something_here(operator: Client) -> None:
    form = operator.get(reverse("admin:auth_group_add")).context["adminform"].form
    columns = dict(form.fields["permissions"].widget.choices)
    assert list(columns) == ["See", "Add and change", "Do"]
    assert "low stock" in [label for _, label in columns["See"]]
    assert "retry and dismiss parked commands" in [label for _, label in columns["Do"]]
    assert not [label for rights in columns.values() for _, label in rights if "session" in label or "delete" in label]
    repairs = Permission.objects.get(codename="repair_command")
    operator.post(reverse("admin:auth_group_add"), {"name": "night shift", "permissions": [repairs.pk]})
    assert set(Group.objects.get(name="night shift").permissions.all()) == {repairs}
