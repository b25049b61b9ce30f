"""Gathering what speaks for and against a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from sources.errors import Invalid
from sources.models import Snapshot, Source
from sources.operations import assign, hold, lock, save_row, store
from sources.people import Role, require
from sources.texts import clean, clean_line
from statements import fragments
from statements.anchors import CONTEXT
from statements.models import Claim, Evidence, Reading
from statements.operations.claims import DETAIL_FIELDS
from statements.operations.common import lock_for_work
from statements.operations.following import look_now
from statements.operations.statements import set_anchor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

EVIDENCE_FIELDS = ("stance", "fragment", "note", "waiver")
READING_FIELDS = tuple(name for name in DETAIL_FIELDS["quantity"] if not name.endswith("_event"))


@transaction.atomic
def attach_evidence(
    claim: Claim,
    *,
    by: User,
    source: Source,
    stance: str,
    snapshot: Snapshot | None = None,
    quote: str = "",
    near: int | None = None,
    fragment: str = "",
    note: str = "",
    waiver: str = "",
    reading: dict[str, Any] | None = None,
) -> Evidence:
    """Cites a source for or against a claim, with a quote of its snapshot and a typed reading.

    Where the words stand several times, those `near` a position in the text are meant. A
    `fragment` is a place in a recording or picture, as `statements.fragments` reads it.

    Without a `snapshot` the source's newest one is taken, unless a `waiver` says why there is
    none. Raises `Invalid` when the snapshot does not hold the quote.
    """
    require(by, Role.CHECKER, "cite evidence")
    claim = lock_for_work(claim)
    source = source.work
    last = claim.evidence.aggregate(last=Max("position"))["last"]
    row = Evidence(
        claim=claim, source=source, added_by=by, position=0 if last is None else last + 1
    )
    if snapshot is None and not waiver:
        snapshot = Snapshot.objects.of_work(source).last_seen_first().first()
    prefix, suffix = around(snapshot, near, quote)
    set_anchor(row, source=source, snapshot=snapshot, quote=quote, prefix=prefix, suffix=suffix)
    _fill(row, stance=stance, fragment=fragment, note=note, waiver=waiver)
    save_row(row, by=by, reason="cited")
    look_now(row, source)
    if reading:
        _type_reading(row, reading)
    return row


@transaction.atomic
def update_evidence(
    evidence: Evidence,
    *,
    by: User,
    version: int | None = None,
    snapshot: Snapshot | None = None,
    quote: str | None = None,
    reason: str = "",
    **values: Any,
) -> Evidence:
    """Changes a piece of evidence; with a `quote` it is anchored anew ("" takes the anchor away)."""
    require(by, Role.CHECKER, "cite evidence")
    lock_for_work(evidence.claim)
    row = lock(evidence, version=version)
    _anchor_anew(row, snapshot=snapshot or row.snapshot, quote=quote)
    _fill(row, **values)
    save_row(row, by=by, reason=reason or "changed")
    look_now(row, row.source)
    return row


def around(snapshot: Snapshot | None, near: int | None, quote: str) -> tuple[str, str]:
    """Returns what stands around words at a position, by which the place is told from others."""
    if snapshot is None or near is None:
        return "", ""
    end = near + len(quote.strip())
    return snapshot.text[max(0, near - CONTEXT) : near], snapshot.text[end : end + CONTEXT]


def _anchor_anew(row: Evidence, *, snapshot: Snapshot | None, quote: str | None) -> None:
    """Points at another quote, or at the same words of another copy: there, by what is around."""
    if quote is None or quote.strip() == row.quotation:
        if snapshot != row.snapshot:
            set_anchor(
                row, source=row.source, snapshot=snapshot, quote=row.quotation,
                prefix=row.prefix, suffix=row.suffix,
            )  # fmt: skip
        return
    set_anchor(row, source=row.source, snapshot=snapshot, quote=quote)


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, version: int | None = None) -> None:
    """Takes a piece of evidence away from the working copy; its history stays."""
    require(by, Role.CHECKER, "cite evidence")
    lock_for_work(evidence.claim)
    row = lock(evidence, version=version)
    row._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    row._change_reason = "removed"  # type: ignore[attr-defined]  # read by simple_history
    row.delete()


@transaction.atomic
def set_reading(
    evidence: Evidence, *, by: User, version: int | None = None, **values: Any
) -> Reading:
    """Types the number inside a piece of evidence (fields of `Reading`).

    `version` is the evidence's, which moves on by one; without it the evidence as it stands is
    taken.
    """
    require(by, Role.CHECKER, "cite evidence")
    lock_for_work(evidence.claim)
    row = hold(evidence) if version is None else lock(evidence, version=version)
    reading = _type_reading(row, values)
    save_row(row, by=by, reason=f"reading: {reading}")
    return reading


@transaction.atomic
def remove_reading(evidence: Evidence, *, by: User, version: int | None = None) -> None:
    """Takes the typed number away from a piece of evidence."""
    require(by, Role.CHECKER, "cite evidence")
    lock_for_work(evidence.claim)
    row = hold(evidence) if version is None else lock(evidence, version=version)
    Reading.objects.filter(evidence=row).delete()
    save_row(row, by=by, reason="reading taken away")


def _type_reading(evidence: Evidence, values: dict[str, Any]) -> Reading:
    row = Reading.objects.filter(evidence=evidence).first() or Reading(evidence=evidence)
    assign(row, values, READING_FIELDS)
    store(row)
    return row


def _fill(row: Evidence, **values: Any) -> None:
    for name in ("note", "waiver"):
        if name in values:
            values[name] = clean(values[name], name, most=4_000)
    if "fragment" in values:
        try:
            values["fragment"] = fragments.read(clean_line(values["fragment"], "fragment"))
        except ValueError as error:
            raise Invalid(str(error), field="fragment") from error
    assign(row, values, EVIDENCE_FIELDS)
    if row.snapshot is not None and row.waiver:
        raise Invalid("there is a snapshot: take the waiver out", field="waiver")
