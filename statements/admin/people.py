"""Users, their roles and their tokens: kept by administrators, deactivated and never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html

from sources.admin.fields import row_key
from sources.people import Role, may_administer
from statements.admin.base import RoleAdmin, admin_url, may_look


class ForAdministrators(RoleAdmin):
    """Rights of pages that only the admin group, or a superuser, sees."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request.user) and may_administer(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request) and may_touch(request.user, obj)


def may_touch(by: Any, user: Any) -> bool:
    """A superuser's account is kept by superusers: else an administrator could become one."""
    return bool(by.is_superuser) or not getattr(user, "is_superuser", False)


class PersonAdmin(ForAdministrators, UserAdmin):
    list_display = ["username", "full_name", "email", "roles", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "groups"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        (
            "Rights",
            {
                "fields": ["is_active", "is_staff", "groups", "is_superuser"],
                "description": (
                    "The groups are the roles. Without “staff status” nobody reaches the desk. "
                    "Somebody who leaves is made inactive: what they did keeps their name."
                ),
            },
        ),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    )
    add_fieldsets = ((None, {"fields": ["username", "usable_password", "password1", "password2"]}),)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def full_name(self, user: User) -> str:
        return user.get_full_name()

    def roles(self, user: User) -> str:
        labels = dict(Role.choices)
        return ", ".join(labels.get(group.name, group.name) for group in user.groups.all())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        read_only = list(super().get_readonly_fields(request, obj))
        return read_only if request.user.is_superuser else [*read_only, "is_superuser"]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.filter(name__in=Role.values)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        return (
            False
            if lookup.startswith("password")
            else super().lookup_allowed(lookup, value, request)
        )


class TokenAdmin(ForAdministrators):
    """Tokens of the API. A token's key is shown once, when it is made."""

    list_display = ["user", "created", "revoke"]
    list_display_links = None
    list_select_related = ["user"]
    search_fields = ["user__username"]
    autocomplete_fields = ["user"]
    fields = ["user"]
    ordering = ["-created"]

    def revoke(self, token: Any) -> str:
        address = admin_url(self.opts, "delete", token.user_id)
        return format_html('<a href="{}">Revoke</a>', address)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        # By its user: the key is the secret, and must not stand in an address.
        pk = row_key(object_id)
        return None if pk is None else self.get_queryset(request).filter(user_id=pk).first()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request) and may_touch(
            request.user, getattr(obj, "user", None)
        )

    def rows_for(self, db_field: Any, request: HttpRequest) -> Any:
        people = User.objects.filter(is_active=True)
        return people if request.user.is_superuser else people.filter(is_superuser=False)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        messages.success(
            request,
            format_html(
                "The token of {} is <code>{}</code>. Copy it now: it is not shown again.",
                obj.user,
                obj.key,
            ),
        )
        return HttpResponseRedirect(admin_url(self.opts, "changelist"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The log keeps object ids, and a token's id is its secret: nothing is logged."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """As with additions."""
