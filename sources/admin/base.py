"""What every page of the admin shares: rights by role, and lists that stay fast.

Rights come from membership in a group, never from being a superuser (DOMAIN §4 "Roles"). The
operations check them again; here they decide which pages and buttons there are.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sources.admin.fields import RowField
from sources.errors import Refused
from sources.operations import raise_publication_number
from sources.people import Role, has_role, may_administer, role_of

MOST_COUNTED = 5_000


class CappedPaginator(Paginator):
    """Counts no more rows than a person pages through: a COUNT over a million rows is slow."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if isinstance(rows, models.QuerySet):
            return rows.order_by()[:MOST_COUNTED].count()
        return len(rows)


def may_look(user: Any) -> bool:
    """Says whether somebody may see the desk: staff with a role, or who keeps users."""
    return bool(
        user.is_authenticated
        and user.is_active
        and user.is_staff
        and (role_of(user) or may_administer(user))
    )


class RoleAdmin(admin.ModelAdmin):
    """An admin page whose rights are roles: everybody at the desk looks, roles add and change."""

    add_role: Role | None = Role.CONTRIBUTOR
    change_role: Role | None = Role.CONTRIBUTOR
    # The public sees the name of such a row: saving it is a public change.
    is_public_change = False

    actions: Any = None
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    save_on_top = False
    show_facets = admin.ShowFacets.NEVER

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Gives links our own combobox: the stock one styles itself inline and has no label."""
        if db_field.name in self.autocomplete_fields and isinstance(db_field, models.ForeignKey):
            target = self.admin_site.get_model_admin(db_field.remote_field.model)
            return RowField(
                self.rows_for(db_field, request),
                names=tuple(target.search_fields),
                source=f"{self.opts.label_lower}.{db_field.name}",
                required=not db_field.blank,
                label=db_field.verbose_name.capitalize(),
                help_text=db_field.help_text,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def rows_for(self, db_field: Any, request: HttpRequest) -> Any:
        """Returns the rows that a link may point to."""
        return db_field.remote_field.model._default_manager.all()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.add_role) and _holds(request, self.add_role)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.change_role) and _holds(request, self.change_role)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = {"title": str(self.opts.verbose_name_plural).capitalize()}
        return super().changelist_view(request, title | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            was_seen = self.is_seen(obj)
            super().save_model(request, obj, form, change)
            self.follow(obj)
            if self.is_public_change and (was_seen or self.is_seen(obj)):
                raise_publication_number()

    def is_seen(self, row: Any) -> bool:
        """Says whether the public sees the row as it stands in the database."""
        return True

    def follow(self, row: Any) -> None:
        """Does what else must be done once a row is saved, in the same transaction."""


class OperationAdmin(RoleAdmin):
    """Rows with Django's own form that an operation saves."""

    def save_row(self, row: Any, values: dict[str, Any], *, by: Any) -> Any:
        """Saves what the form holds and returns the row; `row` is None for a new one."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        saved = self.save_row(obj if change else None, form.cleaned_data, by=request.user)
        obj.pk = saved.pk

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:  # mostly: somebody else was a moment faster
            messages.error(request, f"Nothing was saved: {refused}.")
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(name))


class SealedAdmin(RoleAdmin):
    """Rows that are written once, by operations: here they are only read."""

    add_role = None
    change_role = None


def _holds(request: HttpRequest, role: Role | None) -> bool:
    return role is not None and may_look(request.user) and has_role(request.user, role)
