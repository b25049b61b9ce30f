"""Bytes by their sha256, kept outside the database in the storage named "blobs"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages


def put(content: bytes) -> str:
    """Stores the bytes unless they are there already, and returns their sha256 in hex.

    Written before the row that names it, and never removed when that row fails: a blob without
    a row does no harm, a row without its blob would.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if not _storage().exists(_name(sha256)):
        _storage().save(_name(sha256), ContentFile(content))
    return sha256


def get(sha256: str) -> bytes:
    """Returns the bytes of a hash; raises FileNotFoundError when they are not there."""
    with _storage().open(_name(sha256), "rb") as file:
        content: bytes = file.read()
    return content


def is_there(sha256: str) -> bool:
    """Says whether there are bytes under this hash, without reading them."""
    return _storage().exists(_name(sha256))


def hashes() -> Iterator[str]:
    """Yields the hashes of all that is stored, in no order."""
    for first in _folders(""):
        for second in _folders(first):
            yield from _storage().listdir(second)[1]


def is_intact(sha256: str) -> bool:
    """Says whether the bytes are there and still have this hash."""
    try:
        return hashlib.sha256(get(sha256)).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _folders(path: str) -> list[str]:
    try:
        folders: list[str] = _storage().listdir(path)[0]
    except FileNotFoundError:  # nothing was stored yet
        return []
    return [f"{path}/{folder}" if path else folder for folder in folders]


def _storage() -> Storage:
    return storages["blobs"]


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
