"""How many independent voices a set of sources is (DOMAIN §4 "Independence"). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def root_of(source_id: int, origins: Mapping[int, int | None]) -> int:
    """Returns the work at the end of the chain of reports; a circle ends where it began."""
    seen: set[int] = set()
    step = source_id
    while step not in seen:
        seen.add(step)
        origin = origins.get(step)
        if origin is None:
            return step
        step = origin
    return min(seen)


def independent_roots(
    source_ids: Iterable[int],
    origins: Mapping[int, int | None],
    owners: Mapping[int, str],
) -> set[str]:
    """Returns one key per independent voice.

    `origins` maps a source to the one it reports on, `owners` a root to who owns its publisher
    ("" when not known: such a root is a voice of its own). Ten articles on one report are one
    root, and so are outlets of one owner.
    """
    roots = {root_of(source_id, origins) for source_id in source_ids}
    return {owners.get(root) or f"source:{root}" for root in roots}
