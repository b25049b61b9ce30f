"""What claims do when a source is fetched: evidence gets its copy, and a page that is gone is told.

Called in the transaction that stores the copy, or that ends the capture.
"""

from __future__ import annotations

from sources.models import Snapshot, Source
from sources.operations import save_row
from statements import search
from statements.models import Claim, Evidence
from statements.operations.rechecks import open_rechecks
from statements.vocabulary import RecheckCause


def give_copy(snapshot: Snapshot) -> None:
    """Gives the first copy of a work to evidence that was cited while there was none.

    Only where the claim is in work: what is in review or published stays as it is (DOMAIN §4
    "Frozen"), and where somebody wrote why there is no copy, that stays until somebody changes it.
    """
    work = Source.objects.of_work(snapshot.source)
    rows = Evidence.objects.filter(source__in=work, snapshot=None, waiver="")
    waiting = list(rows.order_by("id").values_list("pk", "claim_id"))
    if not waiting:
        return
    ids = {claim_id for _, claim_id in waiting}
    # The claims first and in order, as everywhere; then each row as it stands now.
    claims = Claim.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    editable = {claim.pk for claim in claims if claim.is_editable}
    for row in rows.filter(claim__in=editable).order_by("id").select_for_update(no_key=True):
        row.snapshot = snapshot
        save_row(row, by=snapshot.captured_by, reason="the page was fetched")
    search.refresh(sorted(editable))


def tell_gone(source: Source, words: str) -> None:
    """Calls published claims that rest on a page up for another look: its server says it is gone."""
    _look_again(source, f"is gone: {words}")


def tell_unreachable(source: Source, words: str) -> None:
    """Calls published claims that rest on a page up for another look: nobody reaches it for days."""
    _look_again(source, f"has been out of reach {words}")


def _look_again(source: Source, words: str) -> None:
    claims = Claim.objects.filter(live_verdict__citations__source=source).distinct()
    open_rechecks(
        claims,
        cause=RecheckCause.SOURCE_GONE,
        summary=f"The page of “{source.title[:200]}” {words}. Its copy stays.",
        detail={"source": source.public_id},
    )
