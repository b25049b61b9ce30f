"""All that a claim's page shows, as plain values (DOMAIN §7, in that order).

The finding and all it rests on come from the sealed document of the live verdict. The claim's own
rows are shown only where the public may see them as they stand: topics, confirmed statements,
confirmed links, corrections.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote as percent

from django.utils.safestring import SafeString

from statements import as_of, shown_claim
from statements.models import Claim, Correction, Occurrence, Statement, Verdict
from statements.models.statement import setting_words
from statements.public import sealed, words
from statements.public.cards import (
    Badge,
    Link,
    Note,
    badge_of,
    claim_path,
    foreign,
    public_wording,
    said_words,
    state_note,
)
from statements.public.claim_history import Moment, is_retraction, kind_of_answer, moments_of
from statements.public.claim_review import structured_of
from statements.public.compared import Compared, compared_of
from statements.public.frame import Frame
from statements.public.pages import absolute
from statements.public.repeated import Repeated, repeated_of
from statements.public.sealed import Document, Figures, Quote, ReplyView, Row, StanceView
from statements.vocabulary import CorrectionKind, Origin

MOST_BANNERS = 3
NOT_OUR_RULES = (
    "Our own rules on evidence, right of reply and a second person were not applied to it."
)

BANNERS: dict[str, str] = {
    CorrectionKind.CLARIFICATION: "Clarified on {day}",
    CorrectionKind.UPDATE: "Updated on {day}",
    CorrectionKind.CORRECTION: "Corrected on {day}",
    CorrectionKind.VERDICT_CHANGE: "Verdict changed on {day}",
    CorrectionKind.RETRACTION: "Retracted on {day}",
}
# How a link reads from either end of it.
RELATIONS: dict[str, tuple[str, str]] = {
    "same_as": ("The same claim", "The same claim"),
    "repeats": ("Repeats", "Repeated by"),
    "narrows": ("Narrows", "Narrowed by"),
    "apparent_conflict": ("Seems to conflict with", "Seems to conflict with"),
    "contradicts": ("Contradicts", "Contradicted by"),
}


@dataclass(frozen=True, slots=True)
class Byline:
    """Who said it, in which role then, when and where."""

    speaker: Link
    role: str
    said: str
    setting: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One statement that makes the claim."""

    quote: Quote
    speaker: Link
    detail: str
    fidelity: str
    url: str
    sources: list[Link]


@dataclass(frozen=True, slots=True)
class Relation:
    """A link to another claim."""

    kind: str
    url: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """Everything on a claim's page; empty parts are left out of it."""

    title: str
    text: str
    language: str
    byline: Byline | None
    topics: list[Link]
    history_url: str
    json_url: str
    bundle_url: str
    citation: str
    report_url: str
    notes: list[Note]
    sayings: list[Saying]
    repeated: Repeated | None
    relations: list[Relation]
    moments: list[Moment]
    structured: SafeString  # the ClaimReview, "" where there is none
    standing: Note | None = None  # in place of an answer: retracted, or being checked
    badge: Badge | None = None
    answer_name: str = ""
    finding: str = ""
    reasons: list[str] = field(default_factory=list)
    answer_meta: str = ""
    figures: Figures | None = None
    compared: Compared | None = None
    rationale: list[str] = field(default_factory=list)
    stances: list[StanceView] = field(default_factory=list)
    evidence_text: str = ""
    single_source_reason: str = ""
    search_log: str = ""
    replies: list[ReplyView] = field(default_factory=list)
    would_change: list[str] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)


def claim_page_of(claim: Claim, frame: Frame, path: str) -> ClaimPage:
    """Returns the page of a listed claim of `shown_claim.claim_with` (2 to 6 further queries).

    `path` is its address. A claim of `as_of.claim_then` emits no ClaimReview: there is one a claim.
    """
    verdict = claim.live_verdict
    document: Document = verdict.sealed if verdict else {}
    verdicts = shown_claim.verdicts_of(claim)
    occurrences = shown_claim.occurrences_of(claim)
    corrections = shown_claim.all_corrections_of(claim)
    topics = shown_claim.topics_of(claim)
    byline = _byline(claim, document, occurrences)
    title = public_wording(claim)
    text = verdict.claim_text if verdict else verdicts[-1].claim_text if verdicts else claim.text
    common: dict[str, Any] = {
        "title": title,
        "text": text,
        "language": foreign(document["claim"]["language"] if document else claim.language),
        "byline": byline,
        "topics": [Link(topic.name, topic.get_absolute_url()) for topic in topics],
        "history_url": f"{path}history/",
        "json_url": f"/api/v1/claims/{claim.public_id}/",
        "bundle_url": f"/claims/{claim.public_id}/bundle.zip"
        if verdict and as_of.moment_of(claim) is None
        else "",
        "citation": _citation(claim, frame, path, title),
        "report_url": _report_url(frame, path, title),
        "standing": _standing(claim, corrections, f"{path}history/"),
        "notes": _notes(claim, corrections, verdicts, f"{path}history/"),
        "sayings": _sayings(occurrences, document),
        "repeated": repeated_of(claim, occurrences),
        "relations": _relations(claim),
        "moments": moments_of(verdicts, corrections),
        "structured": structured_of(
            claim,
            frame,
            document,
            occurrences=occurrences,
            corrections=corrections,
            topics=topics,
            role=byline.role if byline else "",
            setting=byline.setting if byline else "",
        )
        if as_of.moment_of(claim) is None
        else SafeString(""),
    }
    return ClaimPage(**common, **_answer(claim, verdict, document) if verdict else {})


def _answer(claim: Claim, verdict: Verdict, document: Document) -> dict[str, Any]:
    finding, evidence = document["finding"], document["evidence"]
    moment = as_of.moment_of(claim)
    badge = badge_of(verdict.code, verdict.commitment_status)
    sources = {row["source"]["id"] for row in evidence}
    return {
        "badge": badge,
        "answer_name": "Verdict" if verdict.code else "What became of it",
        "finding": verdict.finding,
        "reasons": sealed.reasons_of(verdict.reasons),
        "answer_meta": _answer_meta(claim, verdict),
        "figures": sealed.figures_of(
            document["detail"], finding, on=moment.date() if moment else as_of.today()
        ),
        "compared": compared_of(document),
        "rationale": words.paragraphs(verdict.rationale),
        "stances": sealed.stances_of(
            evidence, shown_claim.gone_sources_of(claim), shown_claim.later_archives_of(claim)
        ),
        "evidence_text": words.count(len(sources), "source", "sources") if sources else "",
        "single_source_reason": finding["single_source_reason"],
        "search_log": finding["search_log"],
        "replies": [sealed.reply_of(reply) for reply in document["reply"]],
        "would_change": words.paragraphs(verdict.would_change),
        "people": _people(verdict, document["about"]),
    }


def _answer_meta(claim: Claim, verdict: Verdict) -> str:
    first, last = words.day_of(claim.first_published_at), words.day_of(verdict.recorded_at)
    parts = [f"As known on {words.day(verdict.as_of)}", f"Published {first}"]
    if verdict.revision > 1:
        parts.append(f"Version {verdict.revision} of {last}")
    return " · ".join(parts)


def _people(verdict: Verdict, about: Document) -> list[Row]:
    if verdict.origin == Origin.IMPORTED:
        return [Row("Checked and published by", about["imported_from"])]
    rows = [Row("Checked by", about["author"])]
    if about["last_editor"] != about["author"]:
        rows.append(Row("Last edited by", about["last_editor"]))
    return [*rows, Row("Reviewed and published by", about["reviewer"])]


def _byline(claim: Claim, document: Document, occurrences: list[Occurrence]) -> Byline | None:
    statement = claim.main_statement
    if statement is None:
        return None
    # Occasion and place come with the occurrences.
    shown = next((row.statement for row in occurrences if row.statement_id == statement.pk), None)
    return Byline(
        speaker=Link(statement.speaker.name, statement.speaker.get_absolute_url()),
        role=_role(statement, document),
        said=said_words(statement),
        setting=_setting(shown) if shown else "",
    )


def _setting(statement: Statement) -> str:
    occasion = statement.occasion.title if statement.occasion else ""
    place = statement.place.name if statement.place else ""
    return setting_words(occasion, place)


def _role(statement: Statement, document: Document) -> str:
    """Returns the role held then: as sealed, else as known now."""
    for row in document.get("statements", ()):
        if row["id"] == statement.public_id:
            same = row["speaker"]["id"] == statement.speaker.public_id
            return str(row["speaker"]["role"]) if same else ""
    role = statement.speaker.role_on(statement.said_on)
    return str(role) if role else ""


def _sayings(occurrences: list[Occurrence], document: Document) -> list[Saying]:
    sealed_rows = {row["id"]: row for row in document.get("statements", ())}
    sayings = []
    for row in occurrences:
        statement = row.statement
        kept = sealed_rows.get(statement.public_id)
        said = [said_words(statement), _setting(statement)]
        sayings.append(
            Saying(
                quote=sealed.said_quote(statement.text, statement.language, statement.fidelity),
                speaker=Link(statement.speaker.name, statement.speaker.get_absolute_url()),
                detail=", ".join(filter(None, said)),
                fidelity=sealed.FIDELITIES.get(statement.fidelity, ""),
                url=statement.get_absolute_url(),
                sources=_appearances(kept) if kept else [],
            )
        )
    return sayings


def _appearances(kept: Document) -> list[Link]:
    return [
        Link(
            f"{row['source']['title']}{' (first known)' if row['is_first'] else ''}",
            f"/sources/{row['source']['id']}/",
        )
        for row in kept["appearances"]
    ]


def _standing(claim: Claim, corrections: list[Correction], history_url: str) -> Note | None:
    """Returns what stands in place of an answer, where there is none."""
    if claim.live_verdict:
        return None
    if claim.was_published:
        explained = next((row for row in corrections if is_retraction(row)), None)
        return Note(
            "retracted",
            f"Retracted on {words.day_of(claim.retracted_at)}",
            tuple(words.paragraphs(explained.summary)) if explained else (),
            Link("What had been published", history_url),
        )
    return Note(
        "checking", "Being checked", ("We are looking into this claim. There is no finding yet.",)
    )


def notice_of(claim: Claim) -> Note | None:
    """Returns what stands above the history of a claim whose finding was withdrawn."""
    if claim.live_verdict or not claim.was_published:
        return None
    told = "What stands below was published and does not hold any more."
    return Note("retracted", f"Retracted on {words.day_of(claim.retracted_at)}", (told,))


def _notes(
    claim: Claim, corrections: list[Correction], verdicts: list[Verdict], history_url: str
) -> list[Note]:
    """Returns the banners below an answer: re-check, import, then corrections, newest first."""
    if claim.live_verdict is None:
        return []
    notes: list[Note] = []
    if state_note(claim):
        notes.append(
            Note(
                "rechecking",
                "Being re-checked",
                ("This claim is being looked at again. Until that is done, the finding stands.",),
            )
        )
    if claim.live_verdict.origin == Origin.IMPORTED:
        notes.append(_imported(claim, claim.live_verdict.recorded_at))
    shown = [row for row in corrections if row.has_banner]
    return notes + [_banner(row, verdicts, history_url) for row in shown[:MOST_BANNERS]]


def _imported(claim: Claim, recorded_at: datetime) -> Note:
    archive = claim.imported_from.name if claim.imported_from else "another archive"
    told = (
        f"{archive} checked this claim and published the finding on "
        f"{words.day_of(claim.first_published_at)}. It was taken over here on "
        f"{words.day_of(recorded_at)}."
    )
    return Note(
        "imported",
        f"Imported from {archive}",
        (told, NOT_OUR_RULES),
    )


def _banner(row: Correction, verdicts: list[Verdict], history_url: str) -> Note:
    title = BANNERS[row.kind].format(day=words.day_of(row.made_at))
    if row.statement_id:
        title = f"Statement corrected on {words.day_of(row.made_at)}"
    labels = {verdict.revision: verdict.label for verdict in verdicts}
    before, after = labels.get(row.revision_before or 0), labels.get(row.revision_after or 0)
    if row.kind == CorrectionKind.VERDICT_CHANGE and before and after:
        title += f": from {before} to {after}"
    return Note(
        "corrected", title, tuple(words.paragraphs(row.summary)), Link("History", history_url)
    )


def _relations(claim: Claim) -> list[Relation]:
    """Returns the links to other claims (one query)."""
    relations = []
    for row in shown_claim.relations_of(claim):
        is_from = row.from_claim_id == claim.pk
        other = row.to_claim if is_from else row.from_claim
        forth, back = RELATIONS[row.kind]
        resolved = "" if row.resolution == "open" else row.get_resolution_display()
        relations.append(
            Relation(
                kind=forth if is_from else back,
                url=claim_path(other),
                text=public_wording(other),
                note=": ".join(filter(None, [resolved, row.note])),
            )
        )
    return relations


def _citation(claim: Claim, frame: Frame, path: str, title: str) -> str:
    verdict = claim.live_verdict
    if verdict is None:
        return ""
    site = frame.site
    who = site.organisation or site.name
    parts = [
        f"{who}: “{title}”. {kind_of_answer(verdict)}: {verdict.label}.",
        f"{site.name}, {words.day_of(claim.first_published_at)}"
        + (
            f" (version {verdict.revision}, {words.day_of(verdict.recorded_at)})."
            if verdict.revision > 1
            else "."
        ),
        absolute(path),
    ]
    return " ".join(parts)


def _report_url(frame: Frame, path: str, title: str) -> str:
    if not frame.site.contact_email:
        return ""
    subject, body = percent(f"Error in: {title}"), percent(f"Page: {absolute(path)}\n\n")
    return f"mailto:{frame.site.contact_email}?subject={subject}&body={body}"
