"""Codes of the sources app and what they are called (DOMAIN §1). Codes never change."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class PublisherKind(TextChoices):
    NEWS_AGENCY = "news_agency", "News agency"
    NEWSPAPER = "newspaper", "Newspaper"
    BROADCASTER = "broadcaster", "Broadcaster"
    GOVERNMENT = "government", "Government"
    MILITARY = "military", "Military"
    INTERGOVERNMENTAL = "intergovernmental", "Intergovernmental organisation"
    MONITOR = "monitor", "Monitor"
    ACADEMIC = "academic", "Academic"
    FACT_CHECKER = "fact_checker", "Fact-checker"
    PARTY_TO_CONFLICT = "party_to_conflict", "Party to the conflict"
    COMPANY = "company", "Company"
    OTHER = "other", "Other"


class SourceKind(TextChoices):
    ARTICLE = "article", "Article"
    READOUT = "readout", "Read-out"
    PRESS_RELEASE = "press_release", "Press release"
    POST = "post", "Post"
    DATASET = "dataset", "Dataset"
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    TRANSCRIPT = "transcript", "Transcript"
    REPORT = "report", "Report"
    DOCUMENT = "document", "Document"
    OTHER = "other", "Other"


class Directness(TextChoices):
    """How near a source stands to what it tells (DOMAIN §1)."""

    PRIMARY = "primary", "Primary: the record itself"
    SECONDARY = "secondary", "Secondary: reports the record"
    TERTIARY = "tertiary", "Tertiary: analyses reports"


class Rights(TextChoices):
    """What we may do with the copies of a work."""

    UNKNOWN = "unknown", "Not known"
    ALL_RIGHTS_RESERVED = "all_rights_reserved", "All rights reserved"
    OPEN_LICENCE = "open_licence", "Open licence"
    PUBLIC_DOMAIN = "public_domain", "Public domain"
    OWN = "own", "Our own work"


@dataclass(frozen=True, slots=True)
class RightsRule:
    """What follows from the rights in a work: whether its copies are shown, and in what words."""

    is_copy_public: bool
    words: str


RIGHTS: dict[str, RightsRule] = {
    Rights.UNKNOWN: RightsRule(False, "The copy is kept to check quotes, and not shown."),
    Rights.ALL_RIGHTS_RESERVED: RightsRule(
        False, "All rights reserved: the copy is kept to check quotes, and not shown."
    ),
    Rights.OPEN_LICENCE: RightsRule(True, "Under an open licence: the copy may be passed on."),
    Rights.PUBLIC_DOMAIN: RightsRule(True, "In the public domain: the copy may be passed on."),
    Rights.OWN: RightsRule(True, "Our own work: the copy may be passed on."),
}
PUBLIC_COPIES = tuple(code for code, rule in RIGHTS.items() if rule.is_copy_public)

# Copies that a browser shows as they are and cannot run.
PICTURES = frozenset({"image/png", "image/jpeg"})
# Copies that are pages, which a browser shows only where it runs nothing of them.
PAGES = frozenset({"text/html", "application/xhtml+xml"})
# How the file of a copy ends, by its media type.
MEDIA_ENDINGS: dict[str, str] = {
    "text/plain": "txt",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
}


class SuggestionKind(TextChoices):
    """What two works may be to each other."""

    SAME_WORK = "same_work", "The same work"
    REPORTS_ON = "reports_on", "Reports on it"


class Grounds(TextChoices):
    """Why the tool suggests it."""

    SAME_TEXT = "same_text", "Has the same text"
    NEAR_TEXT = "near_text", "Has nearly the same text"
    PAGE_SAYS = "page_says", "The page names the other's address as its own"
    COPIES = "copies", "Has the other's text in it"
    LINKS = "links", "Links to the other"
    NAMES = "names", "Names the other's title and publisher"


class SuggestionAnswer(TextChoices):
    ACCEPTED = "accepted", "Accepted"
    DISMISSED = "dismissed", "Dismissed"


class SnapshotMethod(TextChoices):
    PASTED = "pasted", "Pasted text"
    UPLOADED = "uploaded", "Uploaded file"
    FETCHED = "fetched", "Fetched"


class CaptureKind(TextChoices):
    """What a capture is for."""

    COPY = "copy", "Copy"
    LINK = "link", "Only whether the page is there"


class CaptureState(TextChoices):
    """Where a capture stands. The first two go on; the others are over."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being fetched"
    KEPT = "kept", "Copy kept"
    UNCHANGED = "unchanged", "Unchanged"
    FAILED = "failed", "Failed"


class Granularity(TextChoices):
    NIGHT = "night", "Night (evening to morning)"
    DAY = "day", "Calendar day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    YEAR = "year", "Year"
