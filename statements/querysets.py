"""Questions asked of statements and claims.

Visibility has two doors (DESIGN §10.1): `Claim.objects.public()` and `.announced()`. Statements,
speakers, sources, topics and agreements derive theirs from them here, and every page, feed, JSON
and count starts from a door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Coalesce

from sources.querysets import newest_archive, seen_at
from statements import workflow
from statements.vocabulary import UNSETTLED_COMMITMENTS, ClaimKind, Match, State

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from sources.models import Publisher, Source


def _rows(label: str) -> Any:
    """Returns the manager of a model by name: models import this module, not the other way."""
    return apps.get_model(label)._default_manager


def public_condition(prefix: str = "") -> Q:
    """Returns the condition "has a live verdict or is retracted (notice)", DOMAIN §4."""
    return (
        Q(**{f"{prefix}live_verdict__isnull": False})
        | Q(**{f"{prefix}retracted_at__isnull": False})
    ) & ~Q(**{f"{prefix}state": State.TAKEN_DOWN})


def announced_condition(prefix: str = "") -> Q:
    """Returns the condition "never published, asks to be shown, being checked", DOMAIN §4."""
    return Q(
        **{
            f"{prefix}show_as_open": True,
            f"{prefix}first_published_at__isnull": True,
            f"{prefix}state__in": workflow.ANNOUNCED_STATES,
        }
    )


def shown_condition(prefix: str = "") -> Q:
    """Returns the condition that a late row was confirmed by a second editor."""
    return Q(**{f"{prefix}is_late": False}) | Q(**{f"{prefix}confirmed_by__isnull": False})


class ClaimQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Claims with a live verdict or a retraction notice."""
        return self.filter(public_condition())

    def announced(self) -> Self:
        """Claims shown as "being checked", without a verdict."""
        return self.filter(announced_condition())

    def listed(self) -> Self:
        """Claims that have a page in public: public or announced."""
        return self.filter(public_condition() | announced_condition())

    def for_speaker(self, speaker: models.Model) -> Self:
        """Narrows to claims that are shown to be made by a speaker."""
        # From the speaker's few rows, as below: an EXISTS is asked of each claim that there is.
        made = _rows("statements.Occurrence").shown().filter(statement__speaker=speaker)
        return self.filter(pk__in=made.order_by().values("claim"))

    def for_topic(self, topic: models.Model) -> Self:
        """Narrows to a topic and the topics right below it."""
        return self.filter(Exists(_topic_links(topic)))

    def for_source(self, source: Source) -> Self:
        """Narrows to claims whose live verdict cites a source."""
        cited = _rows("statements.Citation").filter(
            source__in=_rows("sources.Source").of_work(source)
        )
        return self.filter(live_verdict__in=cited.order_by().values("verdict"))

    def for_statement(self, statement: models.Model) -> Self:
        """Narrows to claims that a statement makes, as the public may know."""
        made = _rows("statements.Occurrence").public().filter(statement=statement)
        return self.filter(pk__in=made.order_by().values("claim"))

    def for_agreement(self, agreement: models.Model) -> Self:
        return self.filter(live_verdict__agreement=agreement)

    def for_list(self) -> Self:
        """Adds all that a line of a list shows (no further query)."""
        return self.select_related(
            "live_verdict", "main_statement__speaker", "main_statement__occasion"
        )

    def for_desk_list(self) -> Self:
        """Adds what a line of the queue shows."""
        return self.select_related("assignee", "main_statement__speaker", "draft")

    def queue_mine(self, user: User) -> Self:
        """Work in the hands of a person, oldest first."""
        return self.filter(assignee=user, state__in=(State.RESEARCHING, State.REOPENED)).order_by(
            "id"
        )

    def unassigned(self) -> Self:
        return self.filter(state=State.NEW).order_by("id")

    def to_review(self, user: User) -> Self:
        """Claims in review that this person may publish: neither author nor last editor."""
        return (
            self.filter(state=State.IN_REVIEW)
            .exclude(draft__author=user)
            .exclude(draft__last_editor=user)
            .order_by("id")
        )

    def overdue(self, *, on: date) -> Self:
        """Commitments due before a day whose live status is not final, or that have none yet."""
        return (
            self.filter(kind=ClaimKind.COMMITMENT, commitment__due_on__lt=on)
            .exclude(state__in=(State.DECLINED, State.TAKEN_DOWN, State.RETRACTED))
            .filter(
                Q(live_verdict__isnull=True)
                | Q(live_verdict__commitment_status__in=UNSETTLED_COMMITMENTS)
            )
            .order_by("commitment__due_on", "id")
        )

    def due_again(self, *, on: date) -> Self:
        """Published claims whose finding asks for another look by that day."""
        return self.filter(state=State.PUBLISHED, review_due_on__lte=on).order_by("review_due_on")


def _topic_links(topic: models.Model) -> Any:
    links = apps.get_model("statements.Claim").topics.through._default_manager
    return links.filter(claim=OuterRef("pk")).filter(Q(topic=topic) | Q(topic__parent=topic))


def _shown_in_listed_claims(**narrow: Any) -> Any:
    """Returns the occurrences that the public may know of."""
    return _rows("statements.Occurrence").public().filter(**narrow)


class StatementQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Statements that make a public or announced claim."""
        return self.filter(Exists(_shown_in_listed_claims(statement=OuterRef("pk"))))

    def frozen(self) -> Self:
        """Statements whose speaker, date and words change only by `correct_statement`."""
        return self.filter(
            Exists(
                _rows("statements.Occurrence")
                .exclude(match=Match.REJECTED)
                .filter(statement=OuterRef("pk"))
                .filter(
                    Q(claim__first_published_at__isnull=False) | Q(claim__state=State.IN_REVIEW)
                )
            )
        )

    def for_page(self) -> Self:
        return self.select_related("speaker", "occasion__place", "place").prefetch_related(
            "speaker__roles",
            Prefetch(
                "appearances",
                queryset=_rows("statements.Appearance")
                .shown()
                .with_archive()
                .select_related("source__publisher", "snapshot")
                .defer("snapshot__text"),
                to_attr="shown_appearances",
            ),
            "corrections",
        )


class SpeakerQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Speakers of a public statement, parties of a shown event or violation, who alleged one."""
        violations = _rows("statements.AgreementViolation").shown()
        return self.filter(
            Exists(_shown_in_listed_claims(statement__speaker=OuterRef("pk")))
            | Exists(_rows("statements.AgreementEvent").shown().filter(party=OuterRef("pk")))
            | Exists(violations.filter(Q(party=OuterRef("pk")) | Q(alleged_by=OuterRef("pk"))))
        )


class TopicQuerySet(models.QuerySet[Any]):
    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)

    def public(self) -> Self:
        """Topics with a page and a claim that is listed, their own or one right below."""
        links = apps.get_model("statements.Claim").topics.through._default_manager
        listed = links.filter(public_condition("claim__") | announced_condition("claim__"))
        return self.filter(has_page=True).filter(
            Exists(listed.filter(topic=OuterRef("pk")))
            | Exists(listed.filter(topic__parent=OuterRef("pk")))
        )

    def with_claim_count(self) -> Self:
        """Adds `claim_count`: listed claims of the topic and of those right below it; by name."""
        counts = _rows("statements.FacetCount").filter(dimension="topic", code=OuterRef("slug"))
        return self.annotate(
            claim_count=Coalesce(models.Subquery(counts.values("count")[:1]), 0)
        ).order_by("name", "id")


class OccurrenceQuerySet(models.QuerySet[Any]):
    def shown(self) -> Self:
        """Confirmed, and where it came late, confirmed by a second editor."""
        return self.filter(shown_condition(), match=Match.CONFIRMED)

    def public(self) -> Self:
        """Shown ones of public claims; of an open check only the statement it was taken from."""
        announced = announced_condition("claim__") & Q(claim__main_statement=F("statement"))
        return self.shown().filter(public_condition("claim__") | announced)

    def waiting(self) -> Self:
        return self.filter(is_late=True, confirmed_by__isnull=True).exclude(match=Match.REJECTED)


class LateQuerySet(models.QuerySet[Any]):
    """Rows that may have joined something published (`statements.models.base.LateRow`)."""

    def shown(self) -> Self:
        return self.filter(shown_condition())

    def waiting(self) -> Self:
        """Rows that wait for a second editor."""
        return self.filter(is_late=True, confirmed_by__isnull=True)


class RelationQuerySet(LateQuerySet):
    def shown(self) -> Self:
        return super().shown().filter(is_suggested=False)

    def waiting(self) -> Self:
        """Links, and resolutions of shown ones, that wait for a second editor."""
        unconfirmed = Q(is_late=True, confirmed_by__isnull=True)
        return self.filter(unconfirmed | Q(proposed_by__isnull=False), is_suggested=False)

    def suggested(self) -> Self:
        """Contradictions that the machine found and nobody has looked at, oldest first.

        Those of a claim that was declined since are nobody's business.
        """
        left_out = Q(from_claim__state=State.DECLINED) | Q(to_claim__state=State.DECLINED)
        return self.filter(is_suggested=True).exclude(left_out).order_by("id")

    def between(self, one: models.Model, other: models.Model) -> Self:
        """Links of two claims, in either direction."""
        return self.filter(Q(from_claim=one, to_claim=other) | Q(from_claim=other, to_claim=one))


class AppearanceQuerySet(LateQuerySet):
    def with_archive(self) -> Self:
        """Adds `newest_archive`, the link to a public archive that the copy got last."""
        return self.annotate(newest_archive=newest_archive("snapshot"))

    def public(self) -> Self:
        """Shown appearances of public statements."""
        return self.shown().filter(Exists(_shown_in_listed_claims(statement=OuterRef("statement"))))


class AnchorCheckQuerySet(models.QuerySet[Any]):
    def newest_for(self, rows: Iterable[Any]) -> dict[tuple[Any, ...], Any]:
        """Returns the last check of each anchored row's place, by (snapshot, start, end); 1 query.

        A copy counts that became the page later than the row's own: where the page went back to
        that one, none does. The row's own snapshot has its text; of the newer copy it is left out.
        """
        ids = {row.snapshot_id for row in rows if row.start is not None}
        checks = self.filter(snapshot__in=ids).select_related("looked_in", "snapshot")
        later = checks.annotate(own_at=seen_at("snapshot__"), looked_at=seen_at("looked_in__"))
        later = later.filter(looked_at__gte=F("own_at"))
        found = later.defer("looked_in__text").order_by("looked_at", "id")
        return {(row.snapshot_id, row.start, row.end): row for row in found} if ids else {}


class AgreementQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Agreements with a shown event or violation, or spoken of in a live finding."""
        violations = _rows("statements.AgreementViolation").shown()
        return self.filter(
            Exists(_rows("statements.AgreementEvent").shown().filter(agreement=OuterRef("pk")))
            | Exists(violations.filter(agreement=OuterRef("pk")))
            | Exists(_rows("statements.Claim").filter(live_verdict__agreement=OuterRef("pk")))
        )


class ConfirmedQuerySet(models.QuerySet[Any]):
    """Sealed rows that are shown once a second editor confirmed them, until one supersedes them.

    With `known_at` they answer as they did at that moment.
    """

    def confirmed(self, *, known_at: datetime | None = None) -> Self:
        """Rows that a second editor confirmed, those superseded since included."""
        return self.filter(_confirmed(known_at))

    def shown(self, *, known_at: datetime | None = None) -> Self:
        """Rows that a second editor confirmed, and none that a confirmed one supersedes."""
        return self.filter(_confirmed(known_at), ~self._successor_of("pk", known_at))

    def waiting(self) -> Self:
        """Rows that a second editor may confirm: not those whose place another has taken."""
        return self.filter(~self._successor_of("supersedes"), confirmation__isnull=True)

    def with_place(self) -> Self:
        """Adds `is_superseded`, and `is_overtaken`: another has the place that it was to take."""
        return self.annotate(
            is_superseded=self._successor_of("pk"),
            is_overtaken=Case(
                When(confirmation__isnull=True, then=self._successor_of("supersedes")),
                default=Value(False),
            ),
        )

    def _successor_of(self, column: str, known_at: datetime | None = None) -> Exists:
        confirmed = self.model._default_manager.filter(_confirmed(known_at))
        return Exists(confirmed.filter(supersedes=OuterRef(column)))


def _confirmed(known_at: datetime | None) -> Q:
    if known_at is None:
        return Q(confirmation__isnull=False)
    return Q(confirmation__confirmed_at__lte=known_at)


class AgreementViolationQuerySet(ConfirmedQuerySet):
    """Violations of agreements, alleged, corroborated and refuted."""


class PositionQuerySet(models.QuerySet[Any]):
    def of_all_sources(self) -> Self:
        """Leaves out what single publishers say: the newest word of all counts."""
        return self.filter(according_to__isnull=True)


class AgreementEventQuerySet(ConfirmedQuerySet):
    """Events of agreements."""


class RecheckQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        """Entries that nobody has answered, of claims that are not taken down; oldest first."""
        return self.filter(closed_at__isnull=True, taken_down_at__isnull=True).order_by("id")

    def for_inbox(self) -> Self:
        """Adds what a line of the inbox shows (no further query)."""
        return self.select_related("claim__live_verdict", "claim__assignee", "closed_by")


class CorrectionQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Corrections of what is public now."""
        return self.filter(
            public_condition("claim__")
            | Exists(_shown_in_listed_claims(statement=OuterRef("statement")))
        )


# `sources` knows nothing of claims, so the doors of its nouns stand here.


def _once(build: Callable[[], models.QuerySet[Any]]) -> Callable[[], models.QuerySet[Any]]:
    """Lets a queryset be put together once a process; each caller gets a copy to go on with.

    Nesting these conditions took Django 10 to 40 ms, many times what their query takes.
    """
    kept = cache(build)

    @wraps(build)
    def copied() -> models.QuerySet[Any]:
        return kept().all()

    return copied


@_once
def cited_sources() -> models.QuerySet[Source]:
    """Returns the sources that a live finding, a public statement or an agreement's page rests on."""
    rows: models.QuerySet[Source] = _rows("sources.Source").filter(
        Exists(
            _rows("statements.Citation").filter(
                source=OuterRef("pk"), verdict__live_for__isnull=False
            )
        )
        | Exists(_rows("statements.Appearance").public().filter(source=OuterRef("pk")))
        | Exists(_rows("statements.AgreementEvent").shown().filter(source=OuterRef("pk")))
        | Exists(_rows("statements.AgreementViolation").shown().filter(source=OuterRef("pk")))
    )
    return rows


@_once
def public_sources() -> models.QuerySet[Source]:
    """Returns the works that have a page: cited in public, themselves or what was merged into them."""
    twins = cited_sources().filter(merged_into=OuterRef("pk"))
    cited = cited_sources().filter(pk=OuterRef("pk"))
    rows: models.QuerySet[Source] = (
        _rows("sources.Source").works().filter(Q(Exists(cited)) | Q(Exists(twins)))
    )
    return rows


@_once
def sources_of_public_works() -> models.QuerySet[Source]:
    """Returns the rows of all works that have a page, what was merged into them as well.

    Asked of each row by itself: a list of all works that have one is made anew for every query.
    """
    rows = _rows("sources.Source").annotate(of_work=Coalesce("merged_into_id", "pk"))
    cited = cited_sources().filter(Q(pk=OuterRef("of_work")) | Q(merged_into=OuterRef("of_work")))
    found: models.QuerySet[Source] = rows.filter(Exists(cited))
    return found


@_once
def public_publishers() -> models.QuerySet[Publisher]:
    """Returns the publishers of public sources."""
    rows: models.QuerySet[Publisher] = _rows("sources.Publisher").filter(
        Exists(public_sources().filter(publisher=OuterRef("pk")))
    )
    return rows
