"""Suggesting links of claims that seem to contradict each other (`statements.contradictions`).

A suggestion is an open `apparent_conflict` that nobody has added. It is never public; a checker
closes it with a reason, and then the pair is not suggested again. A suggestion that no longer
stands (the claim was typed anew) goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from statements import contradictions
from statements.contradictions import (
    Figure,
    Status,
    figures_conflict,
    soon_after,
    soon_before,
    statuses_conflict,
)
from statements.intervals import bounds_as_kept
from statements.models import Claim, ClaimRelation, QuantityDetail, StatusDetail
from statements.vocabulary import RelationKind, State

# Nobody works on these, and nobody reads their numbers.
LEFT_OUT = (State.DECLINED, State.TAKEN_DOWN)
BATCH = 1_000

Typed = TypeVar("Typed", Figure, Status)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims that seem to contradict each other; the older one first."""

    first: int
    second: int
    words: str


@dataclass(slots=True)
class Found:
    """What a search did: suggestions that are new, and old ones that no longer stand."""

    added: int = 0
    removed: int = 0


def suggest_contradictions(claim: Claim) -> Found:
    """Suggests what contradicts a claim as it is typed now (four queries without any).

    Call it in a transaction, with the claim locked. A claim that somebody else holds at this
    moment is passed over, for two who wait for each other would wait for ever: the search over
    all of them finds it.
    """
    return _keep(list(_pairs_of(claim)), Q(from_claim=claim) | Q(to_claim=claim), held=claim)


@transaction.atomic
def find_contradictions() -> Found:
    """Suggests what contradicts what among all claims, and takes back what no longer stands."""
    return _keep(list(_all_pairs()), Q())


def _keep(pairs: list[Pair], whose: Q, *, held: Claim | None = None) -> Found:
    told = {(pair.first, pair.second): pair for pair in pairs}
    linked = ClaimRelation.objects.filter(whose).order_by("id")
    standing: set[tuple[int, int]] = set()
    gone: list[int] = []
    reworded: list[ClaimRelation] = []
    for row in linked.only("from_claim", "to_claim", "is_suggested", "note"):
        key = (min(row.from_claim_id, row.to_claim_id), max(row.from_claim_id, row.to_claim_id))
        standing.add(key)
        if row.is_suggested and key not in told:
            gone.append(row.pk)
        elif row.is_suggested and row.note != told[key].words:
            row.note = told[key].words
            reworded.append(row)
    suggested = ClaimRelation.objects.filter(is_suggested=True)
    if gone:
        suggested.filter(pk__in=gone).delete()
    for row in reworded:
        suggested.filter(pk=row.pk).update(note=row.note)
    new = [pair for key, pair in sorted(told.items()) if key not in standing]
    free = _held_for_us({pk for pair in new for pk in (pair.first, pair.second)}, held)
    rows = [
        ClaimRelation(
            from_claim_id=pair.first,
            to_claim_id=pair.second,
            kind=RelationKind.APPARENT_CONFLICT,
            note=pair.words,
            is_suggested=True,
        )
        for pair in new
        if {pair.first, pair.second} <= free
    ]
    ClaimRelation.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return Found(added=len(rows), removed=len(gone))


def _held_for_us(ids: set[int], held: Claim | None) -> set[int]:
    """Locks the claims that nobody else holds, in one order for everybody, and returns them."""
    if not ids:
        return set()
    rows = Claim.objects.filter(pk__in=ids).order_by("pk")
    if held is None:
        rows = rows.select_for_update(no_key=True)
    else:
        rows = rows.select_for_update(no_key=True, skip_locked=True)
    return set(rows.values_list("pk", flat=True))


# ---- who is asked ---------------------------------------------------------------------------


def _pairs_of(claim: Claim) -> Iterator[Pair]:
    if claim.state in LEFT_OUT:
        return
    quantity = _quantities().filter(claim=claim).first()
    if quantity is not None and quantity.place_id is not None:
        yield from _against(quantity, _near(quantity), _figure, figures_conflict)
    status = _statuses().filter(claim=claim).first()
    if status is not None:
        same = _statuses().filter(
            agreement=status.agreement_id, axis=status.axis, as_of=status.as_of
        )
        same = same.filter(party=status.party_id).exclude(value=status.value)
        yield from _against(status, same, _status, statuses_conflict)


def _quantities() -> QuerySet[QuantityDetail]:
    rows = QuantityDetail.objects.exclude(claim__state__in=LEFT_OUT)
    return rows.select_related(
        "measure", "since_event", "until_event", "claim__main_statement"
    ).order_by("claim")


def _statuses() -> QuerySet[StatusDetail]:
    rows = StatusDetail.objects.exclude(claim__state__in=LEFT_OUT)
    return rows.select_related("agreement", "party").order_by("claim")


def _near(row: QuantityDetail) -> QuerySet[QuantityDetail]:
    """Narrows to the numbers that can conflict with one, so that few are looked at."""
    rows = _quantities().filter(
        measure__comparability_group=row.measure.comparability_group,
        measure__unit=row.measure.unit,
        place=row.place_id,
    )
    apart = Q()
    if row.upper is not None:
        apart |= Q(lower__gte=row.upper)
    if row.lower is not None:
        apart |= Q(upper__lte=row.lower)
    figure = _figure(row)
    if figure.start is not None:
        ends = Q(period_end__isnull=True) | Q(until_event__isnull=False)
        rows = rows.filter(ends | Q(period_end__gte=soon_before(figure.start)))
    if figure.end is not None:
        begins = Q(period_start__isnull=True) | Q(since_event__isnull=False)
        rows = rows.filter(begins | Q(period_start__lte=soon_after(figure.end)))
    return rows.filter(apart) if apart else rows.none()


def _against(
    row: Any,
    others: Iterable[Any],
    typed: Callable[[Any], Typed],
    conflict: Callable[[Typed, Typed], bool],
) -> Iterator[Pair]:
    mine = typed(row)
    for other in others:
        if conflict(mine, typed(other)):
            yield _pair(row, other)


def _all_pairs() -> Iterator[Pair]:
    """Yields every pair; only rows that can conflict at all are held against each other."""
    figures: dict[tuple[Any, ...], list[tuple[Figure, QuantityDetail]]] = {}
    for row in _quantities().filter(place__isnull=False).iterator(BATCH):
        figure = _figure(row)
        figures.setdefault((figure.counted, figure.place), []).append((figure, row))
    for rows in figures.values():
        yield from _swept(rows)
    statuses: dict[tuple[Any, ...], list[tuple[Status, StatusDetail]]] = {}
    for detail in _statuses().iterator(BATCH):
        status = _status(detail)
        key = (status.agreement, status.axis, status.party, status.as_of)
        statuses.setdefault(key, []).append((status, detail))
    for told in statuses.values():
        for place, (status, detail) in enumerate(told):
            for other_status, other in told[place + 1 :]:
                if statuses_conflict(status, other_status):
                    yield _pair(detail, other)


def _swept(rows: list[tuple[Figure, QuantityDetail]]) -> Iterator[Pair]:
    """Yields the conflicts among numbers of one kind and place, by the day they begin."""
    begin = [row for row in rows if row[0].start is None]
    dated = sorted(
        (row for row in rows if row[0].start is not None),
        key=lambda row: (row[0].start, row[0].claim),
    )
    ordered = begin + dated
    for place, (figure, row) in enumerate(ordered):
        for other_figure, other in ordered[place + 1 :]:
            if (
                figure.end is not None
                and other_figure.start is not None
                and other_figure.start > soon_after(figure.end)
            ):
                break
            if figures_conflict(figure, other_figure):
                yield _pair(row, other)


def _figure(row: QuantityDetail) -> Figure:
    start, end = row.days
    return Figure(
        claim=row.claim_id,
        counted=(row.measure.comparability_group, row.measure.unit),
        adds_up=row.measure.is_additive,
        bounds=bounds_as_kept(row.comparator, row.lower, row.upper),
        start=start,
        end=end,
        days_are=row.period_counts,
        place=row.place_id,
        since=row.since_event_id,
    )


def _status(row: StatusDetail) -> contradictions.Status:
    return Status(
        claim=row.claim_id,
        agreement=row.agreement_id,
        axis=row.axis,
        party=row.party_id,
        value=row.value,
        as_of=row.as_of,
    )


def _pair(one: Any, other: Any) -> Pair:
    first, second = sorted((one, other), key=lambda row: row.claim_id)
    return Pair(first.claim_id, second.claim_id, f"{_words(first)}; {_words(second)}")


def _words(row: Any) -> str:
    if isinstance(row, QuantityDetail):
        return f"{row.number_words}, {row.period_words}" if row.period_edtf else row.number_words
    return str(row)
