"""Writing the draft of a finding, and sealing it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from sources.direct import insert
from sources.errors import Gap, Invalid, Unmet
from sources.operations import Keep, assign, lock, save_row
from sources.people import Role, require
from sources.prepared import Prepared
from sources.rows import fresh
from sources.texts import clean, clean_line
from statements import chain, sealing, search
from statements.models import Citation, Claim, Correction, Draft, Verdict
from statements.models.verdict import FINDING_LENGTH
from statements.operations.common import display_name, lock_for_work
from statements.operations.compared import comparison_part
from statements.spelling import is_spelling_only
from statements.vocabulary import CorrectionKind, Origin, Reason

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DRAFT_FIELDS = (
    "code",
    "commitment_status",
    "finding",
    "rationale",
    "reasons",
    "would_change",
    "as_of",
    "single_source_reason",
    "search_log",
    "revision_kind",
    "public_note",
)
TEXT_FIELDS = ("rationale", "would_change", "single_source_reason", "search_log", "public_note")


@transaction.atomic
def save_draft(
    claim: Claim, *, by: User, version: int | None = None, reason: str = "", **values: Any
) -> Draft:
    """Writes the finding being worked on; the first to write is its author.

    `version` is the draft's, as it was read; without it the draft as it stands is taken.
    """
    require(by, Role.CHECKER, "write findings")
    claim = lock_for_work(claim)
    known = Draft.objects.filter(claim=claim).first()
    draft = lock(known, version=version) if known else Draft(claim=claim, author=by)
    changed = assign(draft, tidy_finding(values), DRAFT_FIELDS)
    if draft.pk and not changed:
        return draft
    draft.last_editor = by
    draft.author = draft.author or by
    save_row(draft, by=by, reason=reason or ", ".join(changed))
    search.refresh_for_staff([claim.pk])
    return draft


def tidy_finding(values: dict[str, Any]) -> dict[str, Any]:
    """Returns the values as they may be stored; raises `Invalid` naming the field."""
    tidy = dict(values)
    if "finding" in tidy:
        tidy["finding"] = clean_line(tidy["finding"], "finding", most=FINDING_LENGTH)
    for name in TEXT_FIELDS:
        if name in tidy:
            tidy[name] = clean(tidy[name], name)
    for name in ("code", "commitment_status", "revision_kind"):
        if name in tidy:
            tidy[name] = tidy[name] or ""
    if "reasons" in tidy:
        tidy["reasons"] = _known_reasons(tidy["reasons"])
    if tidy.get("as_of") is not None and not isinstance(tidy["as_of"], date):
        raise Invalid("give a day", field="as_of")
    return tidy


def _known_reasons(reasons: Any) -> list[str]:
    given = list(reasons or [])
    for code in given:
        if code not in Reason.values:
            raise Invalid(f"{code} is no reason", field="reasons")
    return [code for code in Reason.values if code in given]


def seal(
    claim: Claim,
    *,
    kind: str,
    finding: sealing.Document,
    author: User | None,
    last_editor: User | None,
    reviewer: User | None,
    at: datetime,
    public_note: str = "",
    origin: str = Origin.OWN,
    based_on: Verdict | None = None,
    keep: Keep = insert,
) -> Verdict:
    """Writes the next revision: a sealed verdict, its citations and, where due, a correction.

    Wording, detail, evidence and statements are those of `based_on` when it is given (a typo or
    "verdict unchanged"), else of the working rows. The claim's pointer is set, not saved.
    """
    previous = _last_revision(claim)
    revision = previous + 1
    about: sealing.Document = {
        "revision": revision,
        "kind": kind,
        "public_note": public_note,
        "origin": origin,
        "imported_from": claim.imported_from.name
        if claim.imported_from and origin == Origin.IMPORTED
        else "",
        "author": display_name(author),
        "last_editor": display_name(last_editor),
        "reviewer": display_name(reviewer),
        "author_id": author.pk if author else None,
        "last_editor_id": last_editor.pk if last_editor else None,
        "reviewer_id": reviewer.pk if reviewer else None,
        "recorded_at": sealing.plain(at),
    }
    if based_on:
        document = {**based_on.sealed, "finding": finding, "about": about}
    else:
        # Who found what is taken over here did not see our counts.
        comparison = comparison_part(claim) if origin == Origin.OWN else None
        document = sealing.compose(claim, finding=finding, about=about, comparison=comparison)
    content = chain.canonical(document)
    status = getattr(claim, "status", None)
    verdict = fresh(
        Verdict,
        claim=claim,
        revision=revision,
        kind=kind,
        public_note=public_note,
        claim_text=document["claim"]["text"],
        short_text=document["claim"]["short_text"],
        claim_kind=document["claim"]["kind"],
        agreement=based_on.agreement if based_on else status.agreement if status else None,
        code=finding["code"],
        commitment_status=finding["commitment_status"],
        finding=finding["finding"],
        rationale=finding["rationale"],
        reasons=finding["reasons"],
        would_change=finding["would_change"],
        as_of=date.fromisoformat(finding["as_of"]),
        author=author,
        last_editor=last_editor,
        reviewer=reviewer,
        origin=origin,
        imported_from=claim.imported_from if origin == Origin.IMPORTED else None,
        recorded_at=at,
        content=content,
        content_sha256=chain.sha256(content),
    )
    keep(verdict)
    _cite(verdict, based_on=based_on, keep=keep)
    claim.live_verdict = verdict
    if previous and kind in CorrectionKind.values:
        actor = reviewer or author
        if actor:
            write_correction(
                claim,
                kind=kind,
                summary=public_note,
                by=actor,
                at=at,
                before=previous,
                after=revision,
                keep=keep,
            )
    return verdict


def _last_revision(claim: Claim) -> int:
    """Returns the number of the last sealed version, 0 before the first (one query)."""
    known = getattr(claim, "_prefetched_objects_cache", {}).get("verdicts")
    rows = _REVISIONS(claim.pk) if known is None else known.all()
    return max((row.revision for row in rows), default=0)


_REVISIONS = Prepared(
    lambda claim: Verdict.objects.filter(claim=claim).order_by("-revision").only("revision")[:1],
    int,
)


def _cite(verdict: Verdict, *, based_on: Verdict | None, keep: Keep) -> None:
    rows: Any = (
        based_on.citations.all() if based_on else verdict.claim.evidence.order_by("position", "id")
    )
    keep(
        *(
            fresh(
                Citation,
                verdict=verdict,
                source_id=row.source_id,
                snapshot_id=row.snapshot_id,
                stance=row.stance,
                position=place,
            )
            for place, row in enumerate(rows)
        )
    )


def write_correction(
    claim: Claim,
    *,
    kind: str,
    summary: str,
    by: User,
    at: datetime,
    before: int | None,
    after: int | None,
    keep: Keep = insert,
) -> Correction:
    """Writes the public note that something published was changed."""
    row = Correction(
        claim=claim,
        kind=kind,
        summary=summary,
        made_at=at,
        made_by=by,
        revision_before=before,
        revision_after=after,
    )
    keep(row)
    return row


def fixed_finding(live: Verdict, fixes: dict[str, str]) -> sealing.Document:
    """Returns the live finding with spelling put right.

    Raises `Unmet` when nothing differs or when more than spelling does: other numbers, or a
    text that says something else than what was published (DOMAIN §4, fix_typo).
    """
    finding: sealing.Document = dict(live.sealed["finding"])
    tidy = tidy_finding({name: text for name, text in fixes.items() if text})
    changed = {name: text for name, text in tidy.items() if text != finding[name]}
    if not changed:
        raise Unmet((Gap("write the text with the typo put right", "fix-finding"),))
    gaps = tuple(
        Gap(
            f"this changes more than spelling in the {name.replace('_', ' ')}: reopen the claim",
            f"fix-{name}",
        )
        for name, text in changed.items()
        if not is_spelling_only(finding[name], text)
    )
    if gaps:
        raise Unmet(gaps)
    return finding | changed


def draft_from(verdict: Verdict, *, by: User) -> Draft:
    """Lets the draft start as a copy of a verdict, written by who reopened the claim."""
    draft = Draft.objects.filter(claim=verdict.claim).first() or Draft(claim=verdict.claim)
    finding = verdict.sealed["finding"]
    for name in DRAFT_FIELDS:
        if name in finding:
            value = finding[name]
            setattr(draft, name, date.fromisoformat(value) if name == "as_of" else value)
    draft.revision_kind, draft.public_note = "", ""
    draft.author = draft.last_editor = by
    return save_row(draft, by=by, reason=f"copy of revision {verdict.revision}")
