"""System checks: settings that contradict each other are reported before readers notice."""

from __future__ import annotations

import pytest
from django.db import connection

from claimtracker import checks


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("site_url", "hosts", "found"),
    [
        ("https://claims.example.org", ["claims.example.org"], []),
        ("https://claims.example.org", [".example.org"], []),
        ("https://claims.example.org", ["www.example.org"], ["claimtracker.W001"]),
    ],
)
def test_the_site_answers_to_its_own_address(settings, site_url, hosts, found):
    settings.SITE_URL, settings.ALLOWED_HOSTS = site_url, hosts

    assert ids(checks.site_url_is_allowed(None)) == found


@pytest.mark.parametrize(
    ("is_https", "proxies", "found"),
    [(True, 0, ["claimtracker.W002"]), (True, 1, []), (False, 0, [])],
)
def test_https_without_a_proxy_is_asked_about(settings, is_https, proxies, found):
    settings.IS_HTTPS, settings.TRUSTED_PROXIES = is_https, proxies

    assert ids(checks.proxies_are_named(None)) == found


@pytest.mark.django_db
def test_an_old_server_is_refused(monkeypatch):
    assert checks.postgresql_is_new_enough(None, databases=["default"]) == []
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 990000)

    found = ids(checks.postgresql_is_new_enough(None, databases=["default"]))

    assert found == (["claimtracker.E001"] if connection.vendor == "postgresql" else [])
