"""Addresses of public pages, made from an id and the words that decorate it. Pure.

The id alone finds the page; the slug may change with the words, and an old one is redirected.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.text import slugify

MOST_CHARACTERS = 60


@lru_cache(maxsize=4_096)  # lists show the same claims over and over: 8 µs each
def slug_of(words: str, otherwise: str) -> str:
    """Returns the words as part of an address, cut between two of them; `otherwise` for none."""
    slug = slugify(words)
    if len(slug) > MOST_CHARACTERS:
        whole, _, _ = slug[: MOST_CHARACTERS + 1].rpartition("-")
        slug = whole or slug[:MOST_CHARACTERS]
    return slug.strip("-_") or otherwise


def claim_path(public_id: str, wording: str) -> str:
    """Returns the path of the claim with this id and public wording."""
    return f"/claims/{public_id}/{slug_of(wording, 'claim')}/"


def agreement_path(public_id: str, name: str) -> str:
    """Returns the path of the agreement with this id and name."""
    return f"/agreements/{public_id}/{slug_of(name, 'agreement')}/"
