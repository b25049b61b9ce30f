"""Lists: filters, orders, pages and facets, from public claims alone."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.models import Claim
from statements.operations import perform, relate_claims, tag_claim
from tests.api.helpers import Api, addresses, anonymous, confirm, correct, make_world
from tests.factories import (
    make_agreement,
    make_claim,
    make_source,
    make_speaker,
    make_statement,
    make_topic,
    make_user,
)
from tests.statements.archives import bring_in, flat

pytestmark = pytest.mark.django_db


def ids(query):
    return [row["id"] for row in anonymous().get(query).json()["results"]]


@pytest.fixture
def four():
    """Returns a published, a reopened, a retracted and an announced claim, and two hidden."""
    topic = make_topic("strikes", "Strikes")
    below = make_topic("drones", "Drones", parent=topic)
    found = {
        "published": make_claim(
            "published",
            text="Alpha drones",
            finding="Zulu was found.",
            statement=make_statement("A", said_edtf="2025-03-20", speaker=make_speaker("Anna")),
        ),
        "rechecking": make_claim(
            "reopened",
            text="Bravo drones",
            code="mixed",
            statement=make_statement("B", said_edtf="2025-03-22"),
        ),
        "retracted": make_claim(
            "retracted", text="Charlie drones", kind="event",
            statement=make_statement("C", said_edtf="2025-03-24"),
        ),
        "checking": make_claim(
            "researching", text="Delta drones", show_as_open=True, kind="attribution",
            statement=make_statement("D", said_edtf="2025-03-26"),
        ),
    }  # fmt: skip
    make_claim("in_review", text="Echo drones", statement=make_statement("E"))
    make_claim("new", text="Foxtrot drones", show_as_open=True, statement=make_statement("F"))
    for claim, tag in zip(found.values(), (topic, below, below, topic), strict=True):
        tag_claim(claim, by=make_user("ada"), topics=[tag])
    return found


FILTERS = {
    "": "published rechecking retracted checking",
    "q=drones": "published rechecking retracted checking",
    "q=ALPHA": "published",
    "q=zulu drones": "published",
    "q=Anna": "published",
    "q=echo": "",
    "q=foxtrot": "",
    "topic=strikes": "published rechecking retracted checking",
    "topic=drones": "rechecking retracted",
    "verdict=accurate": "published",
    "verdict=mixed": "rechecking",
    "verdict=fulfilled": "",
    "kind=event": "retracted",
    "kind=attribution": "checking",
    "kind=other": "published rechecking",
    "state=published": "published",
    "state=rechecking": "rechecking",
    "state=retracted": "retracted",
    "state=checking": "checking",
    "said_after=2025-03-22": "rechecking retracted checking",
    "said_before=2025-03-22": "published rechecking",
    "published_before=2025-01-01": "",
    "published_after=2025-01-01": "published rechecking retracted",
    "state=published&verdict=mixed": "",
    "q=drones&kind=event&state=retracted": "retracted",
}


def test_filters(four):
    names = {claim.public_id: name for name, claim in four.items()}

    found = {query: {names.get(one, one) for one in ids(f"claims/?{query}")} for query in FILTERS}

    assert found == {query: set(wanted.split()) for query, wanted in FILTERS.items()}


def test_filters_by_speaker_and_publisher(four):
    anna = make_speaker("Anna")
    publisher = four["published"].evidence.first().source.publisher

    assert ids(f"claims/?speaker={anna.public_id}") == [four["published"].public_id]
    assert set(ids(f"claims/?publisher={publisher.public_id}")) == {
        four["published"].public_id,
        four["rechecking"].public_id,
    }


@pytest.mark.parametrize("what", ["claims", "statements"])
def test_days_that_are_open_at_an_end_are_found_on_that_side(db, what):
    names = {}
    for when in ("2025-03-25/..", "../2025-03-25", "2025-03-25", ""):
        statement = make_statement(f"Said {when}.", said_edtf=when)
        claim = make_claim("published", text=f"Claim {when}", statement=statement)
        names |= {claim.public_id: when, statement.public_id: when}

    def found(query):
        return {names[each] for each in ids(f"{what}/?{query}")}

    assert found("said_after=2025-04-01") == {"2025-03-25/.."}
    assert found("said_before=2025-03-01") == {"../2025-03-25"}
    assert found("said_after=2025-03-25&said_before=2025-03-25") == set(names.values()) - {""}


def test_each_facet_counts_what_its_filter_gives(four):
    for query in ("", "said_after=2025-03-22", "q=drones&said_before=2025-03-24"):
        facets = anonymous().get(f"claims/facets/?{query}").json()
        for name, choices in facets.items():
            assert choices, name
            for choice in choices:
                left = ids(f"claims/?{query}&{name}={choice['code']}")
                assert choice["count"] == len(left), (query, name, choice)

    facets = anonymous().get("claims/facets/").json()
    assert facets["state"] == [
        {"code": "published", "label": "Checked", "count": 1},
        {"code": "rechecking", "label": "Being re-checked", "count": 1},
        {"code": "retracted", "label": "Retracted", "count": 1},
        {"code": "checking", "label": "Being checked", "count": 1},
    ]
    assert facets["topic"] == [
        {"code": "strikes", "label": "Strikes", "count": 4},
        {"code": "drones", "label": "Drones", "count": 2},
    ]


ORDERS = {
    "published": "checking published rechecking retracted",
    "-published": "retracted rechecking published checking",
    "said": "published rechecking retracted checking",
    "-said": "checking retracted rechecking published",
    "updated": "checking published rechecking retracted",
    "-updated": "retracted rechecking published checking",
}


def walked(url, direction):
    """Returns the ids of each page from `url` on, and the last page."""
    found = []
    while url:
        page = anonymous().get(url).json()
        found += [row["id"] for row in page["results"]]
        url = page[direction]
    return found, page


def test_orders_and_pages_walk_every_row_once_both_ways(four):
    for ordering, names in ORDERS.items():
        wanted = [four[name].public_id for name in names.split()]

        forth, last = walked(f"claims/?ordering={ordering}&page_size=1", "next")
        back, _ = walked(last["previous"], "previous")

        assert forth == wanted, ordering
        assert back == wanted[-2::-1], ordering


def test_a_page_keeps_its_filters(four):
    page = anonymous().get("claims/?q=drones&topic=strikes&page_size=3").json()

    assert page["next"].startswith(
        "http://testserver/api/v1/claims/?q=drones&topic=strikes&page_size=3&cursor="
    )
    assert len(anonymous().get(page["next"]).json()["results"]) == 1


def test_a_cursor_holds_the_moment_of_publication_and_no_number_of_a_row(four):
    page = anonymous().get("claims/?page_size=1").json()
    token = page["next"].partition("cursor=")[2]
    published = datetime.fromisoformat(page["results"][0]["first_published_at"])

    told = json.loads(base64.urlsafe_b64decode(token + "=="))

    moment = (published - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert told == ["n", moment, moment]


def test_the_desk_sees_all_and_filters_by_state(four):
    ada = Api(make_user("ada"))

    assert len(ada.get("claims/?view=desk").json()["results"]) == 6
    found = ada.get("claims/?view=desk&state=in_review").json()["results"]
    assert [(row["text"], row["assignee"]) for row in found] == [("Echo drones", "ada")]
    mine = ada.get("claims/?view=desk&assignee=ada&state=researching").json()["results"]
    assert [row["text"] for row in mine] == ["Delta drones"]
    assert ada.get("claims/?view=desk&state=checking").status_code == 400
    assert ada.get("claims/?view=desk&verdict=mixed").json()["code"] == "unknown_parameter"


# ---- content by state -----------------------------------------------------------------------


def test_what_each_state_shows(four):
    shown = {
        name: anonymous().get(f"claims/{claim.public_id}/").json() for name, claim in four.items()
    }

    assert {name: found["state"] for name, found in shown.items()} == {
        "published": "published", "rechecking": "rechecking", "retracted": "retracted",
        "checking": "checking",
    }  # fmt: skip
    assert [name for name, found in shown.items() if found["finding"]] == [
        "published",
        "rechecking",
    ]
    for name in ("retracted", "checking"):
        found = shown[name]
        assert (found["verdict"], found["detail"], found["evidence"], found["replies"]) == (
            None, None, [], [],
        )  # fmt: skip
    assert [row["kind"] for row in shown["retracted"]["corrections"]] == ["retraction"]
    assert shown["retracted"]["retracted_at"] is not None
    assert shown["checking"]["statement"] == four["checking"].main_statement.public_id


def test_a_line_says_what_the_page_says(four):
    lines = {row["id"]: row for row in anonymous().get("claims/").json()["results"]}

    for claim in four.values():
        line, page = lines[claim.public_id], anonymous().get(f"claims/{claim.public_id}/").json()
        assert line["finding"] == (page["finding"] or {"finding": ""})["finding"]
        assert {key: value for key, value in line.items() if key != "finding"} == {
            key: page[key] for key in line if key != "finding"
        }


def test_a_confirmed_repetition_and_link_are_shown(four):
    first, second = four["published"], four["rechecking"]
    ben = make_user("ben", role="editor")
    relation = relate_claims(first, second, by=ben, kind="repeats", note="The same number.")
    confirm(relation)

    found = anonymous().get(f"claims/{second.public_id}/").json()["relations"]

    assert found == [
        {
            "kind": "repeats",
            "is_from_here": False,
            "claim": {
                "id": first.public_id,
                "url": f"http://testserver{first.get_absolute_url()}",
                "short_text": "Alpha drones",
            },
            "resolution": "open",
            "note": "The same number.",
        }
    ]


# ---- costs ----------------------------------------------------------------------------------

# Queries of each address; the numbers are the same for 1 row and for many. A claim without links
# or without corrections costs one less for each: what is not there is not asked for.
COSTS = {
    "claims": 1, "facets": 2, "claim_export": 7, "claim": 5, "claim_history": 3, "statements": 1, "statement": 5,
    "speakers": 2, "speaker": 3, "topics": 1, "topic": 4, "agreements": 1, "agreement": 6,
    "evidence": 1, "evidence_detail": 1, "corrections": 1, "sources": 1, "source": 4,
    "publishers": 1, "publisher": 1, "measures": 1, "measure": 1, "series": 1,
    "series_detail": 2, "counts": 2, "count_export": 2, "schema": 0, "docs": 0,
}  # fmt: skip
# With a token: who asks, their groups, and the work.
DESK_COSTS = {
    "claims": 3, "claim": 8, "claim_actions": 7, "claim_draft": 3, "claim_replies": 4,
    "claim_reply": 3, "statements": 3, "statement": 6, "speakers": 4, "speaker": 4,
    "agreements": 3, "agreement": 7, "rechecks": 3, "evidence": 4, "evidence_row": 4, "sources": 3, "source": 4,
    "snapshots": 4, "snapshot": 4, "captures": 4, "publishers": 3, "publisher": 3, "series": 3,
    "series_detail": 4,
}  # fmt: skip


def more_rows(world, count):
    """Adds `count` rows to everything that lists or details are made of."""
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    for number in range(count):
        statement = make_statement(f"Words {number}", speaker=make_speaker(f"Speaker {number}"))
        claim = make_claim("published", text=f"Claim {number}", statement=statement)
        tag_claim(claim, by=ada, topics=[world.topic, make_topic(f"topic-{number}", f"T{number}")])
        confirm(relate_claims(world.claim, claim, by=ben, kind="repeats"))
        agreement = make_agreement(f"Agreement {number}")
        assert agreement.pk
    world.claim = correct(world.claim, by=ada, publisher=ben, finding="1,301 drones were counted.")
    return world


def costs_of(world, api, suffix=""):
    found = {}
    for name, path, is_desk in addresses(world):
        if is_desk and not suffix:
            continue
        asked = f"{path}{suffix}" if suffix and name in VIEWS else path
        if suffix and not is_desk and name not in VIEWS:
            continue
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = api.get(asked)
            assert (response.status_code, bool(response.getvalue())) == (200, True), name
        found[name] = len(queries)
    return found


VIEWS = (
    "claims", "claim", "statements", "statement", "speakers", "speaker", "agreements", "agreement",
    "evidence", "sources", "source", "publishers", "publisher", "series", "series_detail",
)  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_public_reading_costs_the_same_however_much_there_is(count):
    world = more_rows(make_world(), count)
    anonymous().get("claims/?published_after=2020-01-01")  # the site's row is kept from then on

    assert costs_of(world, anonymous()) == COSTS


@pytest.mark.parametrize("count", [0, 3])
def test_the_desk_costs_the_same_however_much_there_is(count):
    world = more_rows(make_world(), count)

    assert costs_of(world, Api(make_user("ben")), "?view=desk") == DESK_COSTS


@pytest.mark.slow
def test_a_hundred_claims_cost_one_query():
    rows = [
        flat(id=f"a-{number}", statement=f"Claim {number}", url=f"https://checks.example/{number}/")
        for number in range(100)
    ]
    bring_in(*rows, by=make_user("ben", role="editor"), own="PolitiFact")

    with CaptureQueriesContext(connection) as queries:
        page = anonymous().get("claims/?page_size=100").json()

    assert (len(page["results"]), len(queries)) == (100, 1)


def test_work_does_not_cost_more_with_more_evidence():
    def cost(number):
        claim = make_claim("new", text=f"Claim {number}")
        perform(claim, "take", by=make_user("ada"))
        for place in range(number):
            Api(make_user("ada")).post(
                "evidence/",
                {
                    "claim": claim.public_id,
                    "source": make_source(f"S {number} {place}", snapshot_text="x").public_id,
                    "stance": "context",
                },
            )
        with CaptureQueriesContext(connection) as queries:
            Api(make_user("ada")).get(f"claims/{claim.public_id}/?view=desk")
        return len(queries)

    assert cost(1) == cost(4)
    assert Claim.objects.count() == 2
