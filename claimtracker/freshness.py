"""How a public answer says which edition it is of: its ETag, and who may keep it.

A strong ETag names all that the bytes depend on: address, edition (publication number and UTC
day), build and encoding. Language and media type follow from the address. So a reader who holds
a tag of this moment is told "not modified" before anything is looked up or rendered.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from claimtracker.build import build_id
from sources.editions import Edition

# Keep it, and ask each time: a retraction shows on the next request, in any cache.
PUBLIC = "public, max-age=0, must-revalidate"
PERSONAL = "private, no-store"
VARY = "Accept-Encoding"
# What is a function of the address and the edition. Of these only 200 is ever "not modified"
# (RFC 9110 §13.2.1).
TAGGED = frozenset({200, 301, 302, 400, 404, 410})

# Rooms whose answers are never the same for everybody, or not of any edition.
OTHER_ROOMS = ("/admin", "/livez", "/readyz")
API = "/api/"

GZIP_MARK = "-gzip"


def tag_of(edition: Edition, path: str, query: str, *, status: int = 200) -> str:
    """Returns the ETag of an answer as it is before encoding; address as in WSGI's environ.

    Other answers than 200 carry their status instead of the address: what is hidden looks like
    what was never there, to the last header.
    """
    told = (f"{path}?{query}",) if status == 200 else ()
    text = "\0".join((build_id(), str(edition.number), str(edition.day), *told))
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return f'"{digest}"' if status == 200 else f'"{digest}-{status}"'


def gzip_tag(tag: str) -> str:
    """Returns the ETag of the same answer as gzip."""
    return f'{tag[:-1]}{GZIP_MARK}"'


def held(if_none_match: str, tag: str, *, accepts_gzip: bool) -> str:
    """Returns the tag of what the client holds and may go on using, "" when it is out of date.

    Compared weakly (RFC 9110 §13.1.2): a proxy that compresses makes a weak tag of ours. What a
    client holds as gzip is of use to it only where it still accepts that.
    """
    told = _tags_in(if_none_match[:4_000])
    packed = gzip_tag(tag)
    if accepts_gzip and packed in told:
        return packed
    return tag if tag in told else ""


@lru_cache(maxsize=256)
def _tags_in(if_none_match: str) -> frozenset[str]:
    return frozenset(re.findall(r'"[\x21\x23-\x7e]*"', if_none_match))


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Says whether a client takes gzip: `Accept-Encoding`, RFC 9110 §12.5.3."""
    weights = {}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = weight.replace(" ", "")
    found = weights.get("gzip", weights.get("*"))
    return found is not None and not re.fullmatch(r"q=0(\.0*)?", found)


@lru_cache(maxsize=256)
def accepts_json(accept: str) -> bool:
    """Says whether the API would answer this `Accept` with JSON, not with 406."""
    kinds = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return not accept.strip() or not kinds.isdisjoint({"*/*", "application/*", "application/json"})


def is_other_room(path: str) -> bool:
    """Says whether an address is the desk's or a probe's."""
    return path.startswith(OTHER_ROOMS)
