"""Who may see and do what in the admin: every address, role and method has a cell here.

A new address without a cell fails the first test. Superusers look, and keep people and settings;
they do nothing editorial by being superusers.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLResolver, get_resolver
from rest_framework.authtoken.models import Token

from sources.models import (
    Observation,
    Routine,
    Series,
    Snapshot,
    Task,
    Watch,
)
from sources.operations import ask_for_capture
from statements.models import (
    Correction,
    ExternalReview,
    ImportRun,
    Occasion,
    PolicyPage,
    Site,
    Verdict,
)
from statements.operations import open_rechecks, record_agreement_event, record_violation
from tests.desk.pages import logged_in
from tests.factories import (
    make_agreement,
    make_claim,
    make_measure,
    make_place,
    make_publisher,
    make_source,
    make_speaker,
    make_topic,
    make_upload,
    make_user,
)
from tests.shared import copy_of

pytestmark = pytest.mark.django_db

WHO = (
    "anonymous",
    "outsider",
    "roleless",
    "contributor",
    "checker",
    "editor",
    "admin",
    "superuser",
)
# What each column may do, in the order of WHO: i log in first, y yes, n no (403).
DESK = "iiiyyyyy"  # everybody with a role at the desk, and who keeps people
CONTRIBUTE = "iiiyyynn"
CHECK = "iiinyynn"
EDIT = "iiinnynn"
ADMINISTER = "iiinnnyy"
NOBODY = "iiinnnnn"
EVERYBODY = "yyyyyyyy"
LOGGED_IN = "iiiyyyyy"

# Per noun: looking, adding, changing, deleting.
NOUNS = {
    "statements_claim": (DESK, CHECK, DESK, NOBODY),
    "statements_statement": (DESK, CONTRIBUTE, DESK, NOBODY),
    "statements_speaker": (DESK, CONTRIBUTE, DESK, NOBODY),
    "statements_occasion": (DESK, CONTRIBUTE, DESK, NOBODY),
    "statements_topic": (DESK, CHECK, DESK, CHECK),
    "statements_agreement": (DESK, CHECK, DESK, NOBODY),
    "statements_agreementevent": (DESK, NOBODY, DESK, NOBODY),
    "statements_agreementviolation": (DESK, NOBODY, DESK, NOBODY),
    "statements_recheck": (DESK, NOBODY, DESK, NOBODY),
    "statements_evidence": (DESK, NOBODY, DESK, NOBODY),
    "statements_verdict": (DESK, NOBODY, DESK, NOBODY),
    "statements_statechange": (DESK, NOBODY, DESK, NOBODY),
    "statements_correction": (DESK, NOBODY, DESK, NOBODY),
    "statements_externalreview": (DESK, NOBODY, DESK, NOBODY),
    "statements_importrun": (DESK, NOBODY, DESK, NOBODY),
    "statements_site": (ADMINISTER, NOBODY, ADMINISTER, NOBODY),
    "statements_policypage": (DESK, NOBODY, DESK, NOBODY),
    "sources_source": (DESK, CONTRIBUTE, DESK, NOBODY),
    "sources_snapshot": (DESK, NOBODY, DESK, NOBODY),
    "sources_capture": (DESK, NOBODY, DESK, NOBODY),
    "sources_watch": (DESK, NOBODY, DESK, NOBODY),
    "sources_routine": (DESK, NOBODY, DESK, NOBODY),
    "sources_task": (ADMINISTER, NOBODY, ADMINISTER, NOBODY),
    "sources_publisher": (DESK, CONTRIBUTE, DESK, NOBODY),
    "sources_place": (DESK, CONTRIBUTE, DESK, CONTRIBUTE),
    "sources_measure": (DESK, EDIT, DESK, NOBODY),
    "sources_series": (DESK, CHECK, DESK, NOBODY),
    "sources_observation": (DESK, CHECK, DESK, NOBODY),
    "auth_user": (ADMINISTER, ADMINISTER, ADMINISTER, NOBODY),
    "authtoken_tokenproxy": (ADMINISTER, ADMINISTER, ADMINISTER, ADMINISTER),
}
# Whose empty POST to an existing row is let through to the form (a refusal in words, or saved).
SENDS = {
    "statements_claim": CONTRIBUTE,  # what a contributor may not, the operations refuse
    "statements_statement": CONTRIBUTE,
    "sources_snapshot": CONTRIBUTE,
    "statements_speaker": CONTRIBUTE,
    "statements_occasion": CONTRIBUTE,
    "statements_topic": CHECK,
    "statements_agreement": CONTRIBUTE,
    "statements_site": ADMINISTER,
    "statements_policypage": ADMINISTER,
    "sources_source": CONTRIBUTE,
    "sources_publisher": CONTRIBUTE,
    "sources_place": CONTRIBUTE,
    "sources_measure": EDIT,
    "sources_series": CHECK,
    "auth_user": ADMINISTER,
}
# The other addresses: GET and POST.
OTHERS = {
    "index": (DESK, DESK),
    "desk": (DESK, DESK),
    "desk_inbox": (DESK, CONTRIBUTE),
    "desk_waiting": ("iii-----", CONTRIBUTE),  # POST only: 405
    "login": (EVERYBODY, EVERYBODY),
    "logout": ("--------", EVERYBODY),
    "password_change": (LOGGED_IN, LOGGED_IN),
    "password_change_done": (LOGGED_IN, "iii-----"),
    "autocomplete": (DESK, "iii-----"),
    "jsi18n": (DESK, "iii-----"),
    "view_on_site": (DESK, DESK),
    "app_list": (DESK, DESK),
    "auth_user_password_change": (ADMINISTER, ADMINISTER),
    "statements_claim_preview": (DESK, DESK),
    "statements_claim_export": (CHECK, "iii-----"),  # GET only
    "statements_importrun_upload": (EDIT, EDIT),
    # GET only, and only of what oneself has sent: there is none here.
    "statements_importrun_queued": (EDIT, "iii-----"),
    "sources_snapshot_bytes": (DESK, DESK),
    "sources_snapshot_picture": (DESK, DESK),
    "sources_snapshot_page": (DESK, DESK),
}


def admin_addresses():
    """Yields the name of every address below /admin/; "" for those without a name."""

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif route.startswith("admin/"):
                yield pattern.name or "", route

    return list(walk(get_resolver().url_patterns, ""))


def test_every_address_has_a_cell():
    cells = set(OTHERS)
    for noun in NOUNS:
        cells |= {f"{noun}_{what}" for what in ("changelist", "add", "history", "delete", "change")}
    # Django redirects <noun>/<id>/ to its change page, and catches all that is left.
    unnamed = [route for name, route in admin_addresses() if not name]

    assert {name for name, _ in admin_addresses() if name} == cells
    assert {
        route for route in unnamed if not route.endswith(("/<path:object_id>/", "(?P<url>.*)$"))
    } == set()


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    return made_rows(), made_clients()


both = copy_of("made")


@pytest.fixture
def rows(both):
    return both[0]


@pytest.fixture
def clients(both):
    return both[1]


def made_clients():
    found = {
        "anonymous": Client(),
        "outsider": logged_in("outsider", role="contributor"),
        "roleless": logged_in("roleless", role=""),
        "contributor": logged_in("con", role="contributor"),
        "checker": logged_in("ada"),
        "editor": logged_in("ben", role="editor"),
        "admin": logged_in("root", role="admin"),
        "superuser": logged_in("super", role="", is_superuser=True),
    }
    User.objects.filter(username="outsider").update(is_staff=False)
    return found


def made_rows():
    """One row of each noun, by the noun's name: its key in an address."""
    claim = make_claim("published")
    source = make_source("A work", snapshot_text="Words")
    event = record_agreement_event(
        make_agreement(), by=make_user("ada"), axis="agreement_state", value="announced",
        happened_on=claim.first_published_at.date(), source=source,
    )  # fmt: skip
    violation = record_violation(
        event.agreement, by=make_user("ada"), party=make_speaker(), standing="corroborated",
        what="A strike", happened_on=claim.first_published_at.date(), source=source,
    )  # fmt: skip
    (recheck,) = open_rechecks([claim], cause="source_gone", summary="The page is gone.")
    correction = Correction(
        claim=claim,
        kind="typo",
        summary="x",
        made_at=claim.first_published_at,
        made_by=make_user("ben"),
    )
    correction.save(force_insert=True)
    capture = ask_for_capture(
        make_source("A page", url="https://example.org/1"), by=make_user("ada")
    )
    series = Series.objects.create(
        measure=make_measure(), publisher=make_publisher(), name="S", granularity="night"
    )
    count = Observation.objects.create(
        series=series, period_start="2025-03-01", period_end="2025-03-01", value=1,
        reported_at=claim.first_published_at,
    )  # fmt: skip
    Site.load().save()
    review = ExternalReview.objects.create(
        publisher=make_publisher(), url="https://example.org/r", claim_text="x", label="False"
    )
    run = ImportRun.objects.create(kind="feed", file_name="f", sha256="0" * 64)
    person = make_user("somebody")
    Token.objects.create(user=person)
    picture = make_upload(make_source("A picture"), "a.png", b"\x89PNG\r\n\x1a\n....")
    page = make_upload(make_source("A page"), "a.html", b"<html><p>Words</p></html>")
    return {
        "picture": picture.pk,
        "page": page.pk,
        "statements_claim": claim.pk,
        "statements_statement": claim.main_statement_id,
        "statements_speaker": make_speaker().pk,
        "statements_occasion": Occasion.objects.create(title="O").pk,
        "statements_topic": make_topic().pk,
        "statements_agreement": event.agreement_id,
        "statements_agreementevent": event.pk,
        "statements_agreementviolation": violation.pk,
        "statements_recheck": recheck.pk,
        "statements_evidence": claim.evidence.first().pk,
        "statements_verdict": Verdict.objects.get().pk,
        "statements_statechange": claim.state_changes.first().pk,
        "statements_correction": correction.pk,
        "statements_externalreview": review.pk,
        "statements_importrun": run.pk,
        "statements_site": 1,
        "statements_policypage": PolicyPage.objects.earliest("id").pk,
        "sources_source": source.pk,
        "sources_snapshot": Snapshot.objects.first().pk,
        "sources_capture": capture.pk,
        "sources_watch": Watch.objects.create(source=capture.source).pk,
        "sources_routine": Routine.objects.create(code="tidy", next_at=capture.requested_at).pk,
        "sources_task": Task.objects.get().pk,
        "sources_publisher": make_publisher().pk,
        "sources_place": make_place().pk,
        "sources_measure": make_measure().pk,
        "sources_series": series.pk,
        "sources_observation": count.pk,
        "auth_user": person.pk,
        "authtoken_tokenproxy": person.pk,
    }


def said(response):
    """Returns the letter of a cell for a response."""
    if response.status_code == 302 and "/admin/login/" in response["Location"]:
        return "i"
    if response.status_code == 405:
        return "-"
    if response.status_code == 403:
        return "n"
    assert response.status_code < 500, response.status_code
    return "y"


def walk(clients, method, address):
    return "".join(said(getattr(clients[who], method)(address)) for who in WHO)


@pytest.mark.parametrize("noun", NOUNS)
def test_cells_of_a_noun(clients, rows, noun):
    look, add, change, delete = NOUNS[noun]
    sends = SENDS.get(noun, NOBODY)
    base = f"/admin/{noun.replace('_', '/')}/"
    row = f"{base}{rows[noun]}/"
    found = {
        "GET list": walk(clients, "get", base),
        "POST list": walk(clients, "post", base),
        "GET add": walk(clients, "get", f"{base}add/"),
        "POST add": walk(clients, "post", f"{base}add/"),
        "GET change": walk(clients, "get", f"{row}change/"),
        "HEAD change": walk(clients, "head", f"{row}change/"),
        "OPTIONS change": walk(clients, "options", f"{row}change/"),
        "POST change": walk(clients, "post", f"{row}change/"),
        "GET history": walk(clients, "get", f"{row}history/"),
        "GET delete": walk(clients, "get", f"{row}delete/"),
        "POST delete": walk(clients, "post", f"{row}delete/"),
    }

    assert found == {
        "GET list": look,
        "POST list": look,
        "GET add": add,
        "POST add": add,
        "GET change": change,
        "HEAD change": change,
        "OPTIONS change": change,
        "POST change": sends,
        "GET history": change,
        "GET delete": delete,
        "POST delete": delete,
    }


@pytest.mark.parametrize("name", OTHERS)
def test_cells_of_other_addresses(clients, rows, name):
    addresses = {
        "index": "/admin/",
        "desk": "/admin/desk/",
        "desk_inbox": "/admin/desk/inbox/",
        "desk_waiting": "/admin/desk/waiting/event/1/",
        "login": "/admin/login/",
        "logout": "/admin/logout/",
        "password_change": "/admin/password_change/",
        "password_change_done": "/admin/password_change/done/",
        "autocomplete": "/admin/autocomplete/?app_label=statements&model_name=statement&field_name=speaker",
        "jsi18n": "/admin/jsi18n/",
        "view_on_site": "/admin/r/1/1/",
        "app_list": "/admin/statements/",
        "auth_user_password_change": f"/admin/auth/user/{rows['auth_user']}/password/",
        "statements_claim_preview": f"/admin/statements/claim/{rows['statements_claim']}/preview/",
        "statements_claim_export": "/admin/statements/claim/export/",
        "statements_importrun_upload": "/admin/statements/importrun/upload/",
        "statements_importrun_queued": "/admin/statements/importrun/upload/00000000-0000-4000-8000-000000000000/",
        "sources_snapshot_bytes": f"/admin/sources/snapshot/{rows['sources_snapshot']}/bytes/",
        "sources_snapshot_picture": f"/admin/sources/snapshot/{rows['picture']}/picture/",
        "sources_snapshot_page": f"/admin/sources/snapshot/{rows['page']}/page/",
    }
    get, post = OTHERS[name]
    if name == "logout":
        assert [clients[who].post(addresses[name]).status_code for who in WHO] == [302] * 3 + [
            200
        ] * 5
        return

    assert walk(clients, "get", addresses[name]) == get
    assert walk(clients, "post", addresses[name]) == post
