"""Bad input gets a clear error with a stable code: never a 500, never a half-made change."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError

from statements.models import Claim, Speaker
from tests.api.helpers import API, Api, anonymous, make_world
from tests.factories import make_claim, make_speaker, make_statement, make_user

pytestmark = pytest.mark.django_db

DEEP = b"[" * 100_000
BODIES = {
    "no_json": (b"{", 400, "bad_json"),
    "nothing_but_text": (b"hello", 400, "bad_json"),
    "a_list": (b"[]", 400, "bad_json"),
    "a_number": (b"1", 400, "bad_json"),
    "null": (b"null", 400, "bad_json"),
    "nan": (b'{"name": NaN}', 400, "bad_json"),
    "infinity": (b'{"name": -Infinity}', 400, "bad_json"),
    "huge_number": (b'{"name": ' + b"9" * 5_000 + b"}", 400, "bad_json"),
    "huge_exponent": (b'{"name": 1e999}', 400, "invalid"),
    "deep_list": (DEEP, 400, "bad_json"),
    "deep_objects": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400, "bad_json"),
    "thirteen_deep": (b'{"name":' + b"[" * 13 + b"]" * 13 + b"}", 400, "bad_json"),
    "bad_utf8": (b'{"name": "\xff"}', 400, "bad_json"),
    "utf16": ('{"name": "A"}'.encode("utf-16"), 400, "bad_json"),
    "byte_order_mark": (b'\xef\xbb\xbf{"name": "A"}', 400, "bad_json"),
    "double_name": (b'{"name": "A", "name": "B"}', 400, "bad_json"),
    "nul": (b'{"name": "a\\u0000b"}', 400, "bad_text"),
    "raw_nul": (b'{"name": "a\x00b"}', 400, "bad_json"),
    "control": (b'{"name": "a\\u0007b"}', 400, "bad_text"),
    "lone_surrogate": (b'{"name": "\\ud800"}', 400, "bad_text"),
    "nul_in_a_name": (b'{"na\\u0000me": "A"}', 400, "bad_text"),
    "noncharacter": (b'{"name": "\\ufffe"}', 400, "bad_text"),
    "empty": (b"", 400, "invalid"),
    "empty_object": (b"{}", 400, "invalid"),
    "unknown_field": (b'{"name": "A", "is_admin": true}', 400, "invalid"),
    "null_value": (b'{"name": null}', 400, "invalid"),
    "number_for_text": (b'{"name": 3}', 400, "invalid"),
    "boolean_for_text": (b'{"name": true}', 400, "invalid"),
    "list_for_text": (b'{"name": ["A"]}', 400, "invalid"),
    "object_for_text": (b'{"name": {"a": 1}}', 400, "invalid"),
    "blank": (b'{"name": "  \\t "}', 400, "invalid"),
    "too_long": (b'{"name": "' + b"a" * 201 + b'"}', 400, "invalid"),
    "a_megabyte": (b'{"name": "' + b"a" * 1_048_576 + b'"}', 400, "invalid"),
    "six_megabytes": (b'{"name": "' + b"a" * 6 * 1_048_576 + b'"}', 413, "too_large"),
    "unknown_code": (b'{"name": "A", "kind": "robot"}', 400, "invalid"),
    "code_as_list": (b'{"name": "A", "kind": ["person"]}', 400, "invalid"),
    "code_as_object": (b'{"name": "A", "kind": {}}', 400, "invalid"),
    "bad_wikidata_id": (b'{"name": "A", "wikidata_id": "Q0"}', 400, "invalid"),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(name):
    body, status, code = BODIES[name]
    api = Api(make_user("ada"))

    response = api.client.generic(
        "POST", f"{API}speakers/", body, content_type="application/json", headers=api.headers
    )

    told = response.json()
    assert (response.status_code, told["code"]) == (status, code), told
    assert told["detail"].endswith((".", "!", "?"))
    assert Speaker.objects.count() == 0


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain", "application/xml", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "application/jsonx", "", "text/html", "*/*", ";",
    ],
)  # fmt: skip
def test_other_media_types(kind):
    api = Api(make_user("ada"))

    response = api.client.generic(
        "POST", f"{API}speakers/", b'--x\r\n{"name": "A"}', content_type=kind, headers=api.headers
    )

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_json_with_a_charset_is_json():
    api = Api(make_user("ada"))

    response = api.client.generic(
        "POST", f"{API}speakers/", '{"name": "Зеленський"}'.encode(),
        content_type="Application/JSON; charset=UTF-8", headers=api.headers,
    )  # fmt: skip

    assert response.status_code == 201
    assert Speaker.objects.get().name == "Зеленський"


# One wrong value per kind of field, sent to each field that takes it.
WRONG = [
    None,
    True,
    3,
    1.5,
    -1,
    10**30,
    "",
    "x" * 30_000,
    [],
    ["x"],
    {},
    {"a": {"b": []}},
    "0000000000",
]


def test_every_field_with_every_wrong_value():
    """Walks all bodies; whatever is wrong is a 4xx in words and creates nothing of its own."""
    claim = make_claim("researching", finding="")
    statement, speaker = make_statement("Other words"), make_speaker("Somebody")
    api = Api(make_user("ada"))
    fields = {
        "claims/": "text short_text kind language show_as_open statement topics detail external_ref",
        "statements/": (
            "speaker text language fidelity said_edtf said_words occasion place external_ref"
        ),
        "speakers/": "name kind aliases wikidata_id description external_ref",
        "sources/": (
            "url title author publisher published_on language kind directness origin external_ref"
        ),
        "evidence/": "claim source stance snapshot quote note waiver reading",
        f"claims/{claim.public_id}/replies/": "asked_on channel due_on outcome answer reason",
        f"claims/{claim.public_id}/statements/": "statement stated_lower stated_upper",
        f"claims/{claim.public_id}/draft/": (
            "code commitment_status finding rationale reasons would_change as_of search_log "
            "single_source_reason revision_kind public_note version"
        ),
        f"claims/{claim.public_id}/": (
            "text short_text kind language show_as_open topics detail review_due_on reason version"
        ),
        f"claims/{claim.public_id}/actions/": "action note data version",
        f"statements/{statement.public_id}/appearances/": (
            "source snapshot quote is_first time_code_seconds"
        ),
        f"speakers/{speaker.public_id}/roles/": "title organisation valid_from valid_to",
    }

    for path, names in fields.items():
        method = "patch" if path.endswith("/draft/") or path.count("/") == 2 else "post"
        for name in names.split():
            for wrong in WRONG:
                response = api.send(method, path, {name: wrong})
                told = response.json()
                assert response.status_code < 500, (path, name, wrong, told)
                if response.status_code >= 400:
                    assert told["detail"], (path, name, wrong)
                    assert told["code"] in (
                        "invalid", "version_required", "bad_json", "not_possible", "stale",
                    ), (path, name, wrong, told)  # fmt: skip
    assert Claim.objects.get(pk=claim.pk).state == "researching"


@pytest.mark.parametrize(
    "query",
    [
        "colour=red", "q=a&colour=red", "limit=3", "page=2", "format=json", "view=admin", "view=",
        "page_size=0", "page_size=101", "page_size=-1", "page_size=x", "page_size=1e2",
        "page_size=99999999999999999999", "page_size=%D9%A1", "ordering=id", "ordering=-version",
        "ordering=external_ref", "cursor=x", "cursor=%00", "cursor=" + "a" * 2_000, "cursor=é",
        "cursor=W10", "cursor=bnVsbA", "cursor=WyJuIiwgMSwgIjEiXQ", "cursor=WyJyIiwxLDBd", "cursor=WyJuIixudWxsLG51bGxd",
        "verdict=true", "kind=robot", "state=new", "state=in_review", "said_after=yesterday",
        "said_after=2025-13-01", "said_after=2025-03-28&said_before=2025-03-27",
        "published_after=2025-03-28&published_before=2025-03-27", "said_before=0001-01-01", "published_after=9999-99-99",
        "published_before=2025-03-27T00:00", "speaker=" + "1" * 30, "topic=a%20b",
        "publisher=../..", "speaker=%27%20OR%201%3D1", "topic=%00", "%00=1",
    ],
)  # fmt: skip
def test_queries(query):
    make_claim("published")

    response = Api().get(f"claims/?{query}")

    assert response.status_code == 400
    assert response.json()["code"] in ("invalid", "unknown_parameter", "bad_text")


def test_a_span_of_statements_that_ends_before_it_begins_is_told_of():
    begins = "statements/?said_after=2025-03-28&said_before"

    assert Api().get(f"{begins}=2025-03-27").json()["fields"] == {
        "said_before": ["This is before 28 March 2025, where the span begins: swap them."]
    }
    assert Api().get(f"{begins}=2025-03-28").status_code == 200


def test_an_unknown_parameter_is_named_with_those_that_there_are():
    response = Api().get("claims/?colour=red&size=3&q=x")

    assert response.json() == {
        "code": "unknown_parameter",
        "detail": CLAIMS_TAKE,
        "fields": {"colour": [CLAIMS_TAKE]},
    }


CLAIMS_TAKE = (
    "There is no parameter colour, size here: there are cursor, kind, ordering, page_size, "
    "published_after, published_before, publisher, q, said_after, said_before, speaker, state, "
    "topic, verdict, view."
)


@pytest.mark.parametrize("path", ["claims/facets/", "topics/", "measures/", "corrections/",
                                  "evidence/", "claims/0123456789/", "speakers/0123456789/"])  # fmt: skip
def test_every_address_refuses_parameters_it_does_not_know(path):
    assert Api().get(f"{path}?colour=red").json()["code"] == "unknown_parameter"


@pytest.mark.parametrize(
    "path",
    [
        "claims/%00/", "claims/" + "a" * 3_000 + "/", "evidence/99999999999999999999/",
        "evidence/a-99999999-0/", "claims/a/replies/99999999999999999999/", "topics/%F0%9F%92%A9/",
        "claims/%ff/", "../../etc/passwd", "claims/..%2f..%2f/", "claims//",
    ],
)  # fmt: skip
def test_strange_addresses(path):
    response = Api(make_user("ada")).get(path)

    assert response.status_code in (301, 400, 404)


@pytest.mark.parametrize(
    "header", ["x", "Token", "Token x y", "Token \xe9", "Bearer abc", "Basic !"]
)
def test_strange_credentials(header):
    response = Api().get("claims/?view=desk", Authorization=header)

    assert response.status_code == 401
    assert response.json()["code"] in ("not_authenticated", "authentication_failed")
    assert Api().get("claims/", Authorization=header).status_code == 200


def test_an_error_never_repeats_more_than_a_little_of_what_was_sent():
    api = Api(make_user("ada"))

    response = api.post("speakers/", {"name": "A", "x" * 5_000: 1, "kind": "y" * 5_000})

    assert response.status_code == 400
    assert len(json.dumps(response.json())) < 1_000


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        (OperationalError("database is locked"), 503, "unavailable"),
        (InterfaceError("connection already closed"), 503, "unavailable"),
        (IntegrityError("UNIQUE constraint failed: secret"), 409, "conflict"),
        (DataError("value too long for type character varying(3)"), 400, "out_of_range"),
        (OverflowError("Python int too large to convert to SQLite INTEGER"), 400, "out_of_range"),
        (ValidationError({"name": ["Give a name."]}), 400, "invalid"),
        (ValidationError("Not like this."), 400, "invalid"),
        (PermissionDenied("no"), 403, "not_allowed"),
    ],
)
def test_trouble_of_the_database_has_an_answer_and_tells_nothing_of_it(
    monkeypatch, trouble, status, code
):
    def fail(**_):
        raise trouble

    monkeypatch.setattr("statements.api.speakers.save_speaker", fail)

    response = Api(make_user("ada")).post("speakers/", {"name": "A"})

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "secret" not in response.content.decode()
    assert ("Retry-After" in response) == (status == 503)


# ---- words of refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("page_size=0", "page_size is 1 to 100."),
        ("page_size=", "page_size is 1 to 100."),
        ("view=both", "view is desk or public."),
        ("cursor=x", "This is no cursor of this list: take next or previous from an answer."),
        ("colour=red&size=3", CLAIMS_TAKE),
        ("said_after=soon", "said_after: Write the day as 2025-03-27."),
    ],
)
def test_a_refusal_spells_parameters_as_they_are_written(query, detail):
    assert anonymous().get(f"claims/?{query}").json()["detail"] == detail


def test_words_that_no_text_can_hold_are_only_not_found():
    make_world()

    for noun in ("claims", "statements", "speakers", "sources", "publishers"):
        response = anonymous().get(f"{noun}/?q=%00zz%1fzz%C2%85")
        assert (response.status_code, response.json()["results"]) == (200, []), noun


def test_what_an_address_does_not_do_is_said_before_anybody_is_asked_who_they_are():
    for method in ("put", "trace", "delete"):
        response = getattr(anonymous().client, method)("/api/v1/claims/")
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_an_address_with_a_line_in_it_is_absent_like_any_other():
    response = anonymous().get("claims/%0A/actions/")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
