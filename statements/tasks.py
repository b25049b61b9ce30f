"""Work for the queue that takes longer than anybody should wait for a page."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.models import User
from django_tasks import task

from sources import blobs
from sources.people import Role, has_role
from sources.texts import FORBIDDEN
from statements.imports.lines import BadFile
from statements.imports.uploads import Upload, carry_out

REFUSED = "refused"  # key of words, in place of what came of it


@task()
def take_over(upload: dict[str, Any], dry_run: bool) -> dict[str, Any]:
    """Tries or imports a file among the blobs; returns what a page says of it, as JSON.

    The rights are asked for again: hours may lie between the page and a worker. To import a file
    twice changes nothing the second time.
    """
    what = Upload(**upload)
    person = User.objects.filter(pk=what.by, is_active=True, is_staff=True).first()
    if person is None or not has_role(person, Role.EDITOR):
        return {REFUSED: "only an editor takes over an archive"}
    try:
        content = blobs.get(what.sha256)
    except FileNotFoundError:
        return {REFUSED: "the file is not here any more: choose it again"}
    if hashlib.sha256(content).hexdigest() != what.sha256:
        return {REFUSED: "this is not what you sent: choose the file again"}
    try:
        return carry_out(content, what, by=person, dry_run=dry_run).as_json()
    except BadFile as error:
        return {REFUSED: FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(error))}
