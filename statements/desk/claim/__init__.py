"""The workbench of one claim, a file a part of the page."""

from statements.desk.claim.page import ClaimAddPage, ClaimPage

__all__ = ["ClaimAddPage", "ClaimPage"]
