"""Writes the pages about the site: a row of each kind, with a text where the software keeps it true.

Who pays, who works here and where to write to is nobody's to guess: those pages have no text yet.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

CORRECTIONS = """\
What we published is never changed in silence. Each change of a finding is a new version. The \
versions before it stay in the history of its page, word for word.

## What you see when something changes

- A spelling mistake is put right and noted in the history.
- A clarification, an update, a correction or a change of the verdict is announced at the top of \
the page, with the day and what changed, and in the [log of corrections](/corrections/).
- A finding that we withdraw keeps its page. It shows why it was withdrawn, and no verdict.
- Words of a speaker that we recorded wrongly are put right in the same open way.

## Who decides

A new version is published by somebody other than the person who wrote it. To withdraw a finding, \
or to put a published statement right, takes two editors.
"""

FACT_CHECKING = """\
We judge exact words, on what was knowable when they were said. We judge neither intentions nor \
people: no claim is called a lie, and no speaker gets a score.

## Before a finding is published

- It rests on two sources that do not depend on each other, or on one primary source with a \
written reason.
- Each source is kept as a frozen copy, or the page says why not.
- The speaker was asked, or the page says why not.
- Evidence for and against the claim is shown alike.
- Somebody other than its author reads it and publishes it.

The scale, the steps of the work and the rules of counting are in [how we work](/method/). \
Findings that were taken over from another archive say so: these rules were not applied to them.
"""

UNNAMED_SOURCES = """\
Every source that a finding rests on is listed on its page, with who published it and when, and \
with the words that we rely on.

The page says how near a source is to what happened: the record itself, a report of the record, or \
an analysis of reports. Several reports of one account, named or not, count as one source.
"""

PRIVACY = """\
Reading this site takes no account. Its public pages set no cookies, run no scripts and load \
nothing from other sites.

People who work on it sign in, and get a cookie that ends with their session. What they do to a \
claim is kept with their name in its history. The public sees the name of who checked a finding \
and of who published it.
"""

FIRST = (
    ("corrections", "Corrections policy", CORRECTIONS),
    ("fact_checking", "How facts are checked", FACT_CHECKING),
    ("unnamed_sources", "Unnamed sources", UNNAMED_SOURCES),
    ("feedback", "Tell us what is wrong", ""),
    ("ownership", "Ownership and funding", ""),
    ("people", "People", ""),
    ("privacy", "Privacy and imprint", PRIVACY),
)


def write_pages(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    pages = apps.get_model("statements", "PolicyPage")
    history = apps.get_model("statements", "HistoricalPolicyPage")
    sites = apps.get_model("statements", "Site")
    now = timezone.now()
    for kind, title, text in FIRST:
        values = {"kind": kind, "title": title, "text": text.strip()}
        row = pages.objects.create(**values)
        history.objects.create(
            **values,
            id=row.pk,
            created_at=row.created_at,
            history_date=now,
            history_type="+",
            history_change_reason="came with claimtracker",
        )
    written = [[kind, title] for kind, title, text in FIRST if text]
    site, _ = sites.objects.get_or_create(id=1)
    site.policies = written
    site.save()


def leave_pages(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Their table goes with the migration before this one."""


class Migration(migrations.Migration):
    dependencies = [("statements", "0004_policy_pages")]
    operations = [migrations.RunPython(write_pages, leave_pages)]
