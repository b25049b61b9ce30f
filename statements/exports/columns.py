"""The files that are exported and their columns: others script against these (docs/exports.md).

A column keeps its name, meaning and place for ever; a new one is appended with the version that
brought it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Holds(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"  # words of people: in CSV kept from being read as a formula
    CODE = "code"  # a code of ours (DOMAIN), which never changes
    ID = "id"  # of a row of ours: the end of its address
    ADDRESS = "address"
    NUMBER = "number"  # plain digits, decimals as exact text
    DAY = "day"  # 2025-03-27
    EDTF = "edtf"  # a day that may be fuzzy
    MOMENT = "moment"  # 2025-03-27T06:00:00Z
    HASH = "sha256"
    CODES = "list of codes"
    IDS = "list of ids"
    TEXTS = "list of texts"
    HASHES = "list of sha256"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it means, what it holds, and the version that brought it."""

    name: str
    meaning: str
    holds: Holds = Holds.TEXT
    since: str = "0.1"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file: what a row of it is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


CLAIMS = Dataset(
    "claims",
    "A claim with a finding, a retraction notice, or being checked",
    (
        Column("id", "The claim, for ever", Holds.ID),
        Column("url", "Its page", Holds.ADDRESS),
        Column(
            "state",
            "published, rechecking (the finding stands meanwhile), retracted (a notice, no finding)"
            " or checking (no finding yet)",
            Holds.CODE,
        ),
        Column("short_text", "The claim in a line"),
        Column("text", "The claim in our neutral words"),
        Column("language", "Of those words, BCP 47", Holds.CODE),
        Column("kind", "quantity, status, event, commitment, attribution or other", Holds.CODE),
        Column("verdict", "Our verdict; empty for a commitment or without a finding", Holds.CODE),
        Column("commitment_status", "What became of a commitment", Holds.CODE),
        Column("label", "Either of them in words"),
        Column("rating", "The verdict as a number, 1 to 5; unproven has none", Holds.NUMBER),
        Column("finding", "What we found, in a sentence"),
        Column("rationale", "How we came to it"),
        Column("reasons", "Why the claim is not simply true", Holds.CODES),
        Column("as_of", "The day up to which the evidence was looked at", Holds.DAY),
        Column("revision", "Number of the finding's version", Holds.NUMBER),
        Column("revision_kind", "Why there is this version", Holds.CODE),
        Column("statement_id", "The statement that the claim was taken from", Holds.ID),
        Column("speaker_id", "Who made it", Holds.ID),
        Column("speaker", "Their name"),
        Column("speaker_role", "The office they held on that day"),
        Column("said", "When", Holds.EDTF),
        Column("said_on", "The earliest day", Holds.DAY),
        Column("said_until", "The latest day", Holds.DAY),
        Column("occasion", "At which meeting, speech or press conference"),
        Column("place", "Where it was said"),
        Column("topics", "Short names of its topics", Holds.CODES),
        Column("statements", "How many confirmed statements make the claim", Holds.NUMBER),
        Column("sources", "How many sources the finding cites", Holds.NUMBER),
        Column("corrections", "How many corrections its page shows", Holds.NUMBER),
        Column("first_published_at", "First publication of a finding", Holds.MOMENT),
        Column("last_published_at", "Last one", Holds.MOMENT),
        Column("retracted_at", "When the finding was withdrawn", Holds.MOMENT),
        Column("checked_by", "Who wrote the finding"),
        Column("reviewed_by", "Who agreed and published it"),
        Column("origin", "own, or imported from another archive", Holds.CODE),
        Column("imported_from", "That archive"),
        Column("content_sha256", "Hash of the sealed document", Holds.HASH),
        Column("licence", "On what terms the text may be used"),
        Column("measure", "Quantity: what is counted", Holds.CODE),
        Column("measure_name", "Quantity: the same in words"),
        Column("unit", "Quantity: unit"),
        Column("comparator", "Quantity: exactly, about, at_least, more_than …", Holds.CODE),
        Column("value", "Quantity: the number said", Holds.NUMBER),
        Column("lower", "Quantity: the lower bound that it implies", Holds.NUMBER),
        Column("upper", "Quantity: the upper bound", Holds.NUMBER),
        Column("period", "Quantity: the time that the number covers", Holds.EDTF),
        Column("period_counts", "Quantity: calendar_days or nights", Holds.CODE),
        Column("period_time_zone", "Quantity: in which time zone", Holds.CODE),
        Column("counted_place", "Quantity: the place that the number covers"),
        Column("counted_by", "Quantity: who counted"),
        Column("agreement_id", "Status: the agreement spoken of", Holds.ID),
        Column("agreement", "Status: its name"),
        Column("axis", "Status: party_position, agreement_state or compliance", Holds.CODE),
        Column("status", "Status: what is claimed on that axis", Holds.CODE),
        Column("party_id", "Status: whose position or compliance", Holds.ID),
        Column("party", "Status: their name"),
        Column("status_as_of", "Status: for which day it is claimed", Holds.DAY),
        Column("committed_by_id", "Commitment: who promised", Holds.ID),
        Column("committed_by", "Commitment: their name"),
        Column("deliverable", "Commitment: what"),
        Column("due_on", "Commitment: until when", Holds.DAY),
    ),
)

STATEMENTS = Dataset(
    "statements",
    "What a speaker said, once, in a setting",
    (
        Column("id", "The statement, for ever", Holds.ID),
        Column("url", "Its page", Holds.ADDRESS),
        Column("speaker_id", "Who said it", Holds.ID),
        Column("speaker", "Their name"),
        Column("speaker_role", "The office they held on that day"),
        Column("text", "The words"),
        Column("language", "Of the words, BCP 47", Holds.CODE),
        Column(
            "fidelity",
            "verbatim, partial_quote, paraphrase (never in quotation marks) or translation",
            Holds.CODE,
        ),
        Column("said", "When", Holds.EDTF),
        Column("said_on", "The earliest day", Holds.DAY),
        Column("said_until", "The latest day", Holds.DAY),
        Column("said_words", "The day as the source says it"),
        Column("occasion", "At which meeting, speech or press conference"),
        Column("place", "Where"),
        Column("claims", "Claims that it makes", Holds.IDS),
        Column("sources", "Sources in which the words stand, the first known one first", Holds.IDS),
        Column("corrections", "How many corrections its page shows", Holds.NUMBER),
    ),
)

SPEAKERS = Dataset(
    "speakers",
    "A person or organisation that said something we look into",
    (
        Column("id", "The speaker, for ever", Holds.ID),
        Column("url", "Their page", Holds.ADDRESS),
        Column("name", "Name"),
        Column("kind", "person or organisation", Holds.CODE),
        Column("aliases", "Other spellings of the name", Holds.TEXTS),
        Column("wikidata_id", "In Wikidata", Holds.CODE),
        Column("description", "Who that is"),
        Column("roles", "Offices with their periods, the latest first", Holds.TEXTS),
        Column(
            "claims",
            "How many claims here they made; selected by us, not sampled",
            Holds.NUMBER,
        ),
    ),
)

SOURCES = Dataset(
    "sources",
    "A work that a finding, a statement or an event of an agreement rests on",
    (
        Column("id", "The source, for ever", Holds.ID),
        Column("url", "Our page about it", Holds.ADDRESS),
        Column("address", "Where it was read", Holds.ADDRESS),
        Column("title", "Title"),
        Column("author", "Author"),
        Column("publisher_id", "Who put it out", Holds.ID),
        Column("publisher", "Their name"),
        Column("published_on", "When", Holds.DAY),
        Column("language", "BCP 47", Holds.CODE),
        Column("kind", "article, readout, post, dataset …", Holds.CODE),
        Column("directness", "primary, secondary or tertiary", Holds.CODE),
        Column("origin_id", "The public source that it reports on", Holds.ID),
        Column("snapshots", "Hashes of our frozen copies, the newest first", Holds.HASHES),
        Column("claims", "How many live findings cite it", Holds.NUMBER),
    ),
)

EVIDENCE = Dataset(
    "evidence",
    "One source for or against one claim, as sealed with the live finding",
    (
        Column("id", "Claim, revision and place; goes with the revision", Holds.ID),
        Column("claim_id", "The claim", Holds.ID),
        Column("revision", "Version of its finding", Holds.NUMBER),
        Column("stance", "supports, refutes, qualifies or context", Holds.CODE),
        Column("source_id", "The source", Holds.ID),
        Column("source_title", "Its title when it was cited"),
        Column("source_address", "Where it was read", Holds.ADDRESS),
        Column("author", "Its author"),
        Column("publisher", "Who put it out"),
        Column("published_on", "When", Holds.DAY),
        Column("directness", "primary, secondary or tertiary", Holds.CODE),
        Column("quote", "The exact words"),
        Column("quote_start", "Where they begin in the copy's text, in code points", Holds.NUMBER),
        Column("quote_end", "Where they end", Holds.NUMBER),
        Column("note", "What we say about it"),
        Column("waiver", "Why there is no frozen copy"),
        Column("captured_at", "When the copy was made", Holds.MOMENT),
        Column("sha256", "Hash of the copy's bytes", Holds.HASH),
        Column("archive_address", "A public archive's copy", Holds.ADDRESS),
        Column("measure", "What it counts", Holds.CODE),
        Column("comparator", "exactly, about, at_least, more_than …", Holds.CODE),
        Column("value", "The number in it", Holds.NUMBER),
        Column("lower", "Its lower bound", Holds.NUMBER),
        Column("upper", "Its upper bound", Holds.NUMBER),
        Column("period", "The time that the number covers", Holds.EDTF),
        Column("counted_place", "The place that it covers"),
        Column("counted_by", "Who counted"),
    ),
)

CORRECTIONS = Dataset(
    "corrections",
    "A public note that something published was changed",
    (
        Column("made_at", "When", Holds.MOMENT),
        Column(
            "kind",
            "typo, clarification, update, correction, verdict_change or retraction",
            Holds.CODE,
        ),
        Column("claim_id", "The claim that was changed", Holds.ID),
        Column("statement_id", "Or the statement", Holds.ID),
        Column("url", "The page", Holds.ADDRESS),
        Column("text", "The wording last published, or the speaker of the statement"),
        Column("summary", "What changed"),
        Column("revision_before", "Version of the finding before", Holds.NUMBER),
        Column("revision_after", "And after", Holds.NUMBER),
    ),
)

DATASETS: tuple[Dataset, ...] = (CLAIMS, STATEMENTS, SPEAKERS, SOURCES, EVIDENCE, CORRECTIONS)

# Of one topic, made when it is asked for: in no archive of all files.
TOPIC_COUNTS = Dataset(
    "topic-counts",
    "A count of one counter for one period, as the page of a topic draws it",
    (
        Column("measure", "What is counted", Holds.CODE),
        Column("measure_name", "The same in words"),
        Column("unit", "Of the number"),
        Column("counting_rule", "What counts as one, and what does not"),
        Column("place", "Where"),
        Column("series_id", "The series", Holds.ID),
        Column("series", "Its name"),
        Column("counter", "Who counts"),
        Column("includes", "What this counter adds to the rule"),
        Column("granularity", "night, day, week, month or year", Holds.CODE),
        Column("period_start", "First day; of a night the one on which it begins", Holds.DAY),
        Column("period_end", "Last day, included", Holds.DAY),
        Column("value", "The count", Holds.NUMBER),
        Column("lower", "The least it may be", Holds.NUMBER),
        Column("upper", "The most it may be", Holds.NUMBER),
        Column("reported_at", "When the counter said so", Holds.MOMENT),
        Column("source", "The title of the work that reports it"),
    ),
)

# A tree, not a table: schema.org says what its parts mean.
CLAIM_REVIEWS = Dataset(
    "claimreview",
    "A finding on the scale of verdicts, as fact-check tools and search engines read it",
    (),
)

# Of one series, at an address of its own.
COUNTS = Dataset(
    "counts",
    "A count for one period as reported on one day",
    (
        Column("series", "The series, for ever", Holds.ID),
        Column("name", "What it is called"),
        Column("measure", "What is counted, by which rule", Holds.CODE),
        Column("counter", "Who counts"),
        Column("place", "Where"),
        Column("period_start", "First day; for a night its evening", Holds.DAY),
        Column("period_end", "Last day; for a night its morning", Holds.DAY),
        Column("lower", "The least it may be, where the counter says so", Holds.NUMBER),
        Column("value", "The count", Holds.NUMBER),
        Column("upper", "The most it may be", Holds.NUMBER),
        Column("reported_at", "When the counter gave it", Holds.MOMENT),
        Column("recorded_at", "When this site stored it", Holds.MOMENT),
        Column("source", "Title of the work that reports it"),
        Column("source_url", "Its page here", Holds.ADDRESS),
    ),
)

# Of the desk's own list: the working rows, for people with a role. In no public file.
WORKING_CLAIMS = Dataset(
    "working-claims",
    "A claim as it stands on the desk",
    (
        Column("id", "The claim, for ever", Holds.ID),
        Column("state", "Where the work stands", Holds.CODE),
        Column("short_text", "The claim in a line, as it is worded now"),
        Column("text", "The claim as it is worded now"),
        Column("language", "Of those words, BCP 47", Holds.CODE),
        Column("kind", "quantity, status, event, commitment, attribution or other", Holds.CODE),
        Column("assignee", "Whose hands it is in"),
        Column("speaker", "Who made the statement that it was taken from"),
        Column("said", "When", Holds.EDTF),
        Column("topics", "Short names of its topics and tags", Holds.CODES),
        Column("verdict", "The verdict in the draft", Holds.CODE),
        Column("commitment_status", "Or the commitment status in the draft", Holds.CODE),
        Column("finding", "The sentence in the draft"),
        Column("as_of", "The draft's day", Holds.DAY),
        Column("evidence", "How many sources are cited", Holds.NUMBER),
        Column("live_verdict", "The verdict that is public", Holds.CODE),
        Column("revision", "Its version", Holds.NUMBER),
        Column("show_as_open", "announced, where it asks to be shown as being checked", Holds.CODE),
        Column("review_due_on", "When to look again", Holds.DAY),
        Column("decline_reason", "Why it was declined", Holds.CODE),
        Column("origin", "own or imported", Holds.CODE),
        Column("external_ref", "Its reference in the archive it came from"),
        Column("created_at", "When it was added", Holds.MOMENT),
        Column("first_published_at", "First publication", Holds.MOMENT),
        Column("last_published_at", "Last one", Holds.MOMENT),
        Column("retracted_at", "When the finding was withdrawn", Holds.MOMENT),
        Column("version", "Of the working row", Holds.NUMBER),
    ),
)
