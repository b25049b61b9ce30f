"""Which build this is: what public answers depend on beside the data and the day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings

FOLDERS = ("claimtracker", "sources", "statements", "templates")
KINDS = ("*.py", "*.html")
# Settings that show in public answers, in their texts or in their headers.
SHOWN = (
    "CONTENT_SECURITY_POLICY",
    "LANGUAGE_CODE",
    "SECURE_REFERRER_POLICY",
    "SITE_URL",
    "STATIC_URL",
    "TIME_ZONE",
    "X_FRAME_OPTIONS",
)


@cache
def build_id() -> str:
    """Returns a name of this build that is the same in all its processes, on any machine.

    Made of code, templates, packages, names of static files and the settings above; `BUILD_ID`
    stands for the first three. Ask for it when the process starts: later the files may be those
    of the next build already.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (*([settings.BUILD_ID] if settings.BUILD_ID else _code()), *_surroundings()):
        digest.update(f"{len(part)} {part}".encode())
    return digest.hexdigest()


def _code() -> Iterator[str]:
    base = Path(settings.BASE_DIR)
    for folder in FOLDERS:
        for kind in KINDS:
            for file in sorted((base / folder).rglob(kind)):
                yield file.relative_to(base).as_posix()
                yield file.read_text(encoding="utf-8")
    yield from sorted({f"{each.name} {each.version}" for each in distributions()})


def _surroundings() -> Iterator[str]:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    yield manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    for name in SHOWN:
        yield f"{name} {getattr(settings, name)!r}"
