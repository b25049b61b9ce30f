"""Writing records of fact-check archives, a batch at a time.

What is there already is read once a batch, by reference, so that the cost of a row stays the same
however much was imported before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from sources.canonical import domain_of
from sources.models import Publisher, Source
from statements.imports.changed import ChangedRows
from statements.imports.lines import BadRow
from statements.imports.options import Options
from statements.imports.records import (
    Record,
    claim_ref,
    claim_text,
    own_claim_ref,
    statement_ref,
)
from statements.imports.reviews import Reviews
from statements.imports.runs import Outcome, Reporter
from statements.imports.wording import shortened
from statements.models import (
    Claim,
    ImportedRow,
    ImportRun,
    Occasion,
    Occurrence,
    Speaker,
    Statement,
    Topic,
)
from statements.operations.bulk import is_new
from statements.vocabulary import State


class Found(dict[str, Any]):
    """Rows that are there, by reference: read once a batch, and joined by those that come new."""


class Importer:
    """Writes records, a batch at a time."""

    def __init__(
        self, bulk: Any, run: ImportRun, options: Options, outcome: Outcome, reporter: Reporter
    ) -> None:
        self.bulk = bulk
        self.run = run
        self.options = options
        self.counts: Counter[str] = outcome.counts
        self.outcome = outcome
        self.reporter = reporter
        self.reviews = Reviews(bulk, self.counts, mapping_version=options.rules.version)
        self.changed_rows = ChangedRows(
            bulk, run, self.counts, self.reviews, origin=options.origin, note=self._note
        )
        self.topics: dict[str, Topic] = {}
        self.archive = self.reviews.publisher(options.own) if options.own else None

    def take(self, batch: list[Record]) -> None:
        """Adds the records that are new, and looks at those that are not what they were."""
        known = {
            row.reference: row
            for row in ImportedRow.objects.filter(
                reference__in=[record.reference for record in batch]
            )
        }
        new: dict[str, Record] = {}
        changed: list[tuple[Record, ImportedRow]] = []
        for record in batch:
            row = known.get(record.reference)
            if record.reference in new:
                self._bad(record, "another row of this file has the same id", "id")
            elif row is None:
                new[record.reference] = record
            elif row.run_id == self.run.pk:
                self._bad(record, f"line {row.line:,} of this file has the same id", "id")
            elif row.sha256 == record.fingerprint():
                self.counts["unchanged"] += 1
            else:
                changed.append((record, row))
        self._add(list(new.values()))
        for record, row in changed:
            self.changed_rows.take(record, row)
        self.bulk.flush()

    def _bad(self, record: Record, words: str, name: str = "") -> None:
        self.reporter.bad(BadRow(record.line, words, record.reference, name))

    def _note(self, record: Record, words: str) -> None:
        self.reporter.note(BadRow(record.line, words, record.reference))

    def _add(self, records: list[Record]) -> None:
        if not records:
            return
        self._add_speakers(records)
        refs = {
            record.reference: statement_ref(
                self.speakers[record.speaker_ref].public_id, record.words_key
            )
            for record in records
        }
        self._look_up(records, list(refs.values()))
        for record in records:
            self._add_record(record, refs[record.reference])

    def _add_speakers(self, records: list[Record]) -> None:
        """Finds each speaker by the archive's reference, or by a name that only one bears."""
        by_ref = {record.speaker_ref: record for record in records}
        rows = Speaker.objects.prefetch_related("roles")
        self.speakers = Found(
            (row.external_ref, row) for row in rows.filter(external_ref__in=by_ref)
        )
        missing = {
            record.speaker: ref for ref, record in by_ref.items() if ref not in self.speakers
        }
        named: dict[str, list[Speaker]] = {}
        for row in rows.filter(name__in=missing):
            named.setdefault(row.name, []).append(row)
        ours = f"{self.options.origin}:speaker:"
        for ref, record in by_ref.items():
            if ref in self.speakers:
                continue
            # Within one archive the reference tells people of one name apart.
            others = [
                row
                for row in named.get(record.speaker, ())
                if not row.external_ref.startswith(ours)
            ]
            if len(others) == 1:
                self.speakers[ref] = others[0]
                continue
            self.speakers[ref] = self.bulk.save_speaker(
                external_ref=ref,
                name=record.speaker,
                kind=record.speaker_kind,
                description=record.speaker_description,
            )
            self.counts["speakers"] += 1

    def _look_up(self, records: list[Record], refs: list[str]) -> None:
        """Reads what the batch may meet: a query per noun."""
        statements = Statement.objects.select_related("speaker", "occasion", "place")
        if self.options.own:
            statements = statements.prefetch_related(
                "speaker__roles", "appearances__source__publisher", "appearances__snapshot"
            )
        self.statements = Found(
            (row.external_ref, row) for row in statements.filter(external_ref__in=refs)
        )
        claim_refs = {
            claim_ref(self.options.origin, slug) for record in records for slug, _ in record.claims
        }
        claim_refs |= {own_claim_ref(ref) for ref in refs}
        claim_refs |= {record.reference for record in records if record.finding}
        self.claims = Found(
            (row.external_ref, row) for row in Claim.objects.filter(external_ref__in=claim_refs)
        )
        self.occurrences: set[tuple[int, int]] = set()
        self.settled: set[int] = set()  # statements that a published claim rests on
        if self.statements and self.claims:
            self.occurrences = set(
                Occurrence.objects.filter(
                    statement__in=[row.pk for row in self.statements.values()],
                    claim__in=[row.pk for row in self.claims.values()],
                ).values_list("claim_id", "statement_id")
            )
        self.reviews.look_up(self.statements.values())
        places = {place.canonical_url for record in records for place in record.places}
        self.sources = Found(
            (row.canonical_url, row) for row in Source.objects.filter(canonical_url__in=places)
        )
        self.appearances: set[tuple[int, int]] = set()
        if places and self.statements:
            known = Statement.objects.filter(pk__in=[row.pk for row in self.statements.values()])
            self.settled = set(known.frozen().values_list("pk", flat=True))
            self.settled |= set(known.public().values_list("pk", flat=True))
            self.appearances = {
                (appearance.statement_id, appearance.source_id)
                for row in known.prefetch_related(Prefetch("appearances"))
                for appearance in row.appearances.all()
            }
        self.occasions = {
            (row.title, row.held_edtf): row
            for row in Occasion.objects.filter(
                title__in={record.context for record in records if record.context}
            )
        }
        self._look_up_topics({topic for record in records for topic in record.topics})

    def _look_up_topics(self, wanted: set[tuple[str, str]]) -> None:
        missing = {slug: name for slug, name in wanted if slug not in self.topics}
        self.topics.update(
            {row.slug: row for row in Topic.objects.filter(slug__in=sorted(missing))}
        )
        for slug, name in sorted(missing.items()):
            if slug not in self.topics:
                # Somebody else's subjects are tags here, until an editor gives one a page.
                self.topics[slug] = self.bulk.add_topic(
                    slug=slug, name=name, has_page=bool(self.options.own)
                )
                self.counts["topics"] += 1

    def _add_record(self, record: Record, ref: str) -> None:
        if record.finding and record.reference in self.claims:
            self._bad(record, "a claim with this reference is here already", "id")
            return
        statement = self._statement(record, ref)
        self._add_places(record, statement)
        if record.finding:
            claims = {"": self._publish(record, statement)}
        else:
            claims = self._add_claims(record, statement, ref)
        for check in record.checks:
            self.reviews.add(check, statement, claims)
        only = next(iter(claims.values())) if len(claims) == 1 else None
        self.bulk.keep_row(
            ImportedRow(
                reference=record.reference,
                sha256=record.fingerprint(),
                line=record.line,
                run=self.run,
                statement=statement,
                claim=only,
            )
        )
        self.counts["rows added"] += 1
        self.counts["without address"] += record.placeless
        self.counts["mended"] += record.is_mended
        if len(self.outcome.examples) < 10:
            self.outcome.examples.append(
                {
                    "speaker": record.speaker,
                    "statement": shortened(record.text, 160),
                    "said": record.said,
                    "found": ", ".join(_found_words(record)),
                }
            )

    def _statement(self, record: Record, ref: str) -> Statement:
        known: Statement | None = self.statements.get(ref)
        if known is not None:
            self.counts["repeated"] += 1
            return known
        statement: Statement = self.bulk.record_statement(
            speaker=self.speakers[record.speaker_ref],
            text=record.text,
            external_ref=ref,
            language=record.language,
            fidelity=record.fidelity,
            said_edtf=record.said,
            occasion=self._occasion(record),
        )
        self.statements[ref] = statement
        self.counts["statements"] += 1
        return statement

    def _occasion(self, record: Record) -> Occasion | None:
        if not record.context:
            return None
        key = (record.context, record.said)
        if key not in self.occasions:
            self.occasions[key] = self.bulk.add_occasion(title=key[0], held_edtf=key[1])
            self.counts["occasions"] += 1
        return self.occasions[key]

    def _add_places(self, record: Record, statement: Statement) -> None:
        for place in record.places:
            source = self.sources.get(place.canonical_url)
            if source is None:
                source = self.bulk.find_or_create_source(
                    url=place.url,
                    title=place.title,
                    kind=place.kind,
                    publisher=Publisher.objects.for_domain(domain_of(place.url)).first(),
                )
                self.sources[place.canonical_url] = source
                self.counts["sources"] += 1
            if (statement.pk, source.pk) in self.appearances:
                continue
            self.appearances.add((statement.pk, source.pk))
            self.bulk.link_appearance(
                statement,
                source=source,
                is_late=statement.pk in self.settled,
                time_code_seconds=place.seconds,
            )

    def _add_claims(self, record: Record, statement: Statement, ref: str) -> dict[str, Claim]:
        """Returns the claims of a record by slug; one without slugs makes one of its own."""
        wanted = {
            slug: (claim_ref(self.options.origin, slug), wording) for slug, wording in record.claims
        } or {"": (own_claim_ref(ref), record.text)}
        return {
            slug: self._claim(record, statement, key, wording)
            for slug, (key, wording) in wanted.items()
        }

    def _claim(self, record: Record, statement: Statement, ref: str, wording: str) -> Claim:
        claim: Claim | None = self.claims.get(ref)
        if claim is None:
            claim = self._new_claim(record, ref, wording)
        if (claim.pk, statement.pk) not in self.occurrences:
            self.occurrences.add((claim.pk, statement.pk))
            if words := self._cannot_join(claim):
                self._note(record, words)
            else:
                self.bulk.attach_occurrence(claim, statement=statement)
        return claim

    def _new_claim(
        self, record: Record, ref: str, wording: str, imported_from: Publisher | None = None
    ) -> Claim:
        claim: Claim = self.bulk.add_claim(
            text=claim_text(wording),
            short_text=shortened(wording),
            language=record.language,
            topics=[self.topics[slug] for slug, _ in record.topics],
            external_ref=ref,
            imported_from=imported_from,
        )
        self.claims[ref] = claim
        self.counts["claims"] += 1
        return claim

    def _cannot_join(self, claim: Claim) -> str:
        """Says why a statement cannot join a claim that people have worked on; "" where it can."""
        if is_new(claim) or (claim.is_editable and not claim.was_published):
            return ""
        state = State(claim.state).label.lower()
        if not claim.was_published or claim.state in (State.IN_REVIEW, State.TAKEN_DOWN):
            return f"the claim {claim.public_id} is {state}: the statement was not attached to it"
        if self.bulk.by is None:
            return (
                f"the claim {claim.public_id} is {state}: name with --by who attaches a statement"
            )
        return ""

    def _publish(self, record: Record, statement: Statement) -> Claim:
        """Adds a finding of our own archive: a claim that goes public by the action `import`."""
        found = record.finding
        assert found is not None  # noqa: S101 - asked by the caller
        claim = self._new_claim(record, record.reference, record.text, self.archive)
        self.occurrences.add((claim.pk, statement.pk))
        self.bulk.attach_occurrence(claim, statement=statement)
        self.bulk.save_draft(
            claim,
            code=found.code,
            finding=found.finding,
            rationale=found.rationale,
            as_of=found.as_of,
        )
        self.bulk.perform(
            claim, "import", by=None, data={"published_at": found.published_at.isoformat()}
        )
        self.counts["findings"] += 1
        return claim


def _found_words(record: Record) -> Iterator[str]:
    if record.finding:
        yield record.finding.finding
    for check in record.checks:
        yield f"{check.publisher}: {check.label}"
