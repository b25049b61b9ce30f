"""Roles: who may do what is membership in a group, for superusers as for everybody."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices

from sources.errors import NotAllowed


class Role(TextChoices):
    """Editorial roles, each including the one before it, and the administrator beside them.

    The values are the names of the groups (DOMAIN §4 "Roles").
    """

    CONTRIBUTOR = "contributor", "Contributor"
    CHECKER = "checker", "Fact-checker"
    EDITOR = "editor", "Editor"
    ADMIN = "admin", "Administrator"


RANKS: dict[str, int] = {Role.CONTRIBUTOR: 1, Role.CHECKER: 2, Role.EDITOR: 3}


def group_names(user: Any) -> frozenset[str]:
    """Returns the names of the groups of a user or of nobody, read once per object (one query)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return frozenset()
    known: frozenset[str] | None = getattr(user, "_group_names", None)
    if known is None:
        known = frozenset(user.groups.values_list("name", flat=True))
        user._group_names = known
    return known


def role_of(user: Any) -> Role | None:
    """Returns the highest editorial role; being a superuser gives none."""
    held = [name for name in group_names(user) if name in RANKS]
    return Role(max(held, key=RANKS.__getitem__)) if held else None


def has_role(user: Any, role: Role) -> bool:
    """Says whether the user holds `role` or, among editorial roles, one above it."""
    names = group_names(user)
    if role == Role.ADMIN:
        return Role.ADMIN in names
    return any(RANKS.get(name, 0) >= RANKS[role] for name in names)


def may_administer(user: Any) -> bool:
    """Says whether the user keeps users and settings: the admin group, or a superuser."""
    return has_role(user, Role.ADMIN) or bool(
        getattr(user, "is_active", False) and getattr(user, "is_superuser", False)
    )


def require(user: Any, role: Role, to: str) -> None:
    """Raises `NotAllowed` unless the user holds the role; `to` completes "… may <to>"."""
    if not has_role(user, role):
        raise NotAllowed(f"only {ARTICLES[role]} may {to}")


ARTICLES: dict[str, str] = {
    Role.CONTRIBUTOR: "a contributor, a fact-checker or an editor",
    Role.CHECKER: "a fact-checker or an editor",
    Role.EDITOR: "an editor",
    Role.ADMIN: "an administrator",
}
