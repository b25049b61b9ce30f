"""Bytes by their sha256, kept outside the database in the storage named "blobs".

That is a folder (`BLOB_DIR`) or a bucket of S3-compatible storage (`BLOB_S3_BUCKET`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from sources.storage import WholeFiles, storage_errors


def put(content: bytes) -> str:
    """Stores the bytes unless they are there already, and returns their sha256 in hex.

    Written before the row that names it, and never removed when that row fails: a blob without
    a row does no harm and is named by `verify_snapshots`, a row without its blob would be a loss.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    storage, name = _storage(), _name(sha256)
    if not _is_kept(storage, name, content, sha256):
        storage.save(name, ContentFile(content))
    return sha256


def _is_kept(storage: Storage, name: str, content: bytes, sha256: str) -> bool:
    """Says whether the bytes are there whole: if not, they are written once more.

    A file of another size was cut off by a full disk or a power cut. One of the same size may have
    rotted: a file of ours is read for that, while a bucket checks its bytes itself.
    """
    if not (storage.exists(name) and storage.size(name) == len(content)):
        return False
    if not isinstance(storage, WholeFiles):
        return True
    try:
        return hashlib.sha256(get(sha256)).hexdigest() == sha256
    except OSError:
        return False


def get(sha256: str) -> bytes:
    """Returns the bytes of a hash.

    Raises FileNotFoundError when they are not there, and another OSError with the storage's words
    when it does not give them: the disk cannot be read, the bucket refuses or does not answer.
    """
    try:
        with _storage().open(_name(sha256), "rb") as file:
            content: bytes = file.read()
    except storage_errors() as error:
        if isinstance(error, OSError):
            raise
        raise OSError(f"the bucket does not give them ({error})") from error
    return content


def is_there(sha256: str) -> bool:
    """Says whether there are bytes under this hash, without reading them."""
    return _storage().exists(_name(sha256))


def hashes(folder: str = "") -> Iterator[str]:
    """Yields the hashes of all that is stored, or of what is in one of the `folders`, in no order."""
    for first in [folder] if folder else folders():
        for second in _folders(first):
            yield from _storage().listdir(second)[1]


def folders() -> list[str]:
    """Returns the names of the folders that the stored bytes are spread over, 256 at most, in order."""
    return sorted(name for name in _folders("") if len(name) == 2)


def is_intact(sha256: str) -> bool:
    """Says whether the bytes are there and still have this hash."""
    try:
        return hashlib.sha256(get(sha256)).hexdigest() == sha256
    except OSError:
        return False


def _folders(path: str) -> list[str]:
    try:
        folders: list[str] = _storage().listdir(path)[0]
    except FileNotFoundError:  # nothing was stored yet
        return []
    return [f"{path}/{folder}" if path else folder for folder in folders]


def sweep() -> int:
    """Removes what killed processes left unfinished a day ago, and says how many files that were."""
    storage = _storage()
    return storage.sweep() if isinstance(storage, WholeFiles) else 0


def _storage() -> Storage:
    return storages["blobs"]


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
