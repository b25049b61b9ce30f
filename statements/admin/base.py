"""What the admin of statements shares with that of sources."""

from sources.admin.base import RoleAdmin, SealedAdmin, may_look
from sources.admin.pages import PageAdmin, RowPage, admin_url
from sources.operations import is_used

__all__ = [
    "PageAdmin",
    "RoleAdmin",
    "RowPage",
    "SealedAdmin",
    "admin_url",
    "is_used",
    "may_look",
]
