"""Addresses for the load rig that only the database knows, as lines for the shell.

    eval "$(DATABASE_URL=… python -m tests.bench.paths corpus/ids.txt)"

CLAIM_PATHS: the pages of the claims with these ids, since an id alone is answered with a redirect.
DEEP_PATH: the page of the list that begins behind the 20,000th claim. See tests/bench/ours.toml.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "claimtracker.settings")
django.setup()

from statements import search  # noqa: E402  models need a set-up Django
from statements.models import Claim  # noqa: E402

DEEP, STEP = 20_000, 100


def claim_paths(ids: list[str]) -> list[str]:
    rows = Claim.objects.filter(public_id__in=ids).select_related("live_verdict")
    found = {claim.public_id: claim.get_absolute_url() for claim in rows}
    return [found[each] for each in ids if each in found]


def deep_path() -> str:
    token = ""
    for _ in range(DEEP // STEP):
        page = search.find(search.Query(), token=token, size=STEP, counts=False)
        token = page.next or token
    return f"/claims/?after={token}"


def main() -> None:
    ids = Path(sys.argv[1]).read_text().split()
    for name, value in (
        ("CLAIM_PATHS", json.dumps(claim_paths(ids))),
        ("DEEP_PATH", deep_path()),
    ):
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


if __name__ == "__main__":
    main()
