"""The proof bundle of a published finding: all that a stranger needs to check it offline.

Made of sealed rows alone, so the same finding is the same bytes; `verify_bundle.py` is in it, and
is the code that writes the archive here. Copies of other people's works are in it only where the
rights of the source let us show them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string

from sources import blobs
from sources.models import Snapshot
from sources.vocabulary import MEDIA_ENDINGS
from statements.exports import verify_bundle
from statements.jsonld import absolute
from statements.models import Claim, StateChange, Verdict

Json = dict[str, Any]

NAME = "bundle.zip"
SCRIPT = Path(verify_bundle.__file__)
# Copies beyond this are left out: the archive's format ends at 4 GB, patience sooner.
MOST_BYTES = 1_000_000_000


def bundle_file(request: HttpRequest, claim: Claim, verdict: Verdict) -> HttpResponseBase:
    """Answers with the bundle of a live finding as a file to keep; a copy at a time is read."""
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{claim.public_id}-{NAME}"',
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    return StreamingHttpResponse(bundle_of(claim, verdict), headers=headers)


def bundle_of(claim: Claim, verdict: Verdict) -> Iterator[bytes]:
    """Yields the archive (3 queries, and one more for each text that may be shown)."""
    return verify_bundle.write(_listed(_members(claim, verdict), claim))


def _listed(members: Iterator[tuple[str, bytes]], claim: Claim) -> Iterator[tuple[str, bytes]]:
    """Yields the files, and last the list of them."""
    files: list[Json] = []
    for name, content in members:
        files.append(
            {
                "name": name,
                "byte_size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
        yield name, content
    listed = {"format": verify_bundle.FORMAT, "claim": claim.public_id, "files": files}
    yield verify_bundle.MANIFEST, _pretty(listed)


def _members(claim: Claim, verdict: Verdict) -> Iterator[tuple[str, bytes]]:
    sealed = verdict.sealed
    texts, copies = _shown_copies(sealed)
    rows: dict[str, list[Json]] = {
        "evidence": [_with_files(row, texts, copies) for row in sealed["evidence"]],
        "appearances": [
            _with_files(row, texts, copies) for row in verify_bundle.appearances_of(sealed)
        ],
    }
    yield "README.txt", _readme(claim, verdict)
    yield SCRIPT.name, SCRIPT.read_bytes()
    yield verify_bundle.FINDING, verdict.content.encode()
    yield verify_bundle.HISTORY, _pretty(history_of(claim, verdict))
    yield verify_bundle.EVIDENCE, _pretty(rows)
    if sealed.get("comparison"):
        yield verify_bundle.COMPARISON, _pretty(sealed["comparison"])
    for name, pk in sorted({_text_name(row): row.pk for row in texts.values()}.items()):
        yield name, Snapshot.objects.only("text").get(pk=pk).text.encode()
    for name, sha256 in sorted({_copy_name(row): row.sha256 for row in copies.values()}.items()):
        yield name, blobs.get(sha256)


def history_of(claim: Claim, verdict: Verdict) -> Json:
    """Returns the chain as far as it is public: up to the step that published the live finding.

    Of the desk's own steps between, only the hashes are told. What happened since (somebody
    looks at it again, proposes something) is nobody's business yet.
    """
    steps = list(claim.state_changes.select_related("verdict").order_by("sequence"))
    last = max(step.sequence for step in steps if step.verdict_id == verdict.pk)
    return {
        "claim": claim.public_id,
        "links": [_link(step) for step in steps if step.sequence <= last],
    }


def _link(step: StateChange) -> Json:
    hashes = {"sequence": step.sequence, "prev_hash": step.prev_hash, "hash": step.hash}
    if step.verdict is None:
        return hashes
    return hashes | {
        "action": step.action,
        "from_state": step.from_state,
        "to_state": step.to_state,
        "by": step.by_id,
        "at": step.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "note_sha256": step.note_sha256,
        "data_sha256": step.data_sha256,
        "content_sha256": step.verdict.content_sha256,
    }


def _shown_copies(sealed: Json) -> tuple[dict[str, Snapshot], dict[str, Snapshot]]:
    """Returns the snapshots by public id whose text, and whose bytes, the bundle may have."""
    rows = [*sealed["evidence"], *verify_bundle.appearances_of(sealed)]
    ids = {row["snapshot"]["id"] for row in rows if row["snapshot"]}
    shown = Snapshot.objects.public_copies().filter(public_id__in=ids)
    texts: dict[str, Snapshot] = {}
    copies: dict[str, Snapshot] = {}
    room = MOST_BYTES
    for row in shown.defer("text").order_by("id"):
        texts[row.public_id] = row
        if row.byte_size <= room and blobs.is_there(row.sha256):
            copies[row.public_id] = row
            room -= row.byte_size
    return texts, copies


def _with_files(row: Json, texts: dict[str, Snapshot], copies: dict[str, Snapshot]) -> Json:
    found = row["snapshot"]["id"] if row["snapshot"] else ""
    return row | {
        "copy_file": _copy_name(copies[found]) if found in copies else "",
        "text_file": _text_name(texts[found]) if found in texts else "",
    }


def _copy_name(row: Snapshot) -> str:
    return f"copies/{row.sha256}.{MEDIA_ENDINGS.get(row.media_type, 'bin')}"


def _text_name(row: Snapshot) -> str:
    return f"texts/{row.text_sha256}.txt"


def _readme(claim: Claim, verdict: Verdict) -> bytes:
    text = render_to_string(
        "exports/bundle_readme.txt",
        {
            "claim": claim,
            "verdict": verdict,
            "page": absolute(f"/claims/{claim.public_id}/"),
            "json": absolute(f"/api/v1/claims/{claim.public_id}/"),
        },
    )
    return text.encode()


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
