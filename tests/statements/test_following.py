"""Following quotes into newer copies: found again or lost, told to the desk, and nothing edited."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from sources import followers
from sources.errors import Invalid
from statements.models import AnchorCheck, Evidence, Recheck
from statements.operations import (
    attach_evidence,
    close_recheck,
    following,
    link_appearance,
    perform,
    update_evidence,
)
from statements.vocabulary import AnchorOutcome
from tests.api.helpers import Api
from tests.factories import (
    make_claim,
    make_snapshot,
    make_source,
    make_statement,
    make_upload,
    make_user,
)

pytestmark = pytest.mark.django_db

OLD = "The air force counted 1,297 drones in nine nights. It lost track of 432."
EDITED_ELSEWHERE = (
    "Updated. The air force counted 1,297 drones in nine nights. It lost track of 430."
)
EDITED_INSIDE = "The air force counted 1,279 drones in nine nights. It lost track of 432."
QUOTE = "counted 1,297 drones"


def make_cited(text=OLD, quote=QUOTE):
    """Returns a piece of evidence of a claim in work, with a quote of its source's copy."""
    claim = make_claim("researching", finding="")
    source = make_source(snapshot_text=text)
    return attach_evidence(
        claim, by=make_user("ada"), source=source, stance="supports", quote=quote
    )


def checks():
    return [
        (
            row.outcome,
            row.looked_in.text[row.found_start : row.found_end] if not row.is_lost else "",
        )
        for row in AnchorCheck.objects.select_related("looked_in")
    ]


def test_quote_is_found_again_in_a_newer_copy():
    row = make_cited()

    make_snapshot(row.source, EDITED_ELSEWHERE)

    assert checks() == [("found", QUOTE)]
    row.refresh_from_db()
    assert (row.version, row.exact, row.snapshot.text) == (1, QUOTE, OLD)


@pytest.mark.parametrize(("newer", "is_lost"), [(EDITED_ELSEWHERE, False), (EDITED_INSIDE, True)])
def test_the_desk_view_of_the_api_says_whether_a_quote_is_lost(newer, is_lost):
    row, asking = make_cited(), Api(make_user("ada"))
    attach_evidence(row.claim, by=make_user("ada"), source=row.source, stance="context", waiver="-")
    paths = (
        f"evidence/{row.pk}/",
        "evidence/?view=desk",
        f"claims/{row.claim.public_id}/?view=desk",
    )

    def told():
        one, several, claim = (asking.get(path).json() for path in paths)
        rows = [one, *several["results"], *claim["evidence"]]
        return sorted((each["id"] == row.pk, each["anchor_lost"]) for each in rows)

    assert told() == [(False, False)] * 2 + [(True, False)] * 3

    make_snapshot(row.source, newer)

    assert told() == [(False, False)] * 2 + [(True, is_lost)] * 3


def test_lost_quote_is_told_with_what_stands_there_now():
    row = make_cited()

    newer = make_snapshot(row.source, EDITED_INSIDE)

    check = AnchorCheck.objects.get()
    assert (check.outcome, check.instead) == (AnchorOutcome.LOST, "counted 1,279 drones")
    assert [(part.kind, part.text) for part in check.diff] == [
        ("same", "counted "), ("del", "1,297"), ("ins", "1,279"), ("same", " drones")
    ]  # fmt: skip
    assert check.looked_in == newer
    assert AnchorCheck.objects.newest_for([row]) == {(row.snapshot_id, row.start, row.end): check}


def test_page_that_silently_changed_calls_the_published_claim_up():
    claim = make_claim("published")
    cited = claim.evidence.first()
    before = claim.live_verdict.content_sha256

    make_snapshot(cited.source, "Report 1: 900 drones.")

    call = Recheck.objects.get()
    assert (call.claim, call.cause, call.closed_at) == (claim, "source_changed", None)
    assert call.summary == "A newer copy of “Report 1” has other words there."
    assert call.detail["before"] == "1,297 drones"
    assert call.detail["after"] == "900 drones."
    assert call.detail["diff"][0] == ["del", "1,297"]
    claim.refresh_from_db()
    assert (claim.state, claim.live_verdict.content_sha256) == ("published", before)


def test_published_words_are_followed_although_the_working_rows_moved_on():
    claim = make_claim("published")
    ada = make_user("ada")
    perform(claim, "reopen", by=ada, note="A newer report came in.")
    row = claim.evidence.first()
    update_evidence(row, by=ada, quote="Report 1")

    make_snapshot(row.source, "Report 1: 900 drones.")

    assert sorted(checks()) == [("found", "Report 1"), ("lost", "")]
    assert [call.claim for call in Recheck.objects.all()] == [claim]


def test_words_of_a_statement_are_followed_too():
    claim = make_claim("published")
    source = make_source("Transcript", snapshot_text="He said: We fired over 1,000 drones.")
    link_appearance(
        claim.main_statement, by=make_user("ada"), source=source,
        snapshot=source.snapshots.get(), quote="We fired over 1,000 drones",
    )  # fmt: skip

    make_snapshot(source, "He said: We fired some drones.")

    assert checks() == [("lost", "")]
    assert [call.claim for call in Recheck.objects.all()] == [claim]


def test_statement_without_a_claim_is_followed_and_calls_nobody():
    statement = make_statement("We fired over 1,000 drones")
    source = make_source("Transcript", snapshot_text="He said: We fired over 1,000 drones.")
    link_appearance(
        statement, by=make_user("ada"), source=source, snapshot=source.snapshots.get(),
        quote="We fired over 1,000 drones",
    )  # fmt: skip

    make_snapshot(source, "He said: nothing.")

    assert checks() == [("lost", "")]
    assert list(Recheck.objects.all()) == []


def test_copy_without_text_says_nothing():
    row = make_cited()
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20

    make_upload(row.source, "page.png", png)

    assert checks() == []


def test_quote_of_an_older_copy_is_looked_for_in_the_newest_at_once():
    source = make_source(snapshot_text=OLD)
    older = source.snapshots.get()
    make_snapshot(source, EDITED_INSIDE)
    claim = make_claim("researching", finding="")

    for _ in range(2):
        attach_evidence(
            claim, by=make_user("ada"), source=source, snapshot=older, stance="context", quote=QUOTE
        )

    assert checks() == [("lost", "")]


def test_same_words_of_another_copy_are_taken_from_their_own_place():
    text = "First: no talks. Then he said: no talks. End."
    row = make_cited(text, "no talks. End")
    ada = make_user("ada")
    newer = make_snapshot(row.source, f"News. {text}")
    update_evidence(row, by=ada, quote="no talks")
    row.refresh_from_db()
    assert row.start == text.index("no talks")

    update_evidence(row, by=ada, snapshot=newer)

    row.refresh_from_db()
    assert (row.snapshot, row.start) == (newer, 6 + text.index("no talks"))


def test_unchanged_quote_stays_where_it_stands():
    """The form sends the words alone: of several places it must not choose another one."""
    text = "First: no talks. Then he said: no talks. End."
    row = make_cited(text, "no talks. End")
    place = text.rindex("no talks")
    Evidence.objects.filter(pk=row.pk).update(
        exact="no talks", start=place, end=place + 8, suffix=". End."
    )

    update_evidence(row, by=make_user("ada"), quote="no talks", note="He said so twice.")

    row.refresh_from_db()
    assert (row.start, row.note) == (place, "He said so twice.")


def test_quotation_with_an_ellipsis_is_kept_as_it_is_shown():
    row = make_cited(OLD, "The air force counted … 432")

    assert row.exact == OLD[:-1]
    assert row.quotation == "The air force counted […] 432"

    update_evidence(row, by=make_user("ada"), quote=row.quotation)
    assert row.quotation == "The air force counted […] 432"

    make_snapshot(row.source, OLD.replace("1,297", "900"))
    assert checks() == [("lost", "")]  # what was left out was changed: that may turn the meaning


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("1:15-1:30", "t=75,90"),
        ("75", "t=75"),
        ("1:02:03 \u2013 1:02:10", "t=3723,3730"),
        ("t=75,90", "t=75,90"),
        ("10, 20, 30, 40", "xywh=percent:10,20,30,40"),
        ("xywh=percent:10,20,30.5,40", "xywh=percent:10,20,30.5,40"),
        ("", ""),
    ],
)
def test_place_in_a_recording_or_picture_is_kept_as_a_media_fragment(told, kept):
    row = make_cited()

    update_evidence(row, by=make_user("ada"), fragment=told)

    row.refresh_from_db()
    assert row.fragment == kept


@pytest.mark.parametrize("told", ["soon", "1:30-1:15", "90,20,30,40", "10,20,0,40", "9999999"])
def test_place_that_cannot_be_is_refused(told):
    with pytest.raises(Invalid) as refused:
        update_evidence(make_cited(), by=make_user("ada"), fragment=told)

    assert refused.value.field == "fragment"


def test_checks_are_sealed():
    make_snapshot(make_cited().source, EDITED_INSIDE)

    for change in (
        lambda: AnchorCheck.objects.update(instead="nothing"),
        lambda: AnchorCheck.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    connection.check_constraints()


def go_back(snapshot):
    """Does what a capture does that finds the page as an older copy holds it."""
    now = timezone.now()
    snapshot.captures.create(
        source=snapshot.source, url=snapshot.source.url, requested_at=now, ended_at=now,
        state="unchanged", is_return=True,
    )  # fmt: skip
    for follow in followers.of_snapshot_seen_again:
        follow(snapshot)


def newest_checks(*rows):
    """Returns what the desk says of each row: found, lost, or None where the copy is the newest."""
    found = AnchorCheck.objects.newest_for(rows)
    checks = [found.get((row.snapshot_id, row.start, row.end)) for row in rows]
    return [check.outcome if check else None for check in checks]


def test_quote_is_not_lost_any_more_when_the_page_goes_back_to_its_copy():
    row = make_cited()
    newer = make_snapshot(row.source, EDITED_INSIDE)
    assert newest_checks(row) == ["lost"]

    go_back(row.snapshot)
    assert newest_checks(row) == [None]

    go_back(newer)
    assert newest_checks(row) == ["lost"]


def test_words_of_the_newer_copy_are_looked_for_in_the_one_that_is_back():
    old = make_cited()
    newer = make_snapshot(old.source, EDITED_INSIDE)
    inside, elsewhere = (
        attach_evidence(
            old.claim, by=make_user("ada"), source=old.source, stance="context", quote=quote
        )
        for quote in ("1,279 drones", "nine nights")
    )
    assert (inside.snapshot, newest_checks(inside, elsewhere)) == (newer, [None, None])

    go_back(old.snapshot)

    assert newest_checks(old, inside, elsewhere) == [None, "lost", "found"]
    late = attach_evidence(
        old.claim, by=make_user("ada"), source=old.source, stance="context", quote=QUOTE
    )
    assert late.snapshot == old.snapshot


def test_published_claim_is_called_up_each_time_its_words_go():
    claim = make_claim("published")
    cited = claim.evidence.first()
    newer = make_snapshot(cited.source, "Report 1: 900 drones.")
    close_recheck(Recheck.objects.get(), by=make_user("ben"), outcome="still_holds", note="A slip.")

    go_back(cited.snapshot)
    assert Recheck.objects.count() == 1

    go_back(newer)
    go_back(newer)
    assert [call.closed_at is None for call in Recheck.objects.order_by("id")] == [False, True]


def test_following_costs_as_many_queries_for_many_quotes(django_assert_num_queries):
    source = make_source(snapshot_text=OLD)
    for number in (1, 2, 3):
        claim = make_claim("researching", finding="", text=f"Claim {number}")
        attach_evidence(
            claim, by=make_user("ada"), source=source, stance="supports", quote=OLD.split()[number]
        )
    newer = make_snapshot(source, EDITED_ELSEWHERE)
    with django_assert_num_queries(
        6
    ):  # work, evidence, appearances, copies, live findings, old copies
        places = following._quoted(newer)
        following._looked_for(list(places), newer)
    assert len(places) == 3
