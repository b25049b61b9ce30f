"""What bears on a published finding, and so calls for another look (DOMAIN §4, shelf life).

Each function is called by the operation that adds the fact, inside its transaction. They open
entries for a person and change nothing of a claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from sources.models import Observation, Series
from statements import fuzzydates, timeline
from statements.comparing import windows_of
from statements.intervals import Bounds, number_words
from statements.models import AgreementEvent, AgreementViolation, Claim, ExternalReview, Occurrence
from statements.operations.rechecks import open_rechecks
from statements.vocabulary import Axis, Origin, RecheckCause

if TYPE_CHECKING:
    from statements.models import QuantityDetail


def _live() -> QuerySet[Claim]:
    return Claim.objects.filter(live_verdict__isnull=False)


def look_again_after_counts(series: Series, observations: list[Observation]) -> None:
    """New counts of the same kind and place, within the window of a published number."""
    if not observations or series.place_id is None:
        return
    first = min(row.period_start for row in observations)
    last = max(row.period_end for row in observations)
    rows = (
        _live()
        .filter(
            quantity__measure__comparability_group=series.measure.comparability_group,
            quantity__measure__unit=series.measure.unit,
            quantity__place=series.place_id,
        )
        .filter(
            Q(quantity__period_start__isnull=True)
            | Q(quantity__since_event__isnull=False)
            | Q(quantity__period_start__lte=last)
        )
        .filter(
            Q(quantity__period_end__isnull=True)
            | Q(quantity__until_event__isnull=False)
            | Q(quantity__period_end__gte=first)
        )
        .select_related("quantity__since_event", "quantity__until_event", "main_statement")
    )
    touched = [claim for claim in rows if _is_within(claim.quantity, observations)]
    counts = "a new count" if len(observations) == 1 else f"{len(observations):,} new counts"
    open_rechecks(
        touched,
        cause=RecheckCause.NEW_OBSERVATION,
        summary=f"{series.name}: {counts}, {_days(first, last)}.",
        detail={
            "series": series.public_id,
            "observations": len(observations),
            "from": first.isoformat(),
            "to": last.isoformat(),
        },
    )


def _is_within(quantity: QuantityDetail, observations: Iterable[Observation]) -> bool:
    """Says whether a count falls into the window, however its events are dated (up to 3 queries)."""
    return any(
        (window.start is None or row.period_end >= window.start)
        and (window.end is None or row.period_start <= window.end)
        for window in windows_of(quantity)
        if window.is_named
        for row in observations
    )


def look_again_after_event(event: AgreementEvent) -> None:
    """A confirmed event on the agreement, axis and party of a published status.

    Or one that a published window hangs on: the event itself, another dating of it, or a better
    version of it.
    """
    who = f"{event.party}: " if event.party else ""
    day = fuzzydates.words(event.happened_on.isoformat())
    about = f"{who}{event.value_label.lower()}, {day} ({event.agreement}), says “{event.source}”."
    detail = {"event": event.pk, "agreement": event.agreement.public_id}
    statuses = _live().filter(
        status__agreement=event.agreement_id, status__axis=event.axis, status__party=event.party_id
    )
    _ask(statuses.filter(status__as_of__gte=event.happened_on), about, detail)
    later = f"After the day that the claim speaks of: {about}"
    _ask(statuses.filter(status__as_of__lt=event.happened_on), later, detail)
    dated = timeline.one_event(event.pk, event.agreement.events.all())
    hanging = _live().filter(
        Q(quantity__since_event__in=dated) | Q(quantity__until_event__in=dated)
    )
    _ask(hanging, f"The window hangs on this event: {about}", detail)


def look_again_after_violation(violation: AgreementViolation) -> None:
    """A confirmed violation by a party whose compliance is published, on that day or later."""
    day = fuzzydates.words(violation.happened_on.isoformat())
    how = violation.get_standing_display().lower()
    _ask(
        _live().filter(
            status__agreement=violation.agreement_id,
            status__axis=Axis.COMPLIANCE,
            status__party=violation.party_id,
            status__as_of__gte=violation.happened_on,
        ),
        f"{violation.party}: violation {how}, {day} ({violation.agreement}), "
        f"says “{violation.source}”.",
        {"violation": violation.pk, "agreement": violation.agreement.public_id},
    )


def _ask(claims: QuerySet[Claim], summary: str, detail: dict[str, Any]) -> None:
    open_rechecks(claims, cause=RecheckCause.NEW_EVENT, summary=summary, detail=detail)


def look_again_after_repetition(occurrence: Occurrence) -> None:
    """A confirmed repetition of a published number, with a number that the claim does not allow."""
    quantity: QuantityDetail | None = getattr(occurrence.claim, "quantity", None)
    lower, upper = occurrence.stated_lower, occurrence.stated_upper
    if quantity is None or (lower is None and upper is None):
        return
    # What was said there has no comparator: "more than 1,000" is kept as 1,000 and up.
    if Bounds(quantity.lower, quantity.upper).contains(Bounds(lower, upper)):
        return
    words = " to ".join(number_words(number) for number in (lower, upper) if number is not None)
    open_rechecks(
        [occurrence.claim],
        cause=RecheckCause.NEW_EVIDENCE,
        summary=f"It was repeated with another number, {words}: “{occurrence.statement}”.",
        detail={"statement": occurrence.statement.public_id},
    )


def look_again_after_reviews(reviews: Iterable[ExternalReview]) -> None:
    """What other fact-checkers found on a claim that we found something on ourselves."""
    for review in reviews:
        claim = review.claim
        if claim is not None and claim.origin == Origin.OWN:
            open_rechecks(
                [claim],
                cause=RecheckCause.NEW_EVIDENCE,
                summary=f"{review.publisher} found: {review.label}.",
                detail={"address": review.url},
            )


def _days(first: date, last: date) -> str:
    if first == last:
        return fuzzydates.words(first.isoformat())
    return fuzzydates.words(f"{first}/{last}")
