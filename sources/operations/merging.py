"""One work, one source: what turned out to be the same is merged, and can be taken apart again.

Merging sets a pointer and moves nothing: sealed rows keep citing what they cited, and everything
that counts, lists or looks for sources goes by the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from sources import followers
from sources.errors import Invalid, NotPossible
from sources.models import Source, SourceAddress
from sources.operations.common import hold, hold_lineage, raise_publication_number, save_row, store
from sources.operations.works import refuse_circle
from sources.people import Role, require
from sources.texts import clean, clean_line

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def merge_sources(keep: Source, drop: Source, *, by: User, reason: str) -> Source:
    """Says that `drop` is the same work as `keep`, under which it is known from now on.

    The addresses of `drop` lead on to `keep`. Raises `Invalid` or `NotPossible` where one
    reports on the other, or where one was merged before.
    """
    require(by, Role.EDITOR, "merge sources")
    reason = clean(reason, "reason", required="say why these are one work", most=500)
    if keep.pk == drop.pk:
        raise Invalid("choose another source: this is the same one", field="other")
    # In one order, whoever merges which into which at the same moment.
    first, second = (hold(row) for row in sorted((keep, drop), key=lambda row: row.pk))
    keep, drop = (first, second) if first.pk == keep.pk else (second, first)
    if drop.merged_into_id:
        raise NotPossible(f"“{drop}” was merged already: take that apart first")
    if keep.merged_into is not None:
        raise NotPossible(f"“{keep}” was merged into “{keep.merged_into}”: choose that one")
    if drop.twins.exists():
        raise NotPossible(
            f"other sources were merged into “{drop}”: merge the other way round, or take them "
            "apart first"
        )
    hold_lineage()
    _refuse_report(keep, drop)
    _refuse_report(drop, keep)
    was_seen = _is_seen(keep, drop)
    drop.merged_into = keep
    save_row(drop, by=by, reason=f"merged into “{keep}” ({keep.public_id}): {reason}")
    save_row(keep, by=by, reason=f"“{drop}” ({drop.public_id}) merged into it: {reason}")
    _follow(drop, was_seen=was_seen or _is_seen(keep, drop))
    return drop


@transaction.atomic
def unmerge_source(drop: Source, *, by: User, reason: str) -> Source:
    """Takes a merged source out again: it is known as a work of its own, as before."""
    require(by, Role.EDITOR, "take merged sources apart")
    reason = clean(reason, "reason", required="say why these are two works", most=500)
    drop = hold(drop)
    keep = drop.merged_into
    if keep is None:
        raise NotPossible("this source is merged into none")
    keep = hold(keep)
    hold_lineage()
    was_seen = _is_seen(keep, drop)
    drop.merged_into = None
    save_row(drop, by=by, reason=f"taken out of “{keep}” ({keep.public_id}): {reason}")
    save_row(keep, by=by, reason=f"“{drop}” ({drop.public_id}) taken out of it: {reason}")
    refuse_circle(drop, drop.origin)  # its own origin counts again
    _follow(drop, was_seen=was_seen or _is_seen(keep, drop))
    return drop


@transaction.atomic
def remove_address(address: SourceAddress, *, by: User, reason: str) -> SourceAddress:
    """Takes a wrong address out of a work: it leads to another page, and may be a source of its own.

    The row stays with who and why, and the work's history says it. Nothing that was published
    moves: whoever cites the work cites it still.
    """
    require(by, Role.EDITOR, "take addresses out of sources")
    reason = clean_line(reason, "reason", required="say why it is no address of it", most=500)
    source = hold(address.source)
    row = hold(address)
    if row.removed_at is not None:
        raise NotPossible("this address was taken out already")
    own = Source.objects.of_work(source).filter(canonical_url=row.canonical_url)
    if own.exists():
        raise NotPossible("this is the source's own address: change that in the source itself")
    row.removed_by, row.removed_at, row.reason = by, timezone.now(), reason
    store(row)
    save_row(source, by=by, reason=f"address taken out: {row.canonical_url}: {reason}")
    return row


def _refuse_report(source: Source, other: Source) -> None:
    if other.pk in Source.objects.all().origins({source.pk}):
        raise Invalid(
            f"“{source}” reports on “{other}”, so it is another work: if it is not, take that "
            "out first",
            field="other",
        )


def _is_seen(*rows: Source) -> bool:
    return any(followers.is_seen(row) for row in rows)


def _follow(drop: Source, *, was_seen: bool) -> None:
    for follow in followers.of_publisher_changed:
        follow(drop)
    if was_seen:
        raise_publication_number()
