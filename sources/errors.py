"""Refusals: what an operation raises when it changes nothing, in words for people.

Each carries a stable `code` and the HTTP status that the API answers with (DESIGN §4).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: what it is in words, and the field where it is mended.

    `rule` names the guard ("G1" … "G5", or "" for anything else); `field` is an anchor on the
    claim's page in the desk ("draft-finding", "evidence").
    """

    words: str
    field: str = ""
    rule: str = ""


class Refused(Exception):
    """An operation did not happen. Nothing was changed."""

    code = "refused"
    http_status = 400

    def __init__(self, words: str, *, gaps: tuple[Gap, ...] = (), field: str = "") -> None:
        super().__init__(words)
        self.gaps = gaps or (Gap(words, field),)
        self.field = field


class Invalid(Refused):
    """What was sent cannot be understood or stored: `field` names the culprit."""

    code = "invalid"
    http_status = 400


class NotAllowed(Refused):
    """The person does not have the role that this needs."""

    code = "not_allowed"
    http_status = 403


class NotPossible(Refused):
    """Not possible in the present state of things."""

    code = "not_possible"
    http_status = 409


class Stale(NotPossible):
    """Somebody else changed the row since it was read."""

    code = "stale"

    def __init__(self, words: str, *, current_version: int) -> None:
        super().__init__(words)
        self.current_version = current_version


class Unmet(Refused):
    """One or more guards are not met; `gaps` says which."""

    code = "unmet"
    http_status = 422

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        super().__init__("; ".join(gap.words for gap in gaps), gaps=gaps)


class CaptureFailed(Exception):
    """A page could not be fetched and kept; nothing of it was stored. The words say why.

    `may_pass` says that another try later may do; `is_gone`, that the server says it is gone;
    `was_reached`, that the page was sent, or that the fault is ours.
    """

    def __init__(
        self,
        words: str,
        *,
        may_pass: bool = False,
        is_gone: bool = False,
        was_reached: bool = False,
        http_status: int = 0,
    ) -> None:
        super().__init__(words)
        self.may_pass = may_pass
        self.is_gone = is_gone
        self.was_reached = was_reached
        self.http_status = http_status
