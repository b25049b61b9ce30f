"""Watches: which pages are looked at again, and when it is sure that one cannot be reached."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from sources import followers
from sources.errors import CaptureFailed
from sources.models import Publication, Source, Watch
from sources.operations import begin_watches, watch_source
from sources.operations.captures import OUR_FAULT
from sources.operations.watches import note_visit
from statements.models import Recheck
from tests.factories import make_claim, make_source, make_user

pytestmark = pytest.mark.django_db

START = datetime(2025, 3, 3, 12, tzinfo=UTC)
DEAD = CaptureFailed("this address does not lead to a public site", may_pass=True)
BUSY = CaptureFailed("the server answered with HTTP 500 and not with the page", http_status=500)
REFUSED = CaptureFailed("the server does not show this page to us (HTTP 403)", http_status=403)
FAULT = CaptureFailed(OUR_FAULT, was_reached=True)
GONE = CaptureFailed("the page is not there any more (HTTP 404)", is_gone=True, http_status=404)


@pytest.fixture
def heard(monkeypatch):
    told = []

    def listen(name):
        return [lambda source, words: told.append((name, words))]

    monkeypatch.setattr(followers, "of_source_gone", listen("gone"))
    monkeypatch.setattr(followers, "of_source_unreachable", listen("unreachable"))
    return told


def look(source, *visits):
    """Visits a page on days counted from START: (day, failure), or (day, None) when it is there."""
    for day, failure in visits:
        with time_machine.travel(START + timedelta(days=day), tick=False):
            note_visit(source, failure)
    return Watch.objects.get(source=source)


def fetched(source):
    """Writes down that the page answered once."""
    source.captures.create(
        url=source.url, state="unchanged", requested_at=START, ended_at=START, kind="link"
    )
    return source


@pytest.mark.parametrize(
    ("visits", "told"),
    [
        ([(0, DEAD), (3, DEAD)], []),
        ([(0, DEAD), (0, DEAD), (0, DEAD), (0, DEAD)], []),  # a person who tries in one hour
        ([(0, DEAD), (3, BUSY), (6, REFUSED), (9, DEAD)], [("unreachable", REFUSED)]),  # once
        ([(0, DEAD), (3, None), (6, DEAD), (9, DEAD)], []),
        ([(0, FAULT), (3, FAULT), (6, FAULT)], []),  # ours, not theirs
        ([(0, DEAD), (3, DEAD), (6, DEAD), (7, None), (8, DEAD), (11, DEAD), (14, DEAD)],
         [("unreachable", DEAD), ("unreachable", DEAD)]),
        ([(0, DEAD), (3, DEAD), (6, GONE), (9, DEAD), (12, DEAD)], [("gone", GONE)]),
    ],
)  # fmt: skip
def test_a_page_is_out_of_reach_after_three_looks_over_six_days(heard, visits, told):
    look(fetched(make_source()), *visits)

    assert [name for name, _ in heard] == [name for name, _ in told]
    for (_, words), (_, failure) in zip(heard, told, strict=True):
        assert words.endswith(str(failure))


def test_words_say_since_when_and_what_the_last_look_found(heard):
    watch = look(fetched(make_source()), (0, DEAD), (3, DEAD), (7, REFUSED))

    assert heard == [("unreachable", f"since 3 March 2025: {REFUSED}")]
    assert (watch.failing_since, watch.failed_count) == (START, 3)
    assert watch.unreachable_at == START + timedelta(days=7)


def test_a_page_that_always_refused_us_is_no_news(heard):
    """People see it all the same: that is why its copy was pasted."""
    watch = look(make_source(), (0, REFUSED), (3, REFUSED), (6, REFUSED))

    assert (heard, watch.failing_since, watch.failed_count) == ([], None, 3)


def test_a_page_out_of_reach_is_looked_at_soon_until_that_is_sure(heard, settings):
    settings.CHECK_EVERY_DAYS = 30
    source, often = make_source(), make_source("Often")
    watch_source(often, by=make_user("ada"), every_days=1)
    next_looks = [
        (look(page, (day, DEAD)).next_check_at - START).days - day
        for page, day in ((source, 0), (source, 3), (source, 6), (source, 36), (often, 0))
    ]

    assert next_looks == [3, 3, 30, 30, 1]


def test_a_page_that_is_there_again_starts_anew(heard):
    source = fetched(make_source())
    look(source, (0, DEAD), (3, DEAD), (6, DEAD))
    number = Publication.objects.current()

    watch = look(source, (9, None))

    assert (watch.failed_count, watch.failing_since, watch.unreachable_at) == (0, None, None)
    assert Publication.objects.current() == number  # readers were told nothing of it


def test_published_claims_on_a_page_out_of_reach_are_called_up_once():
    claim = make_claim("published")
    source = fetched(claim.evidence.first().source)

    look(source, (0, BUSY), (3, BUSY), (6, BUSY), (9, BUSY))

    row = Recheck.objects.get()
    assert (row.claim, row.cause) == (claim, "source_gone")
    assert row.summary == (
        f"The page of “{source}” has been out of reach since 3 March 2025: {BUSY}. Its copy stays."
    )


def test_what_the_public_view_rests_on_is_watched_however_its_copy_came(settings):
    settings.CHECK_EVERY_DAYS = 10
    claim = make_claim("published")
    asked_for = Source.objects.filter(citations__verdict=claim.live_verdict).first()
    watch_source(asked_for, by=make_user("ada"), every_days=0)
    without = set(Source.objects.exclude(pk=asked_for.pk))
    make_source("Not cited", snapshot_text="A copy")
    assert without

    with time_machine.travel(START, tick=False):
        counts = [begin_watches(), begin_watches()]

    rows = Watch.objects.exclude(source=asked_for).order_by("next_check_at")
    assert {row.source for row in rows} == without
    assert counts == [len(without), 0]
    days = [10 * place / len(without) for place in range(1, len(without) + 1)]
    assert [row.next_check_at for row in rows] == [START + timedelta(days=day) for day in days]
    assert Watch.objects.get(source=asked_for).every_days == 0


def test_nothing_is_watched_where_the_site_looks_at_no_page_again(settings):
    settings.CHECK_EVERY_DAYS = 0
    make_claim("published")

    assert begin_watches() == 0
    assert list(Watch.objects.all()) == []
