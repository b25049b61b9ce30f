"""Rows of an archive that are not what they were when they were imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from sources.operations import assign, save_row
from statements.imports.records import (
    Check,
    Record,
    claim_ref,
    claim_text,
    own_claim_ref,
    statement_ref,
)
from statements.imports.reviews import Reviews
from statements.imports.wording import shortened
from statements.models import Claim, ExternalReview, ImportedRow, ImportRun, Speaker, Statement
from statements.operations.bulk import is_printed
from statements.operations.common import is_frozen, is_public
from statements.vocabulary import Origin, State


class ChangedRows:
    """Looks at rows that changed since; `note` is told of one that cannot be brought up to date."""

    def __init__(
        self,
        bulk: Any,
        run: ImportRun,
        counts: Counter[str],
        reviews: Reviews,
        *,
        origin: str,
        note: Callable[[Record, str], None],
    ) -> None:
        self.bulk = bulk
        self.run = run
        self.counts = counts
        self.reviews = reviews
        self.origin = origin
        self.note = note

    def take(self, record: Record, row: ImportedRow) -> None:
        """Brings a changed row up to date where nothing published rests on it, else says so."""
        if record.finding or (row.claim and row.claim.origin == Origin.IMPORTED):
            self.note(
                record,
                "the row is another one than was imported and published: change the finding at "
                "the desk",
            )
            return
        self.bulk.flush()
        if words := self._cannot_change(record, row):
            self.note(record, words)
            return
        self._take_statement(record, row)
        claims = {
            slug: claim
            for slug, _ in record.claims
            if (claim := Claim.objects.filter(external_ref=claim_ref(self.origin, slug)).first())
        }
        if row.claim and not claims:
            claims = {"": row.claim}
        self.reviews.look_up([row.statement])
        for check in record.checks:
            self._take_review(check, row, claims)
        row.sha256, row.line, row.run = record.fingerprint(), record.line, self.run
        row.save()
        self.counts["updated"] += 1

    def _cannot_change(self, record: Record, row: ImportedRow) -> str:
        statement = row.statement
        speaker = Speaker.objects.filter(external_ref=record.speaker_ref).first()
        is_same = speaker is not None and speaker.pk == statement.speaker_id
        if not is_same and statement.speaker.name != record.speaker:
            return f"the row names another speaker now: {record.speaker}"
        if self._differing(record, statement):
            if is_frozen(statement):
                return (
                    "the row has other words or another day now, and a published claim rests on "
                    "the statement: correct it at the desk"
                )
            if statement.imported_rows.exclude(pk=row.pk).exists():
                return "the row has other words or another day now than a second row of its own"
        return ""

    @staticmethod
    def _differing(record: Record, statement: Statement) -> dict[str, str]:
        values = {
            "text": record.text,
            "said_edtf": record.said,
            "fidelity": record.fidelity,
            "language": record.language,
        }
        return {name: value for name, value in values.items() if getattr(statement, name) != value}

    def _take_statement(self, record: Record, row: ImportedRow) -> None:
        statement = row.statement
        if not (changes := self._differing(record, statement)):
            return
        before = statement.text
        old_ref = statement.external_ref
        assign(statement, changes, tuple(changes))
        statement.external_ref = statement_ref(statement.speaker.public_id, record.words_key)
        if (
            Statement.objects.filter(external_ref=statement.external_ref)
            .exclude(pk=statement.pk)
            .exists()
        ):
            statement.external_ref = old_ref  # another row says the same: both stay
        save_row(statement, by=self.bulk.by, reason=f"imported again: {', '.join(changes)}")
        claim = row.claim
        if (
            claim
            and claim.state == State.NEW
            and claim.text == before
            and claim.external_ref == own_claim_ref(old_ref)
        ):
            claim.text = claim_text(record.text)
            claim.short_text = shortened(record.text)
            claim.external_ref = own_claim_ref(statement.external_ref)
            save_row(claim, by=self.bulk.by, reason="imported again: text")
        making = statement.occurrences.values_list("claim_id", flat=True)
        self.bulk.renew(making, is_public=is_public(statement))

    def _take_review(self, check: Check, row: ImportedRow, claims: dict[str, Claim]) -> None:
        values = self.reviews.values(check, claims)
        review = ExternalReview.objects.filter(external_ref=check.reference).first()
        if review is None:
            self.reviews.add(check, row.statement, claims)
            self.bulk.flush()
            return
        was_printed = is_printed(review)
        for name, value in {**values, "publisher": self.reviews.publisher(check.publisher)}.items():
            setattr(review, name, value)
        self.bulk.flush()
        review.save()
        self.bulk.renew([], is_public=was_printed or is_printed(review))
