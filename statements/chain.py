"""The hash chain of a claim's history: each row's hash covers the row before it. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypedDict

GENESIS = "0" * 64


class Link(TypedDict):
    """What a StateChange's hash covers; texts as hashes, so that a take-down keeps the chain."""

    claim: str
    sequence: int
    action: str
    from_state: str
    to_state: str
    by: int | None
    at: str
    note_sha256: str
    data_sha256: str
    content_sha256: str
    prev_hash: str


# Made once: `json.dumps` would make it anew for every text.
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> str:
    """Returns the one JSON text of a value: sorted keys, no spaces, real characters."""
    return ENCODER.encode(value)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def link_hash(link: Link) -> str:
    """Returns the hash of one row of history, in hex."""
    return sha256(canonical(link))
