"""Following quotes from one copy of a source to the next: found again, or lost and told.

Called in the transaction that stores a copy. Evidence, appearances and published findings stay as
they are; what was seen is written in rows of its own (`AnchorCheck`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from sources.diffs import word_diff
from sources.models import Snapshot, Source
from statements import anchors
from statements.models import AnchorCheck, Appearance, Citation, Claim, Evidence
from statements.operations.rechecks import open_rechecks
from statements.vocabulary import AnchorOutcome, Match, RecheckCause

if TYPE_CHECKING:
    from sources.models import AnchoredRow

Place = tuple[int, int, int]  # snapshot, start, end


def look_again(snapshot: Snapshot) -> None:
    """Looks in a copy that is the newest now for all that is quoted from others of the same work.

    It is new, or the page went back to it: what was looked for in it before is not looked for
    again, and is told again. About seven queries, and one more per copy that is quoted. A published claim whose words
    are lost is called up for another look, with what was quoted and what stands there now.
    """
    if not snapshot.text:
        return  # a picture, or a file without text: nothing can be said
    quoted = _quoted(snapshot)
    if not quoted:
        return
    known = [
        check
        for check in AnchorCheck.objects.filter(looked_in=snapshot).select_related("snapshot")
        if _place(check) in quoted
    ]
    checks = _looked_for(list(quoted.keys() - {_place(check) for check in known}), snapshot)
    AnchorCheck.objects.bulk_create(checks)
    lost = [check for check in (*known, *checks) if check.outcome == AnchorOutcome.LOST]
    if not lost:
        return
    ids = {pk for check in lost for pk in quoted[_place(check)]}
    claims = Claim.objects.in_bulk(ids)
    for check in lost:
        affected = [claims[pk] for pk in sorted(quoted[_place(check)])]
        open_rechecks(affected, cause=RecheckCause.SOURCE_CHANGED, **_told(check))


def look_now(row: AnchoredRow, source: Source) -> None:
    """Looks for a quote just taken from an older copy in the newest one (3 queries at most)."""
    if row.start is None or row.end is None:
        return
    pk = row.snapshot_id  # type: ignore[attr-defined]  # both anchored models have it
    newest = Snapshot.objects.of_work(source).exclude(text="").last_seen_first().first()
    if newest is None or newest.pk == pk:
        return
    if AnchorCheck.objects.filter(
        snapshot=pk, start=row.start, end=row.end, looked_in=newest
    ).exists():
        return
    checks = _looked_for([(pk, row.start, row.end)], newest)
    try:
        with transaction.atomic():
            AnchorCheck.objects.bulk_create(checks)
    except IntegrityError:
        return  # somebody quoted the same words at this moment


def _quoted(snapshot: Snapshot) -> dict[Place, set[int]]:
    """Returns every place quoted from other copies of the work, with the claims that rest on it."""
    found: dict[Place, set[int]] = defaultdict(set)
    work = list(Source.objects.of_work(snapshot.source).values_list("pk", flat=True))
    of_work = {"source__in": work, "start__isnull": False}
    cited = Evidence.objects.filter(**of_work).order_by()
    for copy, start, end, claim in cited.values_list("snapshot", "start", "end", "claim"):
        if copy and start is not None and end is not None:
            found[copy, start, end].add(claim)
    said = Appearance.objects.filter(**of_work).order_by()
    made = ("statement__occurrences__claim", "statement__occurrences__match")
    for copy, start, end, claim, match in said.values_list("snapshot", "start", "end", *made):
        if copy and start is not None and end is not None:
            found[copy, start, end] |= {claim} if match == Match.CONFIRMED else set()
    copies = dict(
        Snapshot.objects.of_work(snapshot.source).order_by().values_list("public_id", "pk")
    )
    live = Citation.objects.filter(source__in=work, verdict__live_for__isnull=False).select_related(
        "verdict"
    )
    for verdict in {row.verdict_id: row.verdict for row in live}.values():
        for row in verdict.sealed["evidence"]:
            anchor, kept = row["anchor"], row["snapshot"]
            if anchor and kept and kept["id"] in copies:
                place = (copies[kept["id"]], anchor["start"], anchor["end"])
                found[place].add(verdict.claim_id)
    return {place: claims for place, claims in found.items() if place[0] != snapshot.pk}


def _place(check: AnchorCheck) -> Place:
    return check.snapshot_id, check.start, check.end


def _looked_for(places: list[Place], snapshot: Snapshot) -> list[AnchorCheck]:
    """Returns what came of looking for some places in another copy; each text is folded once."""
    new = anchors.fold(snapshot.text)
    older = Snapshot.objects.in_bulk({pk for pk, _, _ in places})
    folded = {pk: anchors.fold(row.text) for pk, row in older.items()}
    checks = []
    for pk, start, end in sorted(places):
        check = AnchorCheck(snapshot=older[pk], start=start, end=end, looked_in=snapshot)
        again = anchors.find_again(folded[pk], new, start=start, end=end)
        if again is None:
            check.outcome = AnchorOutcome.LOST
            check.instead = anchors.stands_instead(
                folded[pk], new, start=start, end=end, text=snapshot.text
            )
        else:
            check.outcome = AnchorOutcome.FOUND
            check.found_start, check.found_end = again
        checks.append(check)
    return checks


def _told(check: AnchorCheck) -> dict[str, Any]:
    """Returns summary and detail of the call for another look: a word diff for the checker."""
    old, new = check.snapshot, check.looked_in
    exact = old.text[check.start : check.end]
    words = "has other words there" if check.instead else "does not have the quoted words"
    return {
        "summary": f"A newer copy of “{new.source}” {words}.",
        "detail": {
            "source": new.source.public_id,
            "snapshot": old.public_id,
            "looked_in": new.public_id,
            "before": exact,
            "after": check.instead,
            "diff": [[part.kind, part.text] for part in word_diff(exact, check.instead)],
        },
    }
