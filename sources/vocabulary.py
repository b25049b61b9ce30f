"""Codes of the sources app and what they are called (DOMAIN §1). Codes never change."""

from __future__ import annotations

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


class SnapshotMethod(TextChoices):
    PASTED = "pasted", "Pasted text"
    UPLOADED = "uploaded", "Uploaded file"
    FETCHED = "fetched", "Fetched"


class Granularity(TextChoices):
    NIGHT = "night", "Night (evening to morning)"
    DAY = "day", "Calendar day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    YEAR = "year", "Year"
