"""The files of the site, made when somebody asks for them and kept for one publication number.

A file is made once a number, whoever asks; the number is read with each request, so a retraction
is gone from the next answer. The processes of one machine share the folder (`EXPORT_DIR`).
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.cache import cache
from django.db.models import Subquery
from django.utils import timezone

from sources.models import Publication
from statements import addresses, jsonld, vocabulary
from statements.exports.columns import CLAIMS
from statements.exports.files import (
    COUNTED,
    FILES,
    MANIFEST,
    UNFINISHED,
    Written,
    manifest,
    one_moment,
    whole_or_not_at_all,
    write_file,
)
from statements.models import Verdict

PATIENCE_SECONDS = 15.0
PAUSE_SECONDS = 0.05
ABANDONED_SECONDS = 6 * 3600
MOST_ATTEMPTS = 3
MOST_MADE_FOR_A_PAGE = 2_000  # claims: about a second
KEPT_SECONDS = 3600
COMPRESSION = 6
BESIDE = (addresses, jsonld, vocabulary)  # what the files depend on, too
STAMPED = re.compile(r"\d+-[0-9a-f]{12}-")


class BeingMade(Exception):
    """Somebody else is making this file, or the number moves faster than files are made."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a kept file is of: the number, and all else that its bytes depend on."""

    number: int
    key: str

    def path(self, name: str) -> Path:
        return _folder() / f"{self.key}-{name}"


def current_stamp() -> Stamp:
    """Returns the stamp of what is public now (one query).

    The last sealed finding is part of it: a database that was put back from a backup comes to the
    same numbers again with other findings.
    """
    last = Verdict.objects.order_by("-id").values("content_sha256")[:1]
    row = Publication.objects.filter(id=1).values_list("number", Subquery(last)).first()
    number, sealed = row or (0, "")
    told = f"{sealed} {settings.SITE_URL} {_code()}"
    return Stamp(number, f"{number}-{hashlib.sha256(told.encode()).hexdigest()[:12]}")


def open_kept(name: str, *, is_gzipped: bool = False) -> IO[bytes]:
    """Opens a file as of the current number, which is made where there is none yet.

    Raises `BeingMade`.
    """
    for _ in range(MOST_ATTEMPTS):
        stamp, _done = ensure(name)
        path = stamp.path(name)
        try:
            return (_gzipped(path) if is_gzipped else path).open("rb")
        except FileNotFoundError:
            continue  # the number moved on meanwhile, and somebody cleaned up
    raise BeingMade(name)


def ensure(name: str) -> tuple[Stamp, Written]:
    """Makes a file of the current number where there is none; returns of what it is.

    One query where it is there. Raises `BeingMade`.
    """
    stamp = current_stamp()
    if done := _told(stamp, name):
        return stamp, done
    with _alone(name):
        stamp = current_stamp()
        if done := _told(stamp, name):
            return stamp, done
        return _make_manifest() if name == MANIFEST else _make(name)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the page of all files names it; None: told only by the file itself."""

    name: str
    rows: int
    byte_size: int | None


def listed_files() -> tuple[Stamp, list[Listed]]:
    """Returns every file with its rows, and its size where all are small.

    They are made for that. Where there are many claims that takes too long for a page: their rows
    are counted (6 queries). Either is kept for the number; then it costs one query.
    """
    stamp = current_stamp()
    key = f"exports.listed.{stamp.key}"
    known: list[Listed] | None = cache.get(key)
    if known is None:
        known = _list_files()
        cache.set(key, known, KEPT_SECONDS)
    return stamp, known


def _list_files() -> list[Listed]:
    if not COUNTED[CLAIMS.name]()[MOST_MADE_FOR_A_PAGE:].exists():
        made = [ensure(name)[1] for name in FILES]
        return [Listed(done.name, done.rows, done.byte_size) for done in made]
    rows = {name: queryset().count() for name, queryset in COUNTED.items()}
    return [Listed(file.name, rows[file.dataset.name], None) for file in FILES.values()]


def _make(name: str) -> tuple[Stamp, Written]:
    with one_moment():
        stamp = current_stamp()
        done = write_file(FILES[name], _folder(), name=stamp.path(name).name)
    _tell(stamp, done)
    _clean_up(stamp)
    return stamp, done


def _make_manifest() -> tuple[Stamp, Written]:
    """Makes every file of one number, and the list of them with their hashes."""
    for _ in range(MOST_ATTEMPTS):
        made = [ensure(name) for name in FILES]
        stamp = made[0][0]
        if {of for of, _ in made} != {stamp}:
            continue
        told = manifest(
            number=stamp.number,
            day=timezone.now().date().isoformat(),
            written=[done for _, done in made],
        )
        content = f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode()
        with whole_or_not_at_all(stamp.path(MANIFEST)) as out:
            out.write(content)
        done = Written(MANIFEST, len(made), len(content), hashlib.sha256(content).hexdigest())
        _tell(stamp, done)
        return stamp, done
    raise BeingMade(MANIFEST)


def _gzipped(path: Path) -> Path:
    """Returns the compressed copy of a kept file; makes it where there is none."""
    packed = path.with_name(f"{path.name}.gz")
    if not packed.exists():
        with (
            path.open("rb") as plain,
            whole_or_not_at_all(packed) as out,
            gzip.GzipFile(
                filename="", mode="wb", fileobj=out, compresslevel=COMPRESSION, mtime=0
            ) as gz,
        ):
            shutil.copyfileobj(plain, gz, 1 << 20)
    return packed


# ---- on disk --------------------------------------------------------------------------------


@lru_cache
def _code() -> str:
    """Returns a hash of the code that writes the files: after an update they are made anew."""
    digest = hashlib.sha256()
    for file in sorted(
        [*map(str, Path(__file__).parent.glob("*.py")), *(str(one.__file__) for one in BESIDE)]
    ):
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()


def _folder() -> Path:
    folder = Path(settings.EXPORT_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tell(stamp: Stamp, done: Written) -> None:
    """Writes down what was written, last of all: a file without this note is not there yet."""
    with whole_or_not_at_all(stamp.path(f"{done.name}.told")) as out:
        out.write(json.dumps(asdict(done)).encode())


def _told(stamp: Stamp, name: str) -> Written | None:
    try:
        return Written(**json.loads(stamp.path(f"{name}.told").read_bytes()))
    except FileNotFoundError:
        return None


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Lets one process and thread at a time make a file; raises `BeingMade` after a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with (_folder() / f".lock-{name}").open("wb") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise BeingMade(name) from error
                time.sleep(PAUSE_SECONDS)
        yield  # closing the file lets go of the lock


def _clean_up(stamp: Stamp) -> None:
    """Deletes the files of other numbers, and what crashes left. Whoever reads one reads on."""
    long_ago = time.time() - ABANDONED_SECONDS
    for path in _folder().iterdir():
        is_old = STAMPED.match(path.name) and not path.name.startswith(f"{stamp.key}-")
        is_left = path.name.startswith(UNFINISHED) and path.stat().st_mtime < long_ago
        if is_old or is_left:
            path.unlink(missing_ok=True)
