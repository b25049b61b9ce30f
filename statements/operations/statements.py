"""Recording what was said, where its words stand, and putting a published statement right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sources.errors import Invalid, NotAllowed, NotPossible
from sources.models import AnchoredRow, Snapshot, Source
from sources.operations import assign, check, hold, lock, raise_publication_number, save_row, store
from sources.people import Role, require
from sources.texts import clean, clean_line
from statements import anchors, search
from statements.models import (
    Appearance,
    Correction,
    Occasion,
    Speaker,
    SpeakerRole,
    Statement,
    StatementCorrection,
)
from statements.operations.common import is_frozen, is_public
from statements.operations.following import look_now
from statements.seen import is_speaker_seen
from statements.vocabulary import CorrectionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Frozen once a claim that rests on the statement is in review or was published.
FROZEN_FIELDS = ("speaker", "text", "said_edtf", "fidelity", "language")
STATEMENT_FIELDS = (*FROZEN_FIELDS, "said_words", "occasion", "place")
SPEAKER_FIELDS = ("name", "kind", "aliases", "wikidata_id", "description")


@transaction.atomic
def save_speaker(
    speaker: Speaker | None = None,
    *,
    by: User,
    version: int | None = None,
    external_ref: str = "",
    **values: Any,
) -> Speaker:
    """Adds a speaker or changes one; a name is shown with every statement."""
    require(by, Role.CONTRIBUTOR, "keep speakers")
    row = lock(speaker, version=version) if speaker else Speaker(external_ref=external_ref)
    name = values.get("name", row.name)
    values["name"] = clean_line(name, "name", required="give the speaker a name", most=200)
    if "aliases" in values:
        values["aliases"] = clean(values["aliases"], "aliases", most=4_000)
    changed = assign(row, values, SPEAKER_FIELDS)
    if row.pk and not changed:
        return row
    is_known = bool(row.pk)
    save_row(row, by=by, reason=", ".join(changed))
    if is_known and {"name", "aliases"} & set(changed):
        search.refresh_where(Q(occurrences__statement__speaker=row))
    if is_known and is_speaker_seen(row.pk):
        raise_publication_number()
    return row


@transaction.atomic
def add_speaker_role(speaker: Speaker, *, by: User, **values: Any) -> SpeakerRole:
    """Adds an office that the speaker held: title, organisation, valid_from, valid_to."""
    require(by, Role.CONTRIBUTOR, "keep speakers")
    role = SpeakerRole(speaker=speaker)
    assign(role, values, ("title", "organisation", "valid_from", "valid_to"))
    role.title = clean_line(role.title, "title", required="name the office", most=200)
    store(role)
    if is_speaker_seen(speaker.pk):
        raise_publication_number()
    return role


@transaction.atomic
def add_occasion(*, by: User, title: str, **values: Any) -> Occasion:
    """Returns the occasion of this title and day, adding it when it is not known."""
    require(by, Role.CONTRIBUTOR, "add occasions")
    title = clean_line(title, "title", required="give the occasion a title", most=300)
    held = values.get("held_edtf", "")
    known = Occasion.objects.filter(title=title, held_edtf=held).first()
    if known:
        return known
    occasion = Occasion(title=title)
    assign(occasion, values, ("held_edtf", "place"))
    store(occasion)
    return occasion


@transaction.atomic
def record_statement(
    *, by: User, speaker: Speaker, text: str, external_ref: str = "", **values: Any
) -> Statement:
    """Stores who said what, when and where (fields of `Statement`)."""
    require(by, Role.CONTRIBUTOR, "record statements")
    row = Statement(speaker=speaker, external_ref=external_ref, created_by=by)
    row.text = clean(text, "text", required="write down the words that were said")
    assign(row, values, STATEMENT_FIELDS)
    return save_row(row, by=by, reason="recorded")


@transaction.atomic
def update_statement(
    statement: Statement, *, by: User, version: int | None = None, reason: str = "", **values: Any
) -> Statement:
    """Changes a statement; what is frozen of a published one takes two editors."""
    require(by, Role.CONTRIBUTOR, "change statements")
    row = lock(statement, version=version)
    if "text" in values:
        values["text"] = clean(
            values["text"], "text", required="write down the words that were said"
        )
    changed = assign(row, values, STATEMENT_FIELDS)
    if not changed:
        return row
    if set(changed) & set(FROZEN_FIELDS) and is_frozen(row):
        raise NotPossible(
            "a claim that rests on these words is in review or was published: "
            "propose a correction of the statement, and a second editor confirms it"
        )
    save_row(row, by=by, reason=reason or ", ".join(changed))
    search.refresh_where(Q(occurrences__statement=row))
    if is_public(row):
        raise_publication_number()
    return row


# ---- where the words stand ------------------------------------------------------------------


@transaction.atomic
def link_appearance(
    statement: Statement,
    *,
    by: User,
    source: Source,
    snapshot: Snapshot | None = None,
    quote: str = "",
    is_first: bool = False,
    time_code_seconds: int | None = None,
) -> Appearance:
    """Ties a statement to a source and, with a quote, to exact characters of its snapshot.

    On a statement of a published claim it comes late: a second editor confirms it. Raises
    `Invalid` when the snapshot does not hold the quote.
    """
    require(by, Role.CONTRIBUTOR, "link sources")
    source = source.work
    row = Appearance(
        statement=statement,
        source=source,
        is_first=is_first,
        time_code_seconds=time_code_seconds,
        added_by=by,
        is_late=is_frozen(statement) or is_public(statement),
    )
    set_anchor(row, source=source, snapshot=snapshot, quote=quote)
    store(row)
    look_now(row, source)
    return row


@transaction.atomic
def unlink_appearance(appearance: Appearance, *, by: User) -> None:
    """Takes the link of a source away; one that the public sees stays."""
    require(by, Role.CONTRIBUTOR, "unlink sources")
    row = hold(appearance)
    if row.is_shown and (is_frozen(row.statement) or is_public(row.statement)):
        raise NotPossible("this source is shown with a published statement: it stays")
    row.delete()


def set_anchor(
    row: AnchoredRow,
    *,
    source: Source,
    snapshot: Snapshot | None,
    quote: str,
    prefix: str = "",
    suffix: str = "",
) -> None:
    """Points a row at a quote in a snapshot of the source, or at no place in particular."""
    if snapshot is not None and snapshot.source.work_id != source.work_id:
        raise Invalid("this snapshot belongs to another source", field="snapshot")
    row.snapshot = snapshot  # type: ignore[attr-defined]  # both anchored models have it
    row.exact, row.prefix, row.suffix, row.shortened = "", "", "", ""
    row.start = row.end = None
    if not quote.strip():
        return
    if snapshot is None:
        raise Invalid("choose the snapshot that holds these words", field="snapshot")
    try:
        found = anchors.find(snapshot.text, quote, prefix=prefix, suffix=suffix)
    except anchors.QuoteNotFound as error:
        raise Invalid(f"{error}: copy them from the snapshot", field="quote") from error
    row.exact, row.prefix, row.suffix = found.exact, found.prefix, found.suffix
    row.start, row.end, row.shortened = found.start, found.end, found.shortened


# ---- putting a published statement right ----------------------------------------------------


@transaction.atomic
def propose_statement_correction(
    statement: Statement, *, by: User, explanation: str, **changes: Any
) -> StatementCorrection:
    """Proposes to put right what is frozen of a statement; a second editor decides."""
    require(by, Role.EDITOR, "correct published statements")
    row = hold(statement)
    if not is_frozen(row):
        raise NotPossible("nothing published rests on this statement: change it directly")
    if "text" in changes:
        changes["text"] = clean(changes["text"], "text", required="write down the words")
    differing = assign(row, changes, FROZEN_FIELDS)
    if not differing:
        raise Invalid("change the speaker, the date or the words", field="text")
    check(row)
    stored = {name: changes[name] for name in differing}
    if "speaker" in stored:
        stored["speaker"] = stored["speaker"].public_id
    proposal = StatementCorrection(
        statement=row,
        changes=stored,
        explanation=clean(explanation, "explanation", required="explain the correction"),
        proposed_by=by,
    )
    store(proposal)
    return proposal


@transaction.atomic
def confirm_statement_correction(proposal: StatementCorrection, *, by: User) -> Statement:
    """Carries a proposed correction out and, where the public saw the words, says so in public."""
    require(by, Role.EDITOR, "correct published statements")
    row = hold(proposal)
    if not row.is_open:
        raise NotPossible("this correction is confirmed or withdrawn already")
    if row.proposed_by_id == by.pk:
        raise NotAllowed("ask a second editor to confirm your correction")
    statement = hold(row.statement)
    if not is_frozen(statement):
        raise NotPossible(
            "nothing published rests on this statement any more: withdraw the correction and "
            "change the statement directly"
        )
    changes = dict(row.changes)
    if "speaker" in changes:
        changes["speaker"] = Speaker.objects.get(public_id=changes["speaker"])
    assign(statement, changes, FROZEN_FIELDS)
    save_row(statement, by=by, reason=f"correction: {row.explanation}"[:300])
    now = timezone.now()
    row.confirmed_by, row.confirmed_at = by, now
    row.save()
    search.refresh_where(Q(occurrences__statement=statement))
    if is_public(statement):  # of what nobody saw, nothing is told
        Correction(
            statement=statement,
            kind=CorrectionKind.CORRECTION,
            summary=row.explanation,
            made_at=now,
            made_by=by,
        ).save(force_insert=True)
        raise_publication_number()
    return statement


@transaction.atomic
def withdraw_statement_correction(
    proposal: StatementCorrection, *, by: User
) -> StatementCorrection:
    """Takes a proposed correction back."""
    require(by, Role.EDITOR, "correct published statements")
    row = hold(proposal)
    if not row.is_open:
        raise NotPossible("this correction is confirmed or withdrawn already")
    row.withdrawn_at = timezone.now()
    row.save()
    return row
