"""Who may sign in, and what each may do: by groups, as nobody remembers what single persons were once allowed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Count, ManyToManyField, Model, Q, QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from base.admin.column import Shown, as_written
from base.admin.reach import reach_of
from base.admin.window import Kept, words
from inventory.db.access import EVERY_STORE
from project.admin.let_on import NewUserForm, StoresField, UserForm, users_within
from project.admin.rights import GroupForm

# What Django's types say of these two is of its own base class, and these have another one besides.
DjangoUserAdmin: Any = auth.UserAdmin
DjangoGroupAdmin: Any = auth.GroupAdmin

WHEN = tuple(as_written(User, field) for field in ("last_login", "date_joined"))

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(Kept, DjangoUserAdmin):
    """Whoever is no superuser sees, makes and changes those who may do no more than they may themselves."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "in_groups", "sees", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    found_by = {words: ["username__icontains", "first_name__icontains", "last_name__icontains", "email__icontains"]}
    filter_horizontal = ()
    readonly_fields = WHEN

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request).prefetch_related("groups", "stores", "user_permissions")
        return users

    def reached(self, request: HttpRequest, rows: QuerySet[User]) -> QuerySet[User]:
        if request.user.is_superuser:
            return rows
        beyond = rights_beyond(request)
        within = users_within(rows, reach_of(request).stores).filter(is_superuser=False)
        return within.exclude(groups__permissions__in=beyond).exclude(user_permissions__in=beyond)

    def is_in_reach(self, request: HttpRequest) -> bool:
        return True

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        """Nobody locks themselves out."""
        fixed = ("is_active", "is_superuser", "groups") if obj == request.user else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        stores = ("every_store", "stores") if reach_of(request).stores is None else ("stores",)
        let_on = [] if obj == request.user else [("Sees", {"fields": stores})]
        may = ("is_active", "is_superuser", "groups") if request.user.is_superuser else ("is_active", "groups")
        person = ("Person", {"fields": ("first_name", "last_name", "email")})
        if obj is None:
            new = ("username", "usable_password", "password1", "password2")
            return [(None, {"fields": new}), person, ("May", {"fields": may}), *let_on]
        signs_in = (None, {"fields": ("username", "password")})
        return [signs_in, person, ("May", {"fields": may}), *let_on, ("When", {"fields": WHEN})]

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **named: Any
    ) -> Any:
        if db_field.name == "groups":
            named |= {"queryset": groups_within(request), "widget": UnfoldAdminCheckboxSelectMultipleWidget}
            named["help_text"] = "What the user may do is what all of these may."
        return super().formfield_for_manytomany(db_field, request, **named)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **named: Any) -> Any:
        form = super().get_form(request, obj, change=change, **named)
        reached = reach_of(request).stores
        form.base_fields["stores"] = StoresField(reached)
        # A field that the page does not show would be taken from who sends it all the same.
        for field in ("every_store", "stores") if obj == request.user else () if reached is None else ("every_store",):
            del form.base_fields[field]
        return form

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A user is somebody who works in the admin: there is nothing else to sign in to."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.display(description="groups")
    def in_groups(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description="stores")
    def sees(self, user: Any) -> str:
        has_all = user.is_superuser or any(one.codename == EVERY_STORE for one in user.user_permissions.all())
        return "every store" if has_all else ", ".join(sorted(store.code for store in user.stores.all()))


def rights_beyond(request: HttpRequest) -> QuerySet[Permission]:
    """Those that who asks has not."""
    own = Q(user=request.user.pk) | Q(group__user=request.user.pk)
    return Permission.objects.exclude(pk__in=Permission.objects.filter(own).values("pk"))


def groups_within(request: HttpRequest) -> QuerySet[Group]:
    """Those that nobody may do more by than who asks."""
    groups = Group.objects.order_by("name")
    return groups if request.user.is_superuser else groups.exclude(permissions__in=rights_beyond(request))


@admin.register(Group)
class GroupAdmin(Kept, DjangoGroupAdmin):
    """For superusers: a group gives rights to whoever is in it."""

    form = GroupForm
    list_display = ("name", "members")
    fields = ("name", "permissions")
    found_by = {words: ["name__icontains"]}
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        groups: QuerySet[Any] = super().get_queryset(request).annotate(count=Count("user"))
        return groups

    @admin.display(description="users")
    def members(self, group: Any) -> int:
        return int(group.count)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)
