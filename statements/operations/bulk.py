"""The operations for many new rows at once: what imports write by.

`Bulk` has the operations' names and asks what they ask of a row. It gathers rows, history and
sealed findings and writes them table by table (`sources.bulk`), exactly as the operations would
have written them one by one; a test compares the two column by column. State changes go through
`Bulk.perform`: the table of `statements.workflow`, its guards and its effects, the same functions
as in `perform`, asked of claims that are not in the database yet. So no query is made per row.

What it leaves to its caller: texts come cleaned and within their lengths, codes are known, and
nothing that is given is there already. A row that breaks a rule of the database takes the whole
batch down with it. It is to be used inside one transaction, and `finish` is its last step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils import timezone

from sources.bulk import Writer
from sources.canonical import canonical_address
from sources.errors import Invalid, Unmet
from sources.models import Publisher, Source, VersionedRow
from sources.operations import raise_publication_number, save_row
from sources.rows import fresh
from statements import search, workflow
from statements.models import (
    Appearance,
    Claim,
    Draft,
    Evidence,
    ExternalReview,
    Occasion,
    Occurrence,
    QuantityDetail,
    ReplyRequest,
    Speaker,
    Statement,
    StatusDetail,
    Topic,
)
from statements.operations.actions import (
    gaps_of,
    read_data,
    refuse_relation,
    refuse_role,
    row_that_fits,
)
from statements.operations.at_hand import Known
from statements.operations.bearing import look_again_after_reviews
from statements.operations.common import is_listed
from statements.operations.effects import EFFECTS, Step
from statements.operations.history import record_change
from statements.search.loading import Loading, NewClaim
from statements.vocabulary import ClaimKind, Match, Origin

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import Model

    from statements.workflow import Action


AnyRow = TypeVar("AnyRow", bound="Model")
Row = TypeVar("Row", bound=VersionedRow)

PARTS_OF_CLAIM = ("occurrences", "evidence", "replies", "state_changes", "verdicts")
SINGLE_PARTS_OF_CLAIM = ("draft", "quantity", "status", "commitment")


class Bulk:
    """New rows that one person or a command brings in, at one moment."""

    def __init__(self, *, by: User | None, at: datetime | None = None) -> None:
        self.by = by
        self.at = at or timezone.now()
        self.writer = Writer()
        self.pages: dict[int, list[str]] = {}  # of new claims: topics with a page
        self.rows: list[Model] = []  # new since the last flush
        self.claims: list[Claim] = []  # likewise
        self.renewed: set[int] = set()  # claims that were there, whose documents change
        self.reviews: list[ExternalReview] = []  # of others, on findings of our own
        self.loading = Loading()
        self.is_public_change = False

    # ---- nouns --------------------------------------------------------------------------

    def save_publisher(self, **values: Any) -> Publisher:
        row = fresh(Publisher, **values)
        return self._save(row, reason=_told(row, values))

    def find_or_create_source(self, *, external_ref: str = "", **values: Any) -> Source:
        """Adds a source; its address must not be known yet."""
        url = values.get("url", "")
        row = fresh(
            Source,
            canonical_url=canonical_address(url) if url else "",
            external_ref=external_ref,
            created_by=self.by,
            **values,
        )
        return self._save(row, reason="added")

    def save_speaker(self, *, external_ref: str = "", **values: Any) -> Speaker:
        row = fresh(Speaker, external_ref=external_ref, **values)
        row._prefetched_objects_cache = {"roles": Known()}  # type: ignore[attr-defined]
        return self._save(row, reason=_told(row, values))

    def add_occasion(self, *, title: str, **values: Any) -> Occasion:
        """Adds an occasion; its title and day must not be known yet."""
        row = fresh(Occasion, title=title, **values)
        row.clean()
        return self._add(row)

    def record_statement(
        self, *, speaker: Speaker, text: str, external_ref: str = "", **values: Any
    ) -> Statement:
        row = fresh(
            Statement,
            speaker=speaker,
            text=text,
            external_ref=external_ref,
            created_by=self.by,
            **values,
        )
        row.clean()
        row._prefetched_objects_cache = {"appearances": Known()}  # type: ignore[attr-defined]
        return self._save(row, reason="recorded")

    def link_appearance(
        self,
        statement: Statement,
        *,
        source: Source,
        is_late: bool = False,
        time_code_seconds: int | None = None,
    ) -> Appearance:
        """Ties a statement to a source; `is_late` where a published claim rests on the statement."""
        row = fresh(
            Appearance,
            statement=statement,
            source=source,
            time_code_seconds=time_code_seconds,
            added_by=self.by,
            is_late=is_late,
        )
        known = getattr(statement, "_prefetched_objects_cache", {}).get("appearances")
        if known is not None:
            known.append(row)
        return self._add(row)

    def record_review(self, **values: Any) -> ExternalReview:
        """Adds what another publisher found; the public sees it of what we took over from there."""
        row = fresh(ExternalReview, **values)
        self.is_public_change |= is_printed(row)
        if row.claim is not None and row.claim.live_verdict_id and row.claim.origin == Origin.OWN:
            self.reviews.append(row)
        return self._add(row)

    def add_topic(self, **values: Any) -> Topic:
        return self._add(fresh(Topic, **values))

    def keep_row(self, row: Any) -> Any:
        """Gathers a row that an import keeps for itself."""
        return self._add(row)

    # ---- a claim and its parts ----------------------------------------------------------

    def add_claim(
        self,
        *,
        text: str,
        short_text: str,
        kind: str = ClaimKind.OTHER.value,
        language: str = "en",
        topics: Iterable[Topic] = (),
        external_ref: str = "",
        imported_from: Publisher | None = None,
        public_id: str = "",
    ) -> Claim:
        """Adds a claim; its statements are attached with `attach_occurrence`."""
        claim = fresh(
            Claim,
            text=text,
            short_text=short_text,
            kind=kind,
            language=language,
            created_by=self.by,
            external_ref=external_ref,
            origin=(Origin.IMPORTED if imported_from else Origin.OWN).value,
            imported_from=imported_from,
            **({"public_id": public_id} if public_id else {}),
        )
        claim._prefetched_objects_cache = {  # type: ignore[attr-defined]
            name: Known() for name in PARTS_OF_CLAIM
        }
        for name in SINGLE_PARTS_OF_CLAIM:
            claim._state.fields_cache[name] = None
        self._save(claim, reason="added")
        link = Claim.topics.through
        pages = self.pages[claim.pk] = []
        for topic in topics:
            self._add(fresh(link, claim=claim, topic=topic))
            above = topic.parent
            pages += [page.slug for page in (topic, above) if page and page.has_page]
        return claim

    def attach_occurrence(self, claim: Claim, *, statement: Statement) -> Occurrence:
        """Says that a statement makes a claim; late where the claim was published."""
        row = fresh(
            Occurrence,
            claim=claim,
            statement=statement,
            match=Match.CONFIRMED.value,
            matched_by=self.by,
            added_by=self.by,
            is_late=claim.was_published,
        )
        self._add(row)
        if is_new(claim):
            _parts(claim, "occurrences").append(row)
        else:
            self.renew([claim.pk], is_public=False)  # what joins late is shown when confirmed
        if claim.main_statement_id is None and row.is_shown:
            claim.main_statement = statement
            self._save(claim, reason="statement attached")
        return row

    def set_quantity(self, claim: Claim, **values: Any) -> Claim:
        return self._set_detail(claim, fresh(QuantityDetail, claim=claim, **values))

    def set_status(self, claim: Claim, **values: Any) -> Claim:
        return self._set_detail(claim, fresh(StatusDetail, claim=claim, **values))

    def _set_detail(self, claim: Claim, row: QuantityDetail | StatusDetail) -> Claim:
        if isinstance(row, QuantityDetail):
            row.clean()
        self._add(row)
        return self._save(claim, reason=f"{claim.kind}: {row}"[:300])

    def attach_evidence(
        self, claim: Claim, *, source: Source, stance: str, note: str = "", waiver: str = ""
    ) -> Evidence:
        """Cites a source that has no frozen copy."""
        known = _parts(claim, "evidence")
        row = fresh(
            Evidence,
            claim=claim,
            source=source,
            stance=stance,
            note=note,
            waiver=waiver,
            position=len(known),
            added_by=self.by,
        )
        known.append(row)
        row._state.fields_cache["reading"] = None
        return self._save(row, reason="cited")

    def record_reply(self, claim: Claim, *, by: User | None = None, **values: Any) -> ReplyRequest:
        row = fresh(ReplyRequest, claim=claim, added_by=by or self.by, **values)
        _parts(claim, "replies").append(row)
        return self._save(row, reason="")

    def save_draft(self, claim: Claim, *, by: User | None = None, **values: Any) -> Draft:
        """Writes the finding to be sealed; its author is who brings it in, or `by`."""
        author = by or self.by
        row = fresh(Draft, claim=claim, author=author, last_editor=author, **values)
        return self._save(row, reason=_told(row, values), by=author)

    @staticmethod
    def at_hand(row: Any, **parts: Iterable[Model]) -> None:
        """Puts rows in the place of prefetched relations of a row."""
        row._prefetched_objects_cache = {name: Known(rows) for name, rows in parts.items()}

    # ---- actions ------------------------------------------------------------------------

    def perform_many(
        self,
        claims: Iterable[Claim],
        action: str,
        *,
        by: User | None,
        note: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Carries out one action on new claims; see `perform`."""
        for claim in claims:
            self.perform(claim, action, by=by, note=note, data=data)

    def perform(
        self,
        claim: Claim,
        action: str,
        *,
        by: User | None,
        note: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> Claim:
        """Carries out one action on a claim that is new and not yet written.

        The rows, guards and effects are those of `statements.operations.perform`, and so are the
        refusals. After one the claim is as it was.
        """
        if not is_new(claim):
            raise Invalid("only a claim that is new acts in bulk", field="action")
        rows = workflow.rows_for(action)
        if not rows:
            raise Invalid(f"there is no action {action}", field="action")
        told = read_data(rows, data or {})
        refuse_role(rows[0], by)
        row = row_that_fits(rows, claim)
        refuse_relation(row, claim, by)
        if gaps := gaps_of(row, claim, by, note=note, data=told):
            raise Unmet(gaps)
        self._carry_out(row, Step(claim, by, note, told, self.at, self.keep))
        return claim

    def _carry_out(self, row: Action, step: Step) -> None:
        claim = step.claim
        from_state, was_listed = claim.state, is_listed(claim)
        claim.state = str(row.target_from(from_state))
        verdict = EFFECTS[row.code](step)
        if verdict is not None and verdict.revision > len(_parts(claim, "verdicts")):
            _parts(claim, "verdicts").append(verdict)
        self._save(claim, reason=row.code, by=step.by)
        change = record_change(
            claim, action=row.code, from_state=from_state, by=step.by, at=step.at,
            note=step.note, data=step.data, verdict=verdict, keep=self.keep,
        )  # fmt: skip
        _parts(claim, "state_changes").append(change)
        if row.makes_public_change and (was_listed or is_listed(claim)):
            self.is_public_change = True

    # ---- writing ------------------------------------------------------------------------

    def renew(self, claim_ids: Iterable[int], *, is_public: bool) -> None:
        """Says that claims which were there have changed, and whether the public sees it."""
        self.renewed.update(claim_ids)
        self.is_public_change |= is_public

    def keep(self, *rows: Model) -> None:
        """Gathers new rows: what `sources.direct.insert` is where rows are written at once."""
        for row in rows:
            self._add(row)

    def _add(self, row: AnyRow) -> AnyRow:
        self.writer.name(row, at=self.at)
        self.rows.append(row)
        if isinstance(row, Claim):
            self.claims.append(row)
        return row

    def _save(self, row: Row, *, reason: str, by: Any = ...) -> Row:
        """Does for a gathered row what `sources.operations.save_row` does for one written at once."""
        actor = self.by if by is ... else by
        if not is_new(row):
            return save_row(row, by=actor, reason=reason)
        if row.pk:
            kind = "~"
            row.version += 1
        else:
            kind = "+"
            self._add(row)
        if _has_history(type(row)):
            self.writer.keep_history(row, kind=kind, reason=reason, by=actor, at=self.at)
        return row

    def flush(self) -> None:
        """Writes what was gathered, in as many statements as there are tables."""
        for row in self.rows:
            self.writer.keep(row)
        self.writer.flush()
        for row in self.rows:
            row._state.adding = False
        self.loading.add([self._new_claim(row) for row in self.claims])
        self.writer.settle()
        for row in self.rows:  # they hold each other in circles, which only a search would find
            row._state.fields_cache.clear()
            row.__dict__.pop("_prefetched_objects_cache", None)
        self.rows.clear()
        self.claims.clear()

    def _new_claim(self, claim: Claim) -> NewClaim:
        draft: Draft | None = claim._state.fields_cache.get("draft")
        verdict = (_parts(claim, "verdicts") or [None])[-1]
        cited = _parts(claim, "evidence") if verdict else ()
        return NewClaim(
            claim=claim,
            verdict=verdict,
            statements=[row.statement for row in _parts(claim, "occurrences")],
            topics=list(dict.fromkeys(self.pages.pop(claim.pk))),
            publishers=[row.source.publisher.public_id for row in cited if row.source.publisher],
            finding=(draft.finding, draft.rationale) if draft else ("", ""),
        )

    def finish(self) -> None:
        """Writes the rest, and raises the publication number once where the public sees a change."""
        self.flush()
        self.loading.finish()
        search.refresh(self.renewed)  # now, since the index may have rested
        look_again_after_reviews(self.reviews)
        if self.is_public_change:
            raise_publication_number()


_HISTORIES: dict[type[Any], bool] = {}


def _has_history(model: type[Any]) -> bool:
    """Says whether a model has a field history; asked once, as each asking makes a manager."""
    if model not in _HISTORIES:
        _HISTORIES[model] = hasattr(model, "history")
    return _HISTORIES[model]


def is_printed(review: ExternalReview) -> bool:
    """Says whether a review tells where a finding that we took over had been published."""
    claim = review.claim
    return bool(claim and review.url and claim.imported_from_id == review.publisher_id)


def is_new(row: Model) -> bool:
    """Says whether a row is gathered only, and not written yet."""
    return row._state.adding


def _parts(claim: Claim, name: str) -> Known:
    known: Known = claim._prefetched_objects_cache[name]  # type: ignore[attr-defined]
    return known


def _told(row: VersionedRow, values: Mapping[str, Any]) -> str:
    """Names the fields that were told and differ from what a new row has anyway."""
    return ", ".join(name for name, value in values.items() if value != _default(type(row), name))


_DEFAULTS: dict[tuple[type[VersionedRow], str], Any] = {}


def _default(model: type[VersionedRow], name: str) -> Any:
    key = (model, name)
    if key not in _DEFAULTS:
        default: Callable[[], Any] = model._meta.get_field(name).get_default  # type: ignore[union-attr]
        _DEFAULTS[key] = default()
    return _DEFAULTS[key]
