"""Statements: what a speaker said, once, in a setting."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sources.canonical import web_address
from sources.prepared import PreparedValues
from statements.models import Appearance, Claim, Occurrence, Statement
from statements.public import sealed, words
from statements.public.cards import Link, Note, few, foreign, listing_of_few, said_words
from statements.public.indexes import IndexEntry, count_of, index
from statements.public.pages import page
from statements.public.paging import Order
from statements.public.sealed import EvidenceView, Row

PATH = "/statements/"
NEWEST_FIRST = Order("said", "Newest first", "said_on", "day")

_made = PreparedValues(
    lambda statement: few(Claim.objects.listed().for_statement(Statement(pk=statement))), int
)


@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """All statements that make a listed claim, newest first (1 query)."""
    made = Occurrence.objects.public().filter(statement=OuterRef("pk"))
    rows = (
        Statement.objects.public()
        .select_related("speaker")
        .annotate(claim_count=count_of(made, "claim"))
    )
    return index(
        request,
        rows,
        NEWEST_FIRST,
        _entry,
        heading="Statements",
        standfirst="What was said, in the speakers' own words, with the claims made in it.",
        path=PATH,
    )


def _entry(statement: Any) -> IndexEntry:
    return IndexEntry(
        _title(statement),
        statement.get_absolute_url(),
        about=f"“{statement.text}”" if statement.is_quoted else statement.text,
        count=words.count(statement.claim_count, "claim", "claims"),
        about_language=foreign(statement.language),
    )


def _title(statement: Statement) -> str:
    return ", ".join(filter(None, [str(statement.speaker), said_words(statement)]))


@require_safe
def statement_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One statement: the words, where they stand, the claims made in it (5 queries)."""
    statement = Statement.objects.public().filter(public_id=public_id).for_page().first()
    if statement is None:
        raise Http404
    role = statement.speaker.role_on(statement.said_on)
    return page(
        request,
        "statement",
        {
            "statement": {
                "kicker": "Statement",
                "title": _title(statement),
                "quote": sealed.said_quote(statement.text, statement.language, statement.fidelity),
                "speaker": Link(statement.speaker.name, statement.speaker.get_absolute_url()),
                "role": str(role) if role else "",
                "notes": _notes(statement),
                "facts": _facts(statement),
                "appearances": [
                    _appearance(row)
                    for row in statement.shown_appearances  # type: ignore[attr-defined]
                ],
            },
            "crumbs": [Link("Statements", PATH)],
            "listing": listing_of_few(_made(statement.pk)),
        },
        section=PATH,
        description=statement.text[:200],
    )


def _notes(statement: Statement) -> list[Note]:
    return [
        Note(
            "corrected",
            f"Corrected on {words.day_of(row.made_at)}",
            tuple(words.paragraphs(row.summary)),
        )
        for row in statement.corrections.all()
    ]


def _facts(statement: Statement) -> list[Row]:
    occasion = statement.occasion
    place = statement.place or (occasion.place if occasion else None)
    rows = [
        Row("Said", said_words(statement)),
        Row("In the source's words", statement.said_words),
        Row("Occasion", occasion.title if occasion else ""),
        Row("Place", place.name if place else ""),
        Row("Recorded", sealed.FIDELITIES.get(statement.fidelity, "")),
        Row("Language", words.language(statement.language)),
    ]
    return [row for row in rows if row.value]


def _appearance(row: Appearance) -> EvidenceView:
    source, snapshot = row.source, row.snapshot
    by = source.publisher.name if source.publisher else source.author
    seconds = row.time_code_seconds
    at = f"At {seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds else ""
    return EvidenceView(
        title=source.title,
        language=foreign(source.language),
        source_url=source.get_absolute_url(),
        published_by=", ".join(filter(None, [by, words.day(source.published_on)])),
        directness=sealed.DIRECTNESS.get(source.directness, ""),
        address=web_address(source.url),
        quote=sealed.quote_of(
            {
                "exact": row.quotation,
                "prefix": row.prefix,
                "suffix": row.suffix,
                "start": row.start,
            },
            source.language,
        )
        if row.is_anchored
        else None,
        note=". ".join(filter(None, ["First known appearance" if row.is_first else "", at])),
        captured=words.moment_words(snapshot.captured_at) if snapshot else "",
        sha256=snapshot.sha256 if snapshot else "",
        archive_address=row.archive_address,
    )
