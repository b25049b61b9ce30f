"""Files that are there whole or not at all, also when the process is killed while it writes."""

from __future__ import annotations

import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

# Files being written. One that a killed process left there is no blob, and is swept away.
UNFINISHED = ".unfinished"
SWEPT_AFTER_SECONDS = 24 * 3600


def storage_errors() -> tuple[type[Exception], ...]:
    """Returns what a storage raises when it fails: the system's errors, and a bucket's own.

    A bucket's are known once its package is loaded, which is so before they can be raised.
    """
    bucket = sys.modules.get("botocore.exceptions")
    return (OSError, bucket.ClientError, bucket.BotoCoreError) if bucket else (OSError,)


def _keep_entries(folder: Path) -> None:
    """Makes sure that the names in a folder outlive a power cut, where the system can do that."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class WholeFiles(FileSystemStorage):
    """Writes beside the place first and moves the finished file there in one step.

    Files are named by what is in them, so that two processes that write the same one at the same
    time may both do so: the second move puts the same bytes in their own place.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        unfinished = Path(self.path(f"{UNFINISHED}/{secrets.token_hex(16)}"))
        mode = self.directory_permissions_mode or 0o777
        grown = [target.parent]  # folders with a new name in them
        for folder in (unfinished.parent, target.parent):
            # makedirs gives its mode to the last folder only
            for path in reversed([folder, *folder.parents]):
                if not path.exists() and path.is_relative_to(self.base_location):
                    path.mkdir(mode=mode, exist_ok=True)
                    grown.append(path.parent)
            folder.mkdir(mode=mode, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if self.file_permissions_mode is not None:
                unfinished.chmod(self.file_permissions_mode)
            unfinished.replace(target)
            for folder in reversed(grown):
                _keep_entries(folder)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return name

    def sweep(self) -> int:
        """Removes what killed processes left unfinished, and says how many files that were."""
        folder = Path(self.path(UNFINISHED))
        if not folder.exists():
            return 0
        oldest = time.time() - SWEPT_AFTER_SECONDS
        old = [path for path in folder.iterdir() if path.stat().st_mtime < oldest]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)
