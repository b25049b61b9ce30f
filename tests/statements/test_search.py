"""Search over real claims: the same hits in the same order on both databases, and no leak."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, product
from operator import itemgetter

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sources.operations import update_source
from statements import fuzzydates, search
from statements.models import (
    Claim,
    FacetCount,
    JointCount,
    PublicDocument,
    PublicWord,
    StaffDocument,
    StaffWord,
)
from statements.operations import (
    attach_occurrence,
    confirm_late,
    confirm_statement_correction,
    perform,
    propose_statement_correction,
    save_draft,
    save_speaker,
    tag_claim,
    update_claim,
)
from statements.search import BEST, PUBLISHED, SAID, UPDATED, Query, find, narrow
from statements.search import facets as choices
from statements.search.documents import COLUMNS, STAFF_COLUMNS
from statements.search.queries import newest_of
from tests.factories import (
    make_claim,
    make_publisher,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def titles(text="", order=PUBLISHED, **narrow):
    return [line["short_text"] for line in find(Query(text=text, **narrow), order=order).lines]


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """Five findings, made once for this file. Each test's changes go back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill_library()
        transaction.set_rollback(True)


def fill_library():
    """Five findings in the order of publication, each with something that only it has."""
    anna = make_speaker("Anna Åkesson", aliases="A. Akesson")
    said = make_statement(
        "Пускали дрони щоночі.", language="uk", said_edtf="2025-03-10", speaker=anna
    )
    make_claim(
        "published", text="Drones were launched nightly", statement=said, finding="Nine reports."
    )
    make_claim(
        "published", text="Long range missiles were fired", finding="None was a drone.", code="mixed",
        statement=make_statement("They fired at long last in the range.", said_edtf="2025-03-20"),
    )  # fmt: skip
    make_claim(
        "published", text="The ceasefire was accepted", finding="It was accepted in part.",
        code="inaccurate", statement=make_statement("We accept 1,000 times.", said_edtf="2025-03"),
    )  # fmt: skip
    make_claim(
        "reopened", text="Planners met at Northwood", finding="They met.",
        statement=make_statement("We met.", said_edtf="2025-04-01", speaker=make_speaker("Ben Bo")),
    )  # fmt: skip
    make_claim(
        "researching", text="Energy sites were hit", show_as_open=True,
        statement=make_statement("They hit us.", said_edtf=""),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("drone", ["Long range missiles were fired", "Drones were launched nightly"]),
        ("DRONES launching", ["Drones were launched nightly"]),
        ("дрони", ["Drones were launched nightly"]),
        ("дрон*", ["Drones were launched nightly"]),
        ("akesson", ["Drones were launched nightly"]),
        ("Åkesson", ["Drones were launched nightly"]),
        ('"long range"', ["Long range missiles were fired"]),
        ('"range missiles were"', ["Long range missiles were fired"]),
        ('"range long"', []),
        ('"missiles nightly"', []),
        ("1000", ["The ceasefire was accepted"]),
        ("1,000", ["The ceasefire was accepted"]),
        ("accept -ceasefire", []),
        ("met", ["Planners met at Northwood"]),
        ("energy", ["Energy sites were hit"]),
        ("-met -drone", ["The ceasefire was accepted", "Energy sites were hit"]),
        ("north*", ["Planners met at Northwood"]),
        ("cesefire", ["The ceasefire was accepted"]),
        ("misiles long", ["Long range missiles were fired"]),
        ("cesefire 1,000", ["The ceasefire was accepted"]),
        ("cesefire 1,001", []),
        ("xyzzy", []),
        ("🙂", []),
    ],
)
def test_what_is_found(library, text, found):
    assert titles(text) == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (BEST, ["Drones were launched nightly", "Long range missiles were fired"]),
        (PUBLISHED, ["Long range missiles were fired", "Drones were launched nightly"]),
        (UPDATED, ["Long range missiles were fired", "Drones were launched nightly"]),
        (SAID, ["Long range missiles were fired", "Drones were launched nightly"]),
    ],
)
def test_orders(library, order, found):
    assert titles("drones", order) == found


def test_a_mended_word_is_told(library):
    assert find(Query(text="cesefire")).mended == (("cesefire", "ceasefire"),)
    assert find(Query(text="ceasefire")).mended == ()
    assert find(Query(text="cesefire xyzzyx")).lines == []


def test_choices_are_counted_for_a_mended_word(library):
    mended = search.facet_counts(Query(text="cesefire"))

    assert mended["kind", "other"] == 1
    assert mended == search.facet_counts(Query(text="ceasefire"))
    assert search.facet_counts(Query(text="xyzzyx")) == {}


def test_counting_stops_and_says_so(library, monkeypatch):
    monkeypatch.setattr("statements.search.queries.MOST", 2)

    found, best = find(Query(text="-xyzzy")), find(Query(text="we*"), order=BEST)

    assert (found.count, found.is_more) == (2, True)
    assert (best.count, best.is_more, len(best.lines)) == (2, True, 2)
    assert find(Query(text="met")).is_more is False


@pytest.mark.parametrize("order", [BEST, PUBLISHED, SAID, UPDATED])
def test_pages_hold_every_hit_once_both_ways(library, order):
    everything = titles("-xyzzy", order)
    page = find(Query(text="-xyzzy"), order=order, size=2)
    forth = [page]
    while page.next:
        page = find(Query(text="-xyzzy"), order=order, size=2, token=page.next)
        forth.append(page)
    back = [page]
    while page.previous:
        page = find(Query(text="-xyzzy"), order=order, size=2, token=page.previous)
        back.append(page)

    assert [line["short_text"] for page in forth for line in page.lines] == everything
    assert [page.lines for page in reversed(back)] == [page.lines for page in forth]
    assert len(everything) == 5


@pytest.mark.parametrize(
    "token", ["x", "WzFd", "e30", "W251bGwsMSwxXQ", "A" * 900, "é", "WyJyIiwtMSwwXQ"]
)
@pytest.mark.parametrize("order", [BEST, PUBLISHED, SAID])
def test_a_strange_token_is_refused(library, order, token):
    with pytest.raises(search.BadToken):
        find(Query(text="drones"), order=order, token=token)


HOSTILE = st.text() | st.text(alphabet="ab\"'*-()^:{}+&|!<>\\%_§¦ \x00\n", max_size=30)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(text=HOSTILE, order=st.sampled_from([BEST, PUBLISHED]))
@example(text='" OR 1=1 --', order=BEST)
@example(text="facets : §xchecking", order=PUBLISHED)
@example(text="claim_words:drones", order=PUBLISHED)
@example(text="a" * 100_000, order=BEST)
def test_no_text_is_an_error(library, text, order):
    found = find(Query(text=text), order=order)
    narrowed = search.narrow(Claim.objects.listed(), Query(text=text))

    assert {line["id"] for line in found.lines} >= set(narrowed.values_list("public_id", flat=True))
    list(search.narrow_for_staff(Claim.objects.all(), text))


@pytest.mark.parametrize(
    ("said_from", "said_until", "found"),
    [
        (date(2025, 3, 15), None, ["Planners met at Northwood", "The ceasefire was accepted", "Long range missiles were fired"]),
        (date(2025, 3, 15), date(2025, 3, 31), ["The ceasefire was accepted", "Long range missiles were fired"]),
        (None, date(2025, 3, 5), ["The ceasefire was accepted"]),
        (date(2024, 1, 1), date(2024, 12, 31), []),
        (date(2026, 1, 1), None, []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["", "-xyzzy"])
def test_days_of_saying(library, text, said_from, said_until, found):
    make_claim("published", text="Old news", statement=make_statement("Old.", said_edtf="1999"))

    assert titles(text, said_from=said_from, said_until=said_until) == [
        *(["Old news"] if said_from is None else []), *found,
    ]  # fmt: skip
    by_day = titles(text, SAID, said_from=said_from, said_until=said_until)
    assert set(by_day) == set(titles(text, said_from=said_from, said_until=said_until))


def test_of_very_many_hits_the_newest_are_sorted(library, monkeypatch):
    monkeypatch.setattr("statements.search.queries.MOST", 2)

    assert titles("-xyzzy", SAID) == ["Planners met at Northwood", "The ceasefire was accepted"]
    assert len(titles("", SAID, facets=(("kind", "other"),))) == 5


def test_filters_and_words_together(library):
    assert titles("met", facets=(("state", "rechecking"),)) == ["Planners met at Northwood"]
    assert titles("met", facets=(("state", "published"),)) == []
    assert titles(facets=(("verdict", "mixed"), ("kind", "other"))) == [
        "Long range missiles were fired"
    ]
    assert search.facet_counts(Query(text="drone"))["verdict", "mixed"] == 1
    assert search.facet_counts(Query(text="drone"))["state", "published"] == 2


def test_a_count_is_of_the_lines_however_many_choices_are_asked_for(library):
    trade, deals = make_topic("trade"), make_topic("deals")
    for number, topics in enumerate(([trade], [trade, deals], [], [deals])):
        make_claim(
            "published", text=f"Trade {number}", code="mixed" if number % 2 else "accurate",
            topics=topics,
        )  # fmt: skip
    lines = {line["id"]: line for line in find(Query(), size=100).lines}
    documents = {
        row.claim.public_id: set(choices.facets_in(row.facets))
        for row in PublicDocument.objects.select_related("claim")
    }
    known = sorted(
        choice
        for choice in set().union(*documents.values())
        if choice[0] in ("verdict", "topic", "speaker", "state")
    )

    for number in range(4):
        for chosen in combinations(known, number):
            found = find(Query(facets=chosen), size=100)
            right = [key for key in lines if documents[key] >= set(chosen)]
            assert [line["id"] for line in found.lines] == right, chosen
            assert found.count == len(right), chosen
            since = Query(facets=chosen, published_from=datetime(2000, 1, 1, tzinfo=UTC))
            published = [key for key in right if lines[key]["first_published_at"]]
            assert find(since).count == len(published), chosen
            for query, keys in ((Query(facets=chosen), right), (since, published)):
                counts = Counter(
                    facet for key in keys for facet in documents[key] if facet[0] in choices.FEW
                )
                assert search.facet_counts(query) == counts, query


SAID_WHEN = (
    "2025-03-31", "2025-03", "2025", "2024-12-31", "2024-01/2025-11", "2020/2025", "1999-07-04",
    "2025-03-20/2025-04-02", "2025-03-25/..", "../1999-08-01", "",
)  # fmt: skip
SPANS = (
    ("2025-03-31", "2025-03-31"), ("2025-03-01", "2025-03-30"), ("2025-04-01", "2025-04-30"),
    ("2025-04-03", "2025-04-03"), ("2024-12-01", "2025-01-31"), ("2023-06-01", "2025-05-31"),
    ("2023-06-01", "2025-06-01"), ("1999-01-01", "1999-12-31"), ("1990-01-01", "2010-01-01"),
    ("2025-03-31", None), (None, "1999-07-04"), (None, "2030-01-01"), ("2031-01-01", "2031-02-01"),
)  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [Query(), Query(text="words"), Query(text="-xyzzy"), Query(facets=(("kind", "other"),))],
)
def test_days_find_what_was_said_in_them_however_fuzzy(db, asked):
    places = {}
    for number, when in enumerate(SAID_WHEN):
        said = make_statement(f"{number}", said_edtf=when)
        claim = make_claim("published", text=f"Words {when}", statement=said)
        document = PublicDocument.objects.get(claim=claim)
        on = said.said_on or (date.min if said.said_until else None)
        places[when] = document.id, on.toordinal() if on else 0, document.updated_at
    orders = ((PUBLISHED, itemgetter(0)), (SAID, itemgetter(1, 0)), (UPDATED, itemgetter(2, 0)))

    for (first, last), (order, key) in product(SPANS, orders):
        begins, ends = (day and date.fromisoformat(day) for day in (first, last))
        fits = [when for when in SAID_WHEN if when and overlaps(when, begins, ends)]
        right = sorted(fits, key=lambda when: key(places[when]), reverse=True)
        within = replace(asked, said_from=begins, said_until=ends)
        page = find(within, order=order)
        found = [line["short_text"] for line in page.lines]
        assert [text for text in found if text.startswith("Words ")] == [
            f"Words {when}" for when in right
        ], (first, last, order)
        assert page.count == len(found)
        narrowed = {claim.short_text for claim in narrow(Claim.objects.all(), within)}
        assert narrowed == set(found)


def overlaps(when, begins, ends):
    """Says whether something may have been said within days; None is an open end."""
    earliest, latest = fuzzydates.bounds(when)
    return (not begins or not latest or latest >= begins) and (
        not ends or not earliest or earliest <= ends
    )


def test_days_are_looked_for_by_their_months_and_years(library):
    make_claim("published", statement=make_statement("Old news", said_edtf="1999"))

    def words(first, last):
        query = Query(said_from=first, said_until=last)
        told = " ".join(map(str, newest_of(query, query.question).parameters))
        return {
            choice
            for word in re.findall(r"§[^\"')\s]+", told)
            if (choice := choices.facet_of(word))
        }

    march = date(2025, 3, 2)
    assert words(march, date(2025, 3, 9)) == {("month", "2025-03"), ("month", "long")}
    assert words(None, date(2001, 1, 1)) == {("year", "1999"), ("month", "long")}
    assert words(date(1990, 1, 1), date(2025, 12, 1)) == set()  # it leaves none out
    first = {("month", f"2025-{month:02}") for month in range(3, 13)}
    assert words(march, None) == first | {("month", "long")}
    assert words(date(2031, 1, 1), None) == {("month", "long")}
    assert words(None, date(1998, 1, 1)) == {("month", "long")}
    counted = FacetCount.objects.filter(count__gt=0).values_list("dimension", flat=True)
    assert "year" in counted
    assert "month" not in counted  # nobody reads how many there are of them


def test_documents_of_an_older_version_are_counted_rightly(library):
    asked = Query(text="-xyzzy", facets=(("state", "published"),))
    right = {
        with_many: search.facet_counts(asked, with_many=with_many) for with_many in (False, True)
    }
    for document in PublicDocument.objects.all():
        document.facets = " ".join(sorted(document.facets.split()))
        document.save(update_fields=["facets"])

    for with_many, counts in right.items():
        found = search.facet_counts(asked, with_many=with_many)
        assert {facet: found[facet] for facet in counts} == dict(counts)
    assert right[True]


def test_counts_beside_what_is_asked_for_most_are_of_all_claims(library, monkeypatch):
    monkeypatch.setattr("statements.search.queries.MOST", 2)

    counts = search.facet_counts(Query(facets=(("kind", "other"),)))
    of_the_newest = search.facet_counts(Query(facets=(("kind", "other"),)), with_many=True)

    assert counts["kind", "other"] == 5
    assert of_the_newest["kind", "other"] == 2


# ---- what is written ------------------------------------------------------------------------


def stale():
    """Returns what the documents and counts say otherwise than the other tables would have it."""

    def read():
        return (
            list(PublicDocument.objects.order_by("claim").values(*COLUMNS[1:])),
            list(StaffDocument.objects.order_by("id").values(*STAFF_COLUMNS)),
            set(PublicWord.objects.values_list("word", flat=True)),
            set(StaffWord.objects.values_list("word", flat=True)),
            {
                (row.dimension, row.code): row.count
                for row in FacetCount.objects.filter(~Q(count=0))
            },
            {(row.beside, row.choice): row.count for row in JointCount.objects.exclude(count=0)},
        )

    kept = read()
    with transaction.atomic():
        search.rebuild()
        made = read()
        transaction.set_rollback(True)
    return [(one, other) for one, other in zip(kept, made, strict=True) if one != other]


def test_operations_keep_documents_words_and_counts(library):
    assert stale() == []
    ada, ben, cleo = (
        make_user("ada"),
        make_user("ben", role="editor"),
        make_user("cleo", role="editor"),
    )
    drones = Claim.objects.get(short_text="Drones were launched nightly")
    open_check = Claim.objects.get(short_text="Energy sites were hit")
    topic = make_topic("sub", "Sub", parent=make_topic("top", "Top"))

    steps = [
        lambda: tag_claim(drones, by=ada, topics=[topic]),
        lambda: save_speaker(make_speaker("Anna Åkesson"), by=ada, name="Anna Berg", aliases=""),
        lambda: update_claim(open_check, by=ada, text="Power plants were hit", short_text="Plants"),
        lambda: update_claim(open_check, by=ada, show_as_open=False),
        lambda: save_draft(open_check, by=ada, finding="A secret zebra."),
        lambda: perform(drones, "reopen", by=ada, note="a new source"),
        lambda: update_claim(drones, by=ada, text="Giraffes flew", short_text="Giraffes flew"),
        lambda: confirm_late(
            attach_occurrence(
                Claim.objects.get(short_text="The ceasefire was accepted"),
                by=ada,
                statement=make_statement("Again!", speaker=make_speaker("Dora")),
            ),
            by=ben,
        ),
        lambda: confirm_statement_correction(
            propose_statement_correction(
                Claim.objects.get(short_text="The ceasefire was accepted").main_statement,
                by=ben, explanation="Misheard.", text="We accept 2,000 times.",
            ),
            by=cleo,
        ),
        lambda: update_source(make_source("Report 1"), by=ada, publisher=make_publisher("Other")),
        lambda: perform(drones, "propose_retraction", by=ben, note="wrong"),
        lambda: perform(drones, "retract", by=cleo),
        lambda: perform(drones, "propose_take_down", by=ben, note="law"),
        lambda: perform(drones, "take_down", by=cleo),
    ]  # fmt: skip
    for number, step in enumerate(steps):
        step()
        drones.refresh_from_db()
        open_check.refresh_from_db()
        assert stale() == [], number


def test_words_that_nobody_may_see_any_more_are_gone(library):
    claim = make_claim("taken_down", text="Zebras ran", finding="Zebras did.")

    assert not PublicDocument.objects.filter(claim=claim).exists()
    assert not PublicWord.objects.filter(word__startswith="zebra").exists()
    assert not StaffWord.objects.filter(word__startswith="zebra").exists()
    assert titles("zebras") == []


def test_a_working_copy_is_found_by_staff_alone(library):
    claim = make_claim("reopened", text="Drones flew")
    update_claim(claim, by=make_user("ada"), text="Zebras ran", short_text="Zebras ran")

    assert titles("zebras") == []
    assert titles("zebra*") == []
    assert titles("zebrs") == []
    assert titles("drones flew") == ["Drones flew"]
    assert list(search.narrow_for_staff(Claim.objects.all(), "zebras")) == [claim]
    assert list(search.narrow_for_staff(Claim.objects.all(), claim.public_id)) == [claim]


def test_staff_find_mistyped_words_of_working_copies_and_the_public_does_not(library):
    hidden = make_claim("in_review", text="Zebras crossed the border")

    question, mended = search.asked_by_staff("zebrsa border")

    assert mended == (("zebrsa", "Zebras"),)
    assert [term.written for term in question.terms] == ["Zebras", "border"]
    assert list(search.narrow_for_staff(Claim.objects.all(), "zebrsa border")) == [hidden]
    assert search.asked_by_staff("drones -zebrsa")[1] == ()
    assert find(Query(text="zebrsa")).mended == ()


def test_hidden_words_do_not_move_the_order_of_public_hits(library):
    before = find(Query(text="drone long"), order=BEST).lines
    for number in range(5):
        make_claim(
            "in_review", text=f"Drone drone long {number}", statement=make_statement(f"{number}")
        )

    assert find(Query(text="drone long"), order=BEST).lines == before


def test_rebuilding_changes_nothing_and_recounting_finds_what_is_wrong(library, capsys):
    places = list(PublicDocument.objects.order_by("id").values_list("id", "claim"))
    call_command("rebuild_search")

    assert list(PublicDocument.objects.order_by("id").values_list("id", "claim")) == places
    assert (
        "5 claims: 5 documents for the public, 5 for people with a role." in capsys.readouterr().out
    )
    call_command("recount_facets")
    assert capsys.readouterr().out == "Every count was right.\n"

    FacetCount.objects.filter(dimension="verdict", code="mixed").update(count=7)
    with pytest.raises(SystemExit):
        call_command("recount_facets")

    assert "verdict mixed: was 6 too high" in capsys.readouterr().out
    assert FacetCount.objects.get(dimension="verdict", code="mixed").count == 1

    JointCount.objects.filter(beside="verdict:mixed", choice="kind/other").delete()
    with pytest.raises(SystemExit):
        call_command("recount_facets")

    assert "verdict:mixed kind/other: was 1 too low" in capsys.readouterr().out
    assert JointCount.objects.get(beside="verdict:mixed", choice="kind/other").count == 1


def test_the_newest_come_first_by_the_day_of_first_publication(library):
    claim = Claim.objects.get(short_text="The ceasefire was accepted")
    perform(claim, "reopen", by=make_user("ada"), note="look again")
    perform(
        claim, "reaffirm", by=make_user("ben", role="editor"), data={"as_of": "2025-06-01"},
    )  # fmt: skip

    assert titles()[:2] == ["Planners met at Northwood", "The ceasefire was accepted"]
    assert titles(order=UPDATED)[0] == "The ceasefire was accepted"


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_takes_two_queries_and_the_best_of_it_too(library, django_assert_num_queries, rows):
    for number in range(rows):
        make_claim("published", text=f"Claim {number}", statement=make_statement(f"S {number}"))

    for order in (PUBLISHED, SAID, UPDATED, BEST):
        with django_assert_num_queries(2):
            assert len(find(Query(text="claim"), order=order).lines) == rows
    with django_assert_num_queries(1):
        search.facet_counts(Query(text="claim"))
