"""The bundle's address: who gets it, what is said of it, and that nothing hidden is in it."""

import pytest
from django.test import Client

from sources.errors import NotAllowed
from sources.operations import update_source
from statements.exports import verify_bundle
from statements.operations import perform
from tests.factories import make_claim, make_user

pytestmark = pytest.mark.django_db


def get(claim, method="get"):
    return getattr(Client(), method)(f"/claims/{claim.public_id}/bundle.zip")


def test_published_claim_has_a_bundle_that_proves_itself():
    claim = make_claim("published")

    response = get(claim)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == (
        f'attachment; filename="{claim.public_id}-bundle.zip"'
    )
    assert list(verify_bundle.faults_of(response.getvalue())) == []
    assert response["ETag"].startswith('"')
    head = get(claim, "head")
    assert (head.status_code, head["ETag"], head.content) == (200, response["ETag"], b"")


@pytest.mark.parametrize("state", ["new", "researching", "in_review", "declined", "retracted"])
def test_claim_without_a_live_finding_answers_as_one_that_is_not_there(state):
    claim = make_claim(state)
    absent = Client().get("/claims/0000000000/bundle.zip")

    response = get(claim)

    assert (response.status_code, response.content) == (404, absent.content)


def test_finding_that_is_looked_at_again_keeps_its_bundle():
    claim = make_claim("published")
    before = get(claim).getvalue()

    perform(claim, "reopen", by=make_user("ada"), note="A secret doubt.")

    assert get(claim).getvalue() == before


def test_taken_down_claim_says_why():
    response = get(make_claim("taken_down"))

    assert response.status_code == 410
    assert "The source was withdrawn." in response.content.decode()


def test_copy_is_in_it_from_the_moment_an_editor_lets_it():
    claim = make_claim("published")
    source = claim.evidence.first().source
    before = get(claim)
    assert b"texts/" not in before.getvalue().replace(b"texts/, copies/", b"")

    update_source(source, by=make_user("ben", role="editor"), rights="public_domain")

    after = get(claim)
    assert after["ETag"] != before["ETag"]
    assert f"texts/{source.snapshots.get().text_sha256}.txt".encode() in after.getvalue()


def test_page_links_to_it_only_where_it_is():
    published, announced = make_claim("published"), make_claim("researching", show_as_open=True)

    for claim, is_linked in ((published, True), (announced, False)):
        page = Client().get(claim.get_absolute_url()).content.decode()
        assert (f"/claims/{claim.public_id}/bundle.zip" in page) is is_linked


@pytest.mark.parametrize(("username", "role"), [("ada", "checker"), ("cory", "contributor")])
def test_rights_are_an_editors_to_say(username, role):
    source = make_claim("researching", roots=1).evidence.get().source

    with pytest.raises(NotAllowed):
        update_source(source, by=make_user(username, role=role), rights="own")
