"""What rank alone does not give: superusers, administrators, and the author of a draft."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token

from sources.models import (
    Place,
    Source,
)
from statements.models import (
    Claim,
    Topic,
)
from tests.desk.pages import claim_address
from tests.factories import (
    make_claim,
    make_place,
    make_source,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_a_superuser_without_a_group_can_neither_publish_nor_edit(desk):
    claim = make_claim("in_review")
    client = desk("super", role="", is_superuser=True)
    version = Claim.objects.get().version
    for do in ("act-publish", "act-return", "draft", "wording", "cite"):
        response = client.post(
            claim_address(claim), {"do": do, f"{do}-version": version, "act-return-note": "x"}
        )
        assert response.status_code == 403

    assert Claim.objects.get().state == "in_review"
    assert "act-publish" not in client.get(claim_address(claim)).content.decode()


def test_the_author_of_a_draft_cannot_publish_it(desk):
    claim = make_claim("in_review", author="ben")
    User.objects.get(username="ben").groups.set(make_user("cleo", role="editor").groups.all())
    client = desk("ben", role="editor")
    response = client.post(
        claim_address(claim), {"do": "act-publish", "act-publish-version": claim.version}
    )

    assert response.status_code == 422
    assert "Ask a second person to publish" in response.content.decode()
    assert Claim.objects.get().state == "in_review"


def person_form(user, **changes):
    data = {
        "username": user.username, "first_name": "", "last_name": "", "email": "",
        "is_active": "on", "is_staff": "on", "groups": [],
    }  # fmt: skip
    return data | changes


def test_an_administrator_makes_no_superuser_and_touches_none(desk):
    client = desk("root", role="admin")
    chief = make_user("chief", role="", is_superuser=True)
    person = make_user("somebody")
    client.post(f"/admin/auth/user/{person.pk}/change/", person_form(person, is_superuser="on"))
    refused = client.post(f"/admin/auth/user/{chief.pk}/change/", person_form(chief, is_active=""))
    word = client.post(
        f"/admin/auth/user/{chief.pk}/password/", {"password1": "x", "password2": "x"}
    )
    client.post("/admin/authtoken/tokenproxy/add/", {"user": "chief", "user_id": chief.pk})

    person.refresh_from_db()
    chief.refresh_from_db()
    assert (person.is_superuser, chief.is_active) == (False, True)
    assert (refused.status_code, word.status_code) == (403, 403)
    assert not Token.objects.filter(user=chief).exists()


def test_an_administrator_gives_a_role_and_a_token(desk):
    client = desk("root", role="admin")
    person = make_user("somebody", role="")
    editors = make_user("ben", role="editor").groups.get()
    client.post(f"/admin/auth/user/{person.pk}/change/", person_form(person, groups=[editors.pk]))
    response = client.post(
        "/admin/authtoken/tokenproxy/add/", {"user": "somebody", "user_id": person.pk}, follow=True
    )

    assert list(person.groups.all()) == [editors]
    token = Token.objects.get(user=person)
    assert token.key in response.content.decode()
    assert token.key not in client.get("/admin/authtoken/tokenproxy/").content.decode()


def test_a_used_place_or_topic_stays(desk):
    place, topic = make_place(), make_topic()
    make_claim("new", topics=[topic])
    Place.objects.create(name="Kyiv", part_of=place)
    client = desk()
    used = [
        client.post(f"/admin/sources/place/{place.pk}/delete/", {"post": "yes"}),
        client.post(f"/admin/statements/topic/{topic.pk}/delete/", {"post": "yes"}),
    ]
    leaf = make_topic("leaf", "Leaf")
    unused = client.post(f"/admin/statements/topic/{leaf.pk}/delete/", {"post": "yes"})

    assert [response.status_code for response in used] == [403, 403]
    assert unused.status_code == 302
    assert (Place.objects.count(), list(Topic.objects.all())) == (2, [topic])


def test_pages_of_the_desk_are_never_stored_by_a_cache(desk):
    make_source()
    for address in ("/admin/", f"/admin/sources/source/{Source.objects.get().pk}/change/"):
        assert "no-cache" in desk().get(address)["Cache-Control"]
