"""A synthetic corpus: five files of JSON Lines, loaded by the same path as a real archive.

The folder holds `speakers`, `sources`, `statements`, `claims` and `evidence` (`.jsonl`), each with
whole numbers as ids; evidence stands in the order of its claims. A claim's number becomes its
public id, so that a load test knows its address. Published claims come by the action `import`,
retracted ones are then retracted by two people, claims in work are taken and submitted: all with
the workflow's own guards. The people who do so exist for the corpus only and can never log in.

It is for measuring, never for a real site: every page says "sample data".
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from sources.errors import Invalid, Refused
from sources.models import Publisher, Source
from sources.texts import clean
from sources.vocabulary import SourceKind
from statements.imports.corpus_background import SYNTHETIC, Background
from statements.imports.corpus_files import CorpusFiles
from statements.imports.corpus_rows import (
    NEEDED,
    PREFIX,
    ClaimRow,
    EvidenceRow,
    claim_row,
    day_of,
    keys_of,
    ref_of,
)
from statements.imports.fields import line_of
from statements.imports.lines import BadFile, BadRow, Line
from statements.imports.runs import Outcome, Reporter, carry_out
from statements.imports.wording import shortened
from statements.models import (
    Appearance,
    Claim,
    ImportRun,
    Occasion,
    Site,
    Speaker,
    Statement,
)
from statements.models.verdict import FINDING_LENGTH
from statements.operations.bulk import Bulk
from statements.vocabulary import Axis, ClaimKind, ReplyOutcome, State, VerdictCode

if TYPE_CHECKING:
    from typing import IO

KIND = "corpus"
FILES = ("speakers", "sources", "statements", "claims", "evidence")
PEOPLE = ("corpus", "corpus-second")
ARCHIVE = "Synthetic corpus"


def load_corpus(
    folder: Path,
    *,
    dry_run: bool = False,
    skip_bad_rows: bool = False,
    report: IO[str] | None = None,
    tell: Callable[[int, int], None] = lambda rows, byte_count: None,
    gather: Callable[[Bulk], Any] = lambda bulk: bulk,
) -> Outcome:
    """Loads a folder and returns what came of it. Raises `BadFile`, and nothing is left then."""
    outcome = Outcome()
    missing = [name for name in FILES if not (folder / f"{name}.jsonl").is_file()]
    if missing:
        raise BadFile(f"{folder} holds no {missing[0]}.jsonl")
    _refuse_real_site()

    def work(bulk: Bulk, run: ImportRun, outcome: Outcome) -> None:
        reporter = Reporter(outcome, report)
        files = CorpusFiles(folder, outcome.counts, reporter, tell)
        Loader(gather(bulk), files, outcome.counts, reporter).load()
        outcome.sha256 = hashlib.sha256("".join(files.hashes).encode()).hexdigest()
        outcome.byte_size = files.byte_count
        if outcome.is_change:
            Site.objects.update_or_create(id=1, defaults={"is_sample": True})

    return carry_out(
        work,
        outcome=outcome,
        kind=KIND,
        origin=ARCHIVE,
        file_name=folder.name,
        by=None,
        options={"skip_bad_rows": skip_bad_rows},
        dry_run=dry_run,
        skip_bad_rows=skip_bad_rows,
    )


def _refuse_real_site() -> None:
    if not Site.load().is_sample and (
        Claim.objects.exclude(external_ref__startswith=f"{PREFIX}:").exists()
    ):
        raise BadFile("this database holds a site of its own: a corpus goes into an empty one")


class Loader:
    """Takes the five files, one after the other, and writes what is not there yet."""

    def __init__(
        self, bulk: Any, files: CorpusFiles, counts: Counter[str], reporter: Reporter
    ) -> None:
        self.bulk = bulk
        self.files = files
        self.counts = counts
        self.reporter = reporter
        self.background = Background(bulk, self.counts)
        self.publisher_by_key: dict[int | None, Publisher | None] = {None: None}

    def load(self) -> None:
        first, second = (self.background.person(name) for name in PEOPLE)
        self.first, self.second = first, second
        self.archive = self.background.publisher(ARCHIVE)
        for batch in self.files.batches("speakers"):
            self._add(Speaker, "speaker", batch, self._speaker)
        for batch in self.files.batches("sources"):
            self._add(Source, "source", batch, self._source)
        for batch in self.files.batches("statements"):
            self._add_statements(batch)
        for batch in self.files.batches("claims"):
            last = max(line.value["id"] for line in batch)
            self._add_claims(batch, self.files.evidence_up_to(last))
        for row in self.files.evidence_left():
            self._bad(BadRow(row.line, "there is no such claim before it", file="evidence.jsonl"))
        self.bulk.flush()

    def _bad(self, row: BadRow) -> None:
        self.reporter.bad(row)

    # ---- speakers, sources, statements --------------------------------------------------

    def _add(
        self,
        model: type[Model],
        kind: str,
        batch: list[Line],
        make: Callable[[str, Mapping[str, Any]], Any],
    ) -> None:
        for ref, line in self._new_of(model, kind, batch):
            try:
                make(ref, line.value)
            except Invalid as refused:
                self._bad(BadRow.of(line, refused, file=f"{kind}s.jsonl"))
                continue
            self.counts[f"{kind}s"] += 1
        self.bulk.flush()

    def _new_of(
        self, model: type[Model], kind: str, batch: Iterable[Line]
    ) -> Iterator[tuple[str, Line]]:
        """Yields reference and line of rows that are not there, each reference once."""
        lines: dict[str, Line] = {}
        for line in batch:
            ref = ref_of(kind, line.value["id"])
            if ref in lines:
                self._bad(BadRow(line.number, "this id stands there twice", file=f"{kind}s.jsonl"))
            lines.setdefault(ref, line)
        known = set(
            model._default_manager.filter(external_ref__in=lines).values_list(
                "external_ref", flat=True
            )
        )
        self.counts["unchanged"] += len(known)
        for ref, line in lines.items():
            if ref not in known:
                yield ref, line

    def _speaker(self, ref: str, row: Mapping[str, Any]) -> None:
        self.bulk.save_speaker(
            external_ref=ref,
            name=line_of(row, "name", most=200, needed=NEEDED),
            description=line_of(row, "role", most=300),
        )

    def _source(self, ref: str, row: Mapping[str, Any]) -> None:
        kind = line_of(row, "kind", most=40)
        self.bulk.find_or_create_source(
            external_ref=ref,
            title=line_of(row, "title", most=500, needed=NEEDED),
            url=line_of(row, "url", most=2_000),
            publisher=self.background.publisher(line_of(row, "publisher", most=200, needed=NEEDED)),
            published_on=day_of(row, "published_on"),
            kind=SOURCE_KINDS.get(kind, kind if kind in SourceKind.values else "other"),
        )

    def _add_statements(self, batch: list[Line]) -> None:
        lines = list(self._new_of(Statement, "statement", batch))
        speakers = self._by_ref(
            Speaker.objects.all(),
            "speaker",
            [line.value.get("speaker_id") for _, line in lines],
        )
        sources = self._by_ref(
            Source.objects.all(),
            "source",
            [key for _, line in lines for key in keys_of(line.value, "source_ids")],
        )
        occasions = {
            (row.title, row.held_edtf): row
            for row in Occasion.objects.filter(
                title__in={line_of(line.value, "context", most=300) for _, line in lines}
            )
        }
        for ref, line in lines:
            try:
                self._statement(ref, line.value, speakers, sources, occasions)
            except Invalid as refused:
                self._bad(BadRow.of(line, refused, file="statements.jsonl"))
        self.bulk.flush()

    def _statement(
        self,
        ref: str,
        row: Mapping[str, Any],
        speakers: dict[str, Speaker],
        sources: dict[str, Source],
        occasions: dict[tuple[str, str], Occasion],
    ) -> None:
        day = day_of(row, "date")
        said, context = (day.isoformat() if day else ""), line_of(row, "context", most=300)
        speaker = speakers.get(ref_of("speaker", row.get("speaker_id")))
        cited = [sources.get(ref_of("source", key)) for key in keys_of(row, "source_ids")]
        words = clean(row.get("quote"), "quote", required="give the words")
        if speaker is None:
            raise Invalid("there is no such speaker", field="speaker_id")
        if None in cited:
            raise Invalid("there is no such source", field="source_ids")
        if context and (context, said) not in occasions:
            occasions[context, said] = self.bulk.add_occasion(title=context, held_edtf=said)
            self.counts["occasions"] += 1
        statement = self.bulk.record_statement(
            speaker=speaker,
            text=words,
            external_ref=ref,
            said_edtf=said,
            occasion=occasions.get((context, said)),
        )
        for source in cited:
            self.bulk.link_appearance(statement, source=source)
        self.counts["statements"] += 1

    def _by_ref(self, rows: Any, kind: str, keys: Iterable[Any]) -> dict[str, Any]:
        wanted = {ref_of(kind, key) for key in keys}
        return {row.external_ref: row for row in rows.filter(external_ref__in=wanted)}

    # ---- claims -------------------------------------------------------------------------

    def _add_claims(self, batch: list[Line], evidence: list[EvidenceRow]) -> None:
        of_claim: dict[int, list[EvidenceRow]] = {}
        for row in evidence:
            of_claim.setdefault(row.claim, []).append(row)
        present = {line.value["id"] for line in batch}
        for key, rows in of_claim.items():
            if key not in present:
                for row in rows:
                    self._bad(BadRow(row.line, "there is no such claim", file="evidence.jsonl"))
        claims = []
        for ref, line in self._new_of(Claim, "claim", batch):
            try:
                claims.append((line.value["id"], claim_row(ref, line)))
            except Invalid as refused:
                self._bad(BadRow.of(line, refused, file="claims.jsonl"))
        self._look_up(
            [claim for _, claim in claims],
            [row for key, _ in claims for row in of_claim.get(key, ())],
        )
        for key, claim in claims:
            try:
                self._claim(claim, of_claim.get(key, []))
            except Refused as refused:
                self._bad(BadRow(claim.line, str(refused), claim.public_id, file="claims.jsonl"))
        self.bulk.flush()

    def _look_up(self, claims: list[ClaimRow], evidence: list[EvidenceRow]) -> None:
        """Reads what a batch rests on (5 queries)."""
        refs = {ref for claim in claims for ref in claim.statement_refs}
        self.statements = {
            row.external_ref: row
            for row in Statement.objects.select_related("speaker", "occasion").filter(
                external_ref__in=refs
            )
        }
        by_key = {row.pk: row for row in self.statements.values()}
        found: dict[int, list[Appearance]] = {key: [] for key in by_key}
        for appearance in Appearance.objects.filter(statement__in=by_key):
            found[appearance.statement_id].append(appearance)
        keys = {row.source_id for rows in found.values() for row in rows}
        works = {
            row.pk: row for row in Source.objects.filter(pk__in=keys) if self._with_publisher(row)
        }
        for key, rows in found.items():
            for appearance in rows:
                appearance.source = works[appearance.source_id]
            rows.sort(key=lambda row: (not row.is_first, row.pk))
            self.bulk.at_hand(by_key[key], appearances=rows)
            self.bulk.at_hand(by_key[key].speaker, roles=())
        self.sources = {
            row.external_ref: row
            for row in Source.objects.filter(external_ref__in={row.source_ref for row in evidence})
            if self._with_publisher(row)
        }
        for topic in {claim.topic for claim in claims if claim.topic}:
            self.background.topic(topic)

    def _with_publisher(self, source: Source) -> Source:
        key = source.publisher_id
        if key not in self.publisher_by_key:
            self.publisher_by_key[key] = Publisher.objects.filter(id=key or 0).first()
        source.publisher = self.publisher_by_key[key]
        return source

    def _claim(self, row: ClaimRow, evidence: list[EvidenceRow]) -> None:
        statements = [self.statements.get(ref) for ref in row.statement_refs]
        if None in statements:
            raise Invalid("there is no such statement", field="statement_ids")
        for item in evidence:
            if item.source_ref not in self.sources:
                words = "there is no such source"
                self._bad(BadRow(item.line, words, file="evidence.jsonl"))
                return
        is_public = row.state in (State.PUBLISHED, State.RETRACTED)
        claim = self.bulk.add_claim(
            text=row.text,
            short_text=shortened(row.text),
            kind=row.kind,
            topics=[self.background.topic(row.topic)] if row.topic else [],
            external_ref=row.ref,
            imported_from=self.archive if is_public else None,
            public_id=row.public_id,
        )
        for statement in statements:
            self.bulk.attach_occurrence(claim, statement=statement)
        self._type(claim, row)
        self._work_on(claim, row, evidence, is_public=is_public)
        self.counts["claims"] += 1
        self.counts["evidence"] += len(evidence)

    def _type(self, claim: Claim, row: ClaimRow) -> None:
        if row.kind == ClaimKind.QUANTITY:
            self.bulk.set_quantity(
                claim,
                measure=self.background.measure(row.unit),
                comparator=row.comparator,
                value=row.value,
                period_edtf=row.period,
            )
        elif row.kind == ClaimKind.STATUS:
            self.bulk.set_status(
                claim,
                agreement=self.background.agreement(row.topic),
                axis=Axis.AGREEMENT_STATE.value,
                value=row.status,
                as_of=row.as_of,
            )

    def _work_on(
        self, claim: Claim, row: ClaimRow, evidence: list[EvidenceRow], *, is_public: bool
    ) -> None:
        """Does with a claim what leads to its state."""
        perform, first = self.bulk.perform, self.first
        if row.state in (State.RESEARCHING, State.IN_REVIEW):
            perform(claim, "take", by=first)
        for item in evidence:
            self.bulk.attach_evidence(
                claim,
                source=self.sources[item.source_ref],
                stance=item.stance,
                note=item.note,
                waiver=SYNTHETIC,
            )
        if is_public:
            assert row.published_at is not None  # noqa: S101 - asked where the row was read
            notes = [item.note for item in evidence if item.note]
            self.bulk.save_draft(
                claim,
                code=row.verdict,
                finding=shortened(notes[0] if notes else row.text, FINDING_LENGTH),
                rationale="\n\n".join([*notes[1:], SYNTHETIC]),
                as_of=row.published_at.date(),
            )
            data = {"published_at": row.published_at.isoformat()}
            perform(claim, "import", by=None, data=data)
            self.counts["findings"] += 1
        elif row.state == State.IN_REVIEW:
            self.bulk.save_draft(
                claim,
                by=first,
                code=VerdictCode.UNPROVEN.value,
                finding=SYNTHETIC,
                rationale=SYNTHETIC,
                as_of=self.bulk.at.date(),
                search_log=SYNTHETIC,
            )
            self.bulk.record_reply(
                claim, by=first, outcome=ReplyOutcome.NOT_SOUGHT.value, reason=SYNTHETIC
            )
            perform(claim, "submit", by=first)
        if row.state == State.RETRACTED:
            perform(claim, "propose_retraction", by=first, note=SYNTHETIC)
            perform(claim, "retract", by=self.second)
            self.counts["retractions"] += 1


SOURCE_KINDS = {
    "official-record": SourceKind.DOCUMENT.value,
    "social-post": SourceKind.POST.value,
}
