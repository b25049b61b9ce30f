"""Sources by API: an address is enough, and captures say what became of it."""

import pytest

from sources.models import Capture, Source
from tests.api.helpers import Api
from tests.factories import make_source, make_user

pytestmark = pytest.mark.django_db


def dana():
    return Api(make_user("dana", role="contributor"))


def test_an_address_alone_makes_a_source_whose_page_is_fetched():
    made = dana().post("sources/", {"url": "https://example.org/a"})

    assert made.status_code == 201
    source = Source.objects.get()
    assert source.title == "https://example.org/a"
    path = f"sources/{source.public_id}/captures/"
    row = Capture.objects.get()
    assert row.fills == ["title", "author", "published_on", "publisher", "language"]
    assert dana().get(path).json() == [
        {
            "id": row.public_id,
            "address": "https://example.org/a",
            "kind": "copy",
            "state": "queued",
            "reason": "",
            "requested_at": row.requested_at.isoformat().replace("+00:00", "Z"),
            "ended_at": None,
            "try_count": 0,
            "next_try_at": row.next_try_at.isoformat().replace("+00:00", "Z"),
            "snapshot": None,
        }
    ]


def test_what_is_said_is_not_asked_of_the_page():
    dana().post("sources/", {"url": "https://example.org/a", "title": "A", "language": "en"})

    assert Capture.objects.get().fills == ["author", "published_on", "publisher"]


def test_nothing_is_fetched_twice_or_unasked():
    known = make_source("A", url="https://example.org/a")
    dana().post("sources/", {"url": known.url})
    dana().post("sources/", {"url": "https://example.org/b", "capture": False})
    dana().post("sources/", {"title": "A book"})

    assert Capture.objects.count() == 0

    path = f"sources/{known.public_id}/captures/"
    first, second = dana().post(path, {}), dana().post(path, {})
    assert (first.status_code, second.status_code) == (201, 200)
    assert Capture.objects.count() == 1


def test_without_an_address_there_is_nothing_to_fetch():
    book = make_source("A book", url="")

    refused = dana().post(f"sources/{book.public_id}/captures/", {})

    assert refused.status_code == 400
    assert refused.json()["fields"] == {
        "url": ["Give the source an address first: there is nothing to fetch."]
    }
    assert dana().post("sources/", {"author": "Nobody"}).json()["fields"] == {
        "title": ["Give the source a title."]
    }
