"""Verifying history and snapshots: what somebody altered behind our back is named."""

from __future__ import annotations

import hashlib
import io

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from sources import blobs, seals
from sources.models import Snapshot
from statements.chain import sha256
from statements.models import Claim, Evidence, StateChange, Verdict
from statements.operations import perform
from tests.factories import make_claim, make_snapshot, make_user

pytestmark = pytest.mark.django_db


def verify(what, *arguments):
    """Returns what the command printed, and its refusal or ""."""
    out, refusal = io.StringIO(), ""
    try:
        call_command(f"verify_{what}", *arguments, stdout=out, stderr=io.StringIO())
    except CommandError as error:
        refusal = f"{error} (exit {error.returncode})"
    return out.getvalue().splitlines(), refusal


def alter(sql, *values):
    """Changes a sealed row as somebody could who owns the database."""
    connection.check_constraints()  # or PostgreSQL has checks pending and keeps its triggers
    seals.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    connection.check_constraints()
    seals.install(connection)


# ---- history ------------------------------------------------------------------------------


def test_untouched_history_is_intact():
    make_claim("published")
    make_claim("retracted", text="Another claim")

    assert verify("history") == (["2 claims: history and verdicts are intact."], "")


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("note", "Nothing to see here.", "step 4 (reopen): its note was altered"),
        ("action", "take", "step 4 (take): was altered"),
        ("at", "2020-01-01 00:00:00+00:00", "step 4 (reopen): was altered"),
    ],
)
def test_altered_step_is_named_with_its_claim(column, value, fault):
    claim = make_claim("reopened")
    make_claim("published", text="Another claim")
    step = StateChange.objects.get(claim=claim, action="reopen")

    alter(f"UPDATE statements_statechange SET {column} = %s WHERE id = %s", value, step.pk)  # noqa: S608

    lines, refusal = verify("history")
    assert lines == [f"claim {claim.public_id}: {fault}"]
    assert refusal == "1 faults in 1 of 2 claims. (exit 1)"


def test_step_that_was_taken_out_is_noticed():
    claim = make_claim("published")
    step = StateChange.objects.get(claim=claim, action="submit")

    alter("DELETE FROM statements_statechange WHERE id = %s", step.pk)

    lines, _ = verify("history")
    assert f"claim {claim.public_id}: step 3 (publish): step 2 is missing" in lines


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("content", "{}", "verdict 1: its sealed content was altered"),
        ("finding", "All is well.", "verdict 1: finding differ from its sealed content"),
        ("code", "inaccurate", "verdict 1: code differ from its sealed content"),
        ("claim_kind", "event", "verdict 1: claim kind differ from its sealed content"),
        ("kind", "typo", "verdict 1: revision kind differ from its sealed content"),
        ("public_note", "Well.", "verdict 1: public note differ from its sealed content"),
        (
            "recorded_at",
            "2020-01-01 00:00:00+00:00",
            "verdict 1: day differ from its sealed content",
        ),
    ],
)
def test_altered_verdict_is_named(column, value, fault):
    claim = make_claim("published")
    verdict = Verdict.objects.get(claim=claim)

    alter(f"UPDATE statements_verdict SET {column} = %s WHERE id = %s", value, verdict.pk)  # noqa: S608

    assert verify("history")[0] == [f"claim {claim.public_id}: {fault}"]


def test_altered_citation_is_named():
    claim = make_claim("published")

    alter("UPDATE statements_citation SET stance = 'refutes' WHERE position = 0")

    assert verify("history")[0] == [
        f"claim {claim.public_id}: verdict 1: citations differ from its sealed content"
    ]


def test_content_that_is_no_finding_is_named_and_stops_nothing():
    claim = make_claim("published")

    alter("UPDATE statements_verdict SET content = '[]', content_sha256 = %s", sha256("[]"))

    assert verify("history")[0] == [
        f"claim {claim.public_id}: step 3 (publish): was altered",
        f"claim {claim.public_id}: verdict 1: all columns differ from its sealed content",
    ]


def test_texts_erased_without_a_take_down_are_named():
    """The seals let a take-down empty a row; whoever writes SQL could do that to one row alone."""
    claim = make_claim("reopened")
    now, texts = timezone.now(), ("claim_text", "short_text", "finding", "rationale", "content")
    Verdict.objects.update(
        taken_down_at=now, public_note="", would_change="", **dict.fromkeys(texts, "")
    )
    StateChange.objects.filter(action="reopen").update(taken_down_at=now, note="", data={})

    assert verify("history")[0] == [
        f"claim {claim.public_id}: {at}: its texts were erased, and the claim is not taken down"
        for at in ("step 4 (reopen)", "verdict 1")
    ]


def test_verdict_that_is_live_again_without_a_step_is_noticed():
    claim = make_claim("retracted")
    perform(claim, "reopen", by=make_user("ada"), note="A better report came in.")
    Claim.objects.filter(pk=claim.pk).update(live_verdict=Verdict.objects.get(), retracted_at=None)

    assert verify("history")[0] == [
        f"claim {claim.public_id}: the live verdict is not the one that its history published"
    ]


def test_state_that_no_step_led_to_is_noticed():
    claim = make_claim("new")
    type(claim).objects.filter(pk=claim.pk).update(state="declined", decline_reason="out_of_scope")

    assert verify("history")[0] == [
        f"claim {claim.public_id}: the claim is declined, its history ended in new"
    ]


def test_history_of_a_taken_down_claim_is_intact():
    make_claim("taken_down")

    assert verify("history")[1] == ""


def test_single_claims_can_be_verified():
    claim = make_claim("published")
    make_claim("published", text="Another claim")

    assert verify("history", claim.public_id)[0] == ["1 claims: history and verdicts are intact."]
    assert verify("history", "nothere") == ([], "There is no claim nothere. (exit 1)")


def test_missing_seal_is_a_fault():
    connection.check_constraints()
    seals.remove(connection)

    lines, refusal = verify("history")
    seals.install(connection)

    assert "table statements_verdict: its seal is missing; `manage.py migrate` puts it on" in lines
    assert refusal.endswith("faults in 0 of 0 claims. (exit 1)")


# ---- snapshots ----------------------------------------------------------------------------


def test_untouched_snapshots_are_intact():
    make_snapshot(text="One text.")

    assert verify("snapshots") == (["1 snapshots are intact."], "")


def test_bytes_that_were_altered_or_lost_are_named():
    altered, lost = make_snapshot(text="One text."), make_snapshot(text="Another text.")
    make_snapshot(text="A third one.")
    blobs = storages["blobs"]
    for snapshot in (altered, lost):
        blobs.delete(blob_name(snapshot))
    with blobs.open(blob_name(altered), "wb") as file:
        file.write(b"One text!")

    lines, refusal = verify("snapshots")

    assert [line.partition(" of ")[0] for line in lines] == [
        f"snapshot {altered.public_id}",
        f"snapshot {lost.public_id}",
    ]
    assert "its bytes were altered: sha256 " in lines[0]
    assert lines[1].endswith(f"its bytes are gone ({lost.sha256})")
    assert refusal == "2 faults in 3 snapshots. (exit 1)"


def blob_name(snapshot):
    sha256 = snapshot.sha256
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def test_text_that_was_altered_is_named():
    snapshot = make_snapshot(text="One text.")

    alter("UPDATE sources_snapshot SET text = %s WHERE id = %s", "Another text.", snapshot.pk)

    lines, refusal = verify("snapshots")
    assert "its text was altered: sha256 " in lines[0]
    assert refusal == "1 faults in 1 snapshots. (exit 1)"
    assert Snapshot.objects.count() == 1


def test_altered_reading_of_a_copy_is_named():
    snapshot = make_snapshot(text="One text.")
    reading = snapshot.readings.create(
        text="Read anew.",
        text_sha256=hashlib.sha256(b"Read anew.").hexdigest(),
        extractor="pypdf",
        extractor_version="6.0",
    )
    assert verify("snapshots")[1] == ""

    alter("UPDATE sources_snapshottext SET text = %s WHERE id = %s", "Altered.", reading.pk)

    lines, refusal = verify("snapshots")
    assert [line.partition(" was altered")[0] for line in lines] == [
        f"snapshot {snapshot.public_id} of “A report”: its reading by {reading}"
    ]
    assert refusal == "1 faults in 1 snapshots. (exit 1)"


def test_quote_that_does_not_stand_where_its_anchor_says_is_named():
    claim = make_claim("researching", roots=1)
    row = claim.evidence.get()
    Evidence.objects.filter(pk=row.pk).update(start=row.start + 1, end=row.end + 1)

    lines, refusal = verify("snapshots")

    words = (
        f"evidence of claim {claim.public_id}: its quote does not stand at {row.start + 1} to "
        f"{row.end + 1}"
    )
    assert lines == [f"snapshot {row.snapshot.public_id} of “Report 1”: {words}"]
    assert refusal == "1 faults in 1 snapshots. (exit 1)"


def test_bytes_that_no_row_names_are_named_and_are_no_fault():
    make_snapshot(text="One text.")
    sha256 = blobs.put(b"left by a capture that was interrupted")

    assert verify("snapshots") == (
        [f"stored bytes {sha256}: no row names them; they do no harm", "1 snapshots are intact."],
        "",
    )
