"""Agreements as they were at a moment, and what claims spoke of them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from statements.as_of.standings import last_rows, standings_of
from statements.models import (
    Agreement,
    Claim,
    Topic,
    Verdict,
)
from statements.querysets import public_condition

MOST_SPOKEN_OF = 500  # findings on agreements that a topic of a past day looks through


def agreement_claims_then(agreement: Agreement, at: datetime) -> list[str]:
    """Returns the public ids of claims whose live finding spoke of an agreement, newest first."""
    spoken = Verdict.objects.filter(agreement=agreement, recorded_at__lte=at)
    candidates = {
        pk: (public_id, first)
        for pk, public_id, first in Claim.objects.filter(
            public_condition(), pk__in=spoken.order_by().values("claim")
        ).values_list("pk", "public_id", "first_published_at")
    }
    live = {
        standing.verdict_id: pk
        for pk, standing in standings_of(candidates, at).items()
        if standing.is_live
    }
    held = set(spoken.filter(pk__in=list(live)).values_list("pk", flat=True))
    found = [candidates[pk] for verdict_id, pk in live.items() if verdict_id in held]
    return [public_id for public_id, _ in sorted(found, key=_first_published, reverse=True)]


def _first_published(candidate: tuple[str, datetime | None]) -> float:
    return candidate[1].timestamp() if candidate[1] else 0.0


def terms_then(agreement: Agreement, at: datetime) -> Agreement:
    """Returns an agreement with the terms that it had (one query); its members are today's."""
    return _as_agreed_then([agreement], at)[0]


def topic_agreements_then(topic: Topic, at: datetime, *, most: int) -> list[Agreement]:
    """Returns the agreements that live findings of a topic spoke of, by name (4 queries).

    With the terms that they had; looked for in the newest findings on agreements.
    """
    claims = Claim.objects.filter(Q(topics=topic) | Q(topics__parent=topic), public_condition())
    spoken = Verdict.objects.filter(
        agreement__isnull=False, recorded_at__lte=at, claim__in=claims.values("pk")
    )
    told = list(
        spoken.order_by("-recorded_at", "-id").values_list("pk", "claim_id", "agreement_id")[
            :MOST_SPOKEN_OF
        ]
    )
    standings = standings_of({claim_id for _, claim_id, _ in told}, at).values()
    live = {standing.verdict_id for standing in standings if standing.is_live}
    wanted = {agreement_id for verdict_id, _, agreement_id in told if verdict_id in live}
    found = _as_agreed_then(list(Agreement.objects.filter(pk__in=wanted)), at)
    return sorted(found, key=lambda row: (row.name, row.pk))[:most]


def _as_agreed_then(agreements: list[Agreement], at: datetime) -> list[Agreement]:
    rows = {row.id: row for row in last_rows(Agreement, [row.pk for row in agreements], at)}
    for agreement in agreements:
        row = rows.get(agreement.pk, agreement)
        for field in Agreement._meta.concrete_fields:
            if field.attname not in ("id", "public_id", "external_ref"):
                setattr(agreement, field.attname, getattr(row, field.attname))
    return agreements
