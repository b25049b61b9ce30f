"""Suggesting links of claims that seem to contradict each other (`statements.contradictions`).

A suggestion is an open `apparent_conflict` that nobody has added. It is never public; a checker
closes it with a reason, and then the pair is not suggested again. A suggestion that no longer
stands (the claim was typed anew) goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
PAIRS_AT_ONCE = 200  # nobody can write to SQLite while so many are looked at again

Key = tuple[int, int]  # two claims by their numbers, the smaller one first

Typed = TypeVar("Typed", Figure, Status)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims that seem to contradict each other; the older one first."""

    first: int
    second: int
    words: str


@dataclass(slots=True)
class Steps:
    """What there is to do: pairs to suggest, and suggestions to take back or to word anew."""

    new: list[Key] = field(default_factory=list)
    gone: dict[Key, int] = field(default_factory=dict)  # the link by its pair
    reworded: dict[Key, int] = field(default_factory=dict)


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
    pairs = _by_claims(_pairs_of(claim))
    linked = ClaimRelation.objects.filter(Q(from_claim=claim) | Q(to_claim=claim))
    steps = _steps(pairs, linked)
    ids = {pk for key in steps.new for pk in key}
    return _carry_out(steps, pairs, free=_held_for_us(ids, held=claim))


def find_contradictions() -> Found:
    """Suggests what contradicts what among all claims, and takes back what no longer stands.

    Nobody waits while all are compared: that is done outside a transaction. What comes of it is
    then written in short ones, each of which locks its claims and looks at them again.
    """
    steps = _steps(_by_claims(_all_pairs()), ClaimRelation.objects.all())
    keys = sorted({*steps.new, *steps.gone, *steps.reworded})
    found = Found()
    for start in range(0, len(keys), PAIRS_AT_ONCE):
        done = _look_again(keys[start : start + PAIRS_AT_ONCE])
        found.added += done.added
        found.removed += done.removed
    return found


@transaction.atomic
def _look_again(keys: Sequence[Key]) -> Found:
    """Does for these pairs what is to be done now that nobody else holds their claims."""
    ids = {pk for key in keys for pk in key}
    free = _held_for_us(ids)
    wanted = set(keys)
    pairs = {key: pair for key, pair in _by_claims(_pairs_among(ids)).items() if key in wanted}
    linked = ClaimRelation.objects.filter(from_claim__in=ids, to_claim__in=ids)
    return _carry_out(_steps(pairs, linked, among=wanted), pairs, free=free)


def _by_claims(pairs: Iterable[Pair]) -> dict[Key, Pair]:
    return {(pair.first, pair.second): pair for pair in pairs}


def _steps(
    pairs: Mapping[Key, Pair],
    linked: QuerySet[ClaimRelation],
    *,
    among: Container[Key] | None = None,
) -> Steps:
    """Returns what tells the links that there are from the pairs found (one query).

    `among` names the pairs that were looked at, where not all were.
    """
    steps = Steps()
    standing: set[Key] = set()
    rows = linked.order_by("id").only("from_claim", "to_claim", "is_suggested", "note")
    for row in rows:
        key = (min(row.from_claim_id, row.to_claim_id), max(row.from_claim_id, row.to_claim_id))
        standing.add(key)
        if not row.is_suggested or (among is not None and key not in among):
            continue
        if key not in pairs:
            steps.gone[key] = row.pk
        elif row.note != pairs[key].words:
            steps.reworded[key] = row.pk
    steps.new = [key for key in sorted(pairs) if key not in standing]
    return steps


def _carry_out(steps: Steps, pairs: Mapping[Key, Pair], *, free: set[int]) -> Found:
    suggested = ClaimRelation.objects.filter(is_suggested=True)
    if steps.gone:
        suggested.filter(pk__in=steps.gone.values()).delete()
    for key, pk in steps.reworded.items():
        suggested.filter(pk=pk).update(note=pairs[key].words)
    rows = [
        ClaimRelation(
            from_claim_id=key[0],
            to_claim_id=key[1],
            kind=RelationKind.APPARENT_CONFLICT,
            note=pairs[key].words,
            is_suggested=True,
        )
        for key in steps.new
        if free.issuperset(key)
    ]
    ClaimRelation.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return Found(added=len(rows), removed=len(steps.gone))


def _held_for_us(ids: set[int], held: Claim | None = None) -> set[int]:
    """Locks claims in one order for everybody, and returns those that are locked.

    It waits for who holds one; with a claim that is `held` already it waits for nobody, and those
    that somebody else holds are left out.
    """
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
    return _pairs_within(_quantities(), _statuses())


def _pairs_among(ids: Collection[int]) -> Iterator[Pair]:
    return _pairs_within(_quantities().filter(claim__in=ids), _statuses().filter(claim__in=ids))


def _pairs_within(
    quantities: QuerySet[QuantityDetail], typed: QuerySet[StatusDetail]
) -> Iterator[Pair]:
    """Yields every pair of these; only what can conflict at all is held against each other."""
    figures: dict[tuple[Any, ...], list[tuple[Figure, QuantityDetail]]] = {}
    for row in quantities.filter(place__isnull=False).iterator(BATCH):
        figure = _figure(row)
        figures.setdefault((figure.counted, figure.place), []).append((figure, row))
    for rows in figures.values():
        yield from _swept(rows)
    statuses: dict[tuple[Any, ...], list[tuple[Status, StatusDetail]]] = {}
    for detail in typed.iterator(BATCH):
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
