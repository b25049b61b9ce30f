"""The filters of lists of claims: one FilterSet for the public pages and the API (DESIGN §4).

Unknown ids give an empty list, whether the row is hidden or was never there.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextChoices

from sources.models.base import PUBLIC_ID_ALPHABET
from statements.models import Citation, Claim, Occurrence, Site, Verdict
from statements.querysets import announced_condition
from statements.vocabulary import ClaimKind, CommitmentStatus, State, VerdictCode

MAX_QUERY_LENGTH = 200
MAX_WORDS = 10


class PublicState(TextChoices):
    """Where the work on a claim stands, as far as the public may know it (DOMAIN §4)."""

    PUBLISHED = "published", "Checked"
    RECHECKING = "rechecking", "Being re-checked"
    RETRACTED = "retracted", "Retracted"
    CHECKING = "checking", "Being checked"


# What each of them means. A claim in review again is still "being re-checked" outside the house.
PUBLIC_STATES: dict[str, Q] = {
    PublicState.PUBLISHED: Q(live_verdict__isnull=False, state=State.PUBLISHED),
    PublicState.RECHECKING: Q(live_verdict__isnull=False) & ~Q(state=State.PUBLISHED),
    PublicState.RETRACTED: Q(live_verdict__isnull=True, retracted_at__isnull=False),
    PublicState.CHECKING: announced_condition(),
}

is_public_id = RegexValidator(
    rf"^[{PUBLIC_ID_ALPHABET}]{{1,16}}\Z", "This is not an id of ours: copy it from an address."
)
is_slug = RegexValidator(r"^[-a-zA-Z0-9_]{1,80}\Z", "This is not the short name of a topic.")


HOW_A_DAY = "Write the day as 2025-03-27."


class DayField(forms.DateField):
    """A day, written as browsers send it: 2025-03-27."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": HOW_A_DAY}
    default_validators = [
        MinValueValidator(date(1000, 1, 1), HOW_A_DAY),
        MaxValueValidator(date(9998, 12, 31), HOW_A_DAY),
    ]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class DayFilter(django_filters.Filter):
    field_class = DayField


class ClaimFilter(django_filters.FilterSet):
    """Narrows claims that are listed in public; start it from `Claim.objects.listed()`.

    The words of `q` are plain text: each one must stand in the public wording, the finding or the
    speaker's name. Nothing of a working copy is ever compared.
    """

    q = django_filters.CharFilter(
        label="Words", method="with_words", max_length=MAX_QUERY_LENGTH, strip=True
    )
    speaker = django_filters.CharFilter(
        label="Speaker", method="of_speaker", validators=[is_public_id]
    )
    topic = django_filters.CharFilter(label="Topic", method="of_topic", validators=[is_slug])
    verdict = django_filters.ChoiceFilter(
        label="Verdict",
        method="with_finding",
        choices=(*VerdictCode.choices, *CommitmentStatus.choices),
        empty_label="Any",
    )
    kind = django_filters.ChoiceFilter(
        label="Kind", method="of_kind", choices=ClaimKind.choices, empty_label="Any"
    )
    state = django_filters.ChoiceFilter(
        label="State", method="in_state", choices=PublicState.choices, empty_label="Any"
    )
    publisher = django_filters.CharFilter(
        label="Publisher of a source", method="of_publisher", validators=[is_public_id]
    )
    said_after = DayFilter(
        label="Said on or after", field_name="main_statement__said_until", lookup_expr="gte"
    )
    said_before = DayFilter(
        label="Said on or before", field_name="main_statement__said_on", lookup_expr="lte"
    )
    published_after = DayFilter(label="Checked on or after", method="published_since")
    published_before = DayFilter(label="Checked on or before", method="published_until")

    class Meta:
        model = Claim
        fields: list[str] = []

    def with_words(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        for word in value.split()[:MAX_WORDS]:
            claims = claims.filter(
                Q(live_verdict__short_text__icontains=word)
                | Q(live_verdict__claim_text__icontains=word)
                | Q(live_verdict__finding__icontains=word)
                | Q(main_statement__speaker__name__icontains=word)
                | Q(main_statement__speaker__aliases__icontains=word)
                | announced_condition() & (Q(short_text__icontains=word) | Q(text__icontains=word))
                | Q(live_verdict__isnull=True, retracted_at__isnull=False)
                & Exists(_last_verdicts().filter(short_text__icontains=word))
            )
        return claims

    def of_speaker(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        said = Occurrence.objects.shown().filter(
            claim=OuterRef("pk"), statement__speaker__public_id=value
        )
        return claims.filter(Exists(said))

    def of_topic(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        links = Claim.topics.through._default_manager.filter(claim=OuterRef("pk"))
        return claims.filter(
            Exists(
                links.filter(
                    Q(topic__slug=value, topic__has_page=True)
                    | Q(topic__parent__slug=value, topic__parent__has_page=True)
                )
            )
        )

    def with_finding(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        column = "code" if value in VerdictCode.values else "commitment_status"
        return claims.filter(**{f"live_verdict__{column}": value})

    def of_kind(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return claims.filter(
            Q(live_verdict__claim_kind=value)
            | announced_condition() & Q(kind=value)
            | Q(live_verdict__isnull=True, retracted_at__isnull=False)
            & Exists(_last_verdicts().filter(claim_kind=value))
        )

    def in_state(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return claims.filter(PUBLIC_STATES[value])

    def of_publisher(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        cited = Citation.objects.filter(
            verdict=OuterRef("live_verdict"), source__publisher__public_id=value
        )
        return claims.filter(Exists(cited))

    def published_since(self, claims: QuerySet[Claim], name: str, value: date) -> QuerySet[Claim]:
        return claims.filter(first_published_at__gte=_midnight(value))

    def published_until(self, claims: QuerySet[Claim], name: str, value: date) -> QuerySet[Claim]:
        return claims.filter(first_published_at__lt=_midnight(value + timedelta(days=1)))


def with_sealed_text(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Adds `sealed_text`: the short wording last published, for claims without a live finding."""
    last = Verdict.objects.filter(claim=OuterRef("pk")).order_by("-revision").values("short_text")
    return claims.annotate(sealed_text=Subquery(last[:1]))


def _last_verdicts() -> QuerySet[Verdict]:
    """Returns the last verdict of the claim outside."""
    newer = Verdict.objects.filter(claim=OuterRef("claim"), revision__gt=OuterRef("revision"))
    return Verdict.objects.filter(~Exists(newer), claim=OuterRef("pk"))


def _midnight(day: date) -> datetime:
    """Returns when a day begins in the site's time zone, in which pages show it."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(Site.current().time_zone))
