"""Logging in: guessing is slowed down, and one guesser does not lock out the newsroom."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from rest_framework.authtoken.models import Token

pytestmark = pytest.mark.django_db

RIGHT, WRONG = "seven herons over the weir", "wrong"


@pytest.fixture(autouse=True)
def people():
    for name in ("ada", "ben"):
        User.objects.create_user(name, password=RIGHT, is_staff=True)


def log_in(client, name, password=RIGHT, address="203.0.113.7"):
    return client.post(
        reverse("admin:login"),
        {"username": name, "password": password},
        REMOTE_ADDR=address,
    )


def test_five_wrong_passwords_lock_that_name_at_that_address(client):
    statuses = [log_in(client, "ada", WRONG).status_code for _ in range(5)]

    locked = log_in(client, "ada")

    assert statuses == [200, 200, 200, 200, 429]
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "Wait 15 minutes" in locked.content.decode()
    assert log_in(client, "ben").status_code == 302
    assert log_in(client, "ada", address="203.0.113.8").status_code == 302


def test_a_right_password_forgets_the_wrong_ones(client):
    for _ in range(3):
        for _ in range(4):
            log_in(client, "ada", WRONG)
        assert log_in(client, "ada").status_code == 302


def test_behind_a_proxy_it_is_the_client_s_address_that_counts(client, settings):
    settings.TRUSTED_PROXIES = 1

    def from_behind(address, password):
        client.defaults["HTTP_X_FORWARDED_FOR"] = address
        return log_in(client, "ada", password, address="10.0.0.1").status_code

    assert [from_behind("203.0.113.7", WRONG) for _ in range(5)][-1] == 429
    assert from_behind("203.0.113.8", RIGHT) == 302


def test_whoever_got_a_token_can_take_it_away_with_a_role_or_without(client):
    told = {"username": "ada", "password": RIGHT}
    token = client.post("/api/v1/token/", told, content_type="application/json").json()["token"]
    mine = {"Authorization": f"Token {token}"}

    statuses = [
        client.delete("/api/v1/token/", headers=headers).status_code for headers in ({}, mine, mine)
    ]

    assert statuses == [401, 204, 401]
    assert list(Token.objects.all()) == []


def test_passwords_are_kept_as_argon2():
    from claimtracker import settings as production  # not the fast hasher of tests

    assert production.PASSWORD_HASHERS[0].endswith(".Argon2PasswordHasher")
