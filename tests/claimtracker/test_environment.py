"""Starting: a process with a wrong environment says everything that is wrong, and stops."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FULL = {
    "SECRET_KEY": "a-key-that-is-long-enough-for-a-test",
    "ALLOWED_HOSTS": "claims.example.org",
    "SITE_URL": "https://claims.example.org",
}


def run(env, code="print('started')"):
    """Runs code with the settings read from `env` alone, as a process of its own."""
    return subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", f"from django.conf import settings; settings.DEBUG; {code}"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "claimtracker.settings",
            "DATABASE_URL": "sqlite:///:memory:",
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def read(env, names):
    """Returns settings as text, read in a process of its own."""
    done = run(env, f"[print(repr(getattr(settings, n))) for n in {names!r}]")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_without_key_and_hosts_it_names_both_and_stops():
    done = run({})

    assert done.returncode == 1
    faults = re.findall(r"^  - (\w+) is not set", done.stderr, re.MULTILINE)
    assert faults == ["SECRET_KEY", "ALLOWED_HOSTS"]
    assert "started" not in done.stdout


def test_a_command_says_it_without_a_traceback():
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("claimtracker cannot start with these settings:\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("env", "fault"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"PORT": "many"}, "PORT cannot be read"),
        ({"PORT": "0"}, "PORT must be at least 1, not 0"),
        ({"DEBUG": "perhaps"}, "DEBUG cannot be read"),
        ({"SITE_URL": "claims.example.org"}, "SITE_URL must look like"),
        ({"SITE_URL": "https://claims.example.org/news"}, "SITE_URL must look like"),
        ({"DATABASE_URL": "mysql://127.0.0.1/claims"}, "DATABASE_URL must start with"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read"),
        ({"CACHE_URL": "nonsense"}, "CACHE_URL cannot be read"),
    ],
)
def test_each_bad_value_is_named(env, fault):
    done = run({**FULL, **env})

    assert done.returncode == 1
    assert f"  - {fault}" in done.stderr


def test_debug_needs_nothing():
    assert read({"DEBUG": "true"}, ["DEBUG", "SITE_URL"]) == ["True", "'http://127.0.0.1:8000'"]


@pytest.mark.parametrize(
    ("site_url", "is_secure", "hsts"),
    [("https://claims.example.org", "True", "31536000"), ("http://127.0.0.1:8000", "False", "0")],
)
def test_cookies_and_redirects_follow_the_scheme_of_the_site(site_url, is_secure, hsts):
    names = [
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
    ]

    found = read({**FULL, "SITE_URL": site_url}, names)

    assert found == [is_secure, is_secure, is_secure, hsts]


@pytest.mark.parametrize(("proxies", "header"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO'")])
def test_a_forwarded_scheme_is_believed_only_from_a_trusted_proxy(proxies, header):
    (found,) = read({**FULL, "TRUSTED_PROXIES": proxies}, ["SECURE_PROXY_SSL_HEADER"])

    assert found.startswith(header)


def test_postgresql_gets_a_pool_and_a_limit_per_statement():
    found = read(
        {**FULL, "DATABASE_URL": "postgresql://u@h/d", "STATEMENT_TIMEOUT_SECONDS": "7"},
        ["DATABASES"],
    )

    options = eval(found[0])["default"]["OPTIONS"]  # noqa: S307  printed by ourselves
    assert options == {
        "pool": {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 2},
        "connect_timeout": 5,
        "options": "-c statement_timeout=7000",
    }


def test_paths_are_read_from_the_project_folder():
    found = read({**FULL, "BLOB_DIR": "var/other"}, ["BLOB_DIR"])

    assert found == [repr(ROOT / "var" / "other")]


def test_fetching_from_this_machine_is_for_debugging_only():
    done = run({**FULL, "CAPTURE_LOOPBACK": "true"})

    assert done.returncode == 1
    assert (
        "  - CAPTURE_LOOPBACK opens this machine to captures: only with DEBUG=true.\n"
        in done.stderr
    )
    assert read({"DEBUG": "true", "CAPTURE_LOOPBACK": "true"}, ["CAPTURE_ALLOWS_LOOPBACK"]) == [
        "True"
    ]
    assert read(FULL, ["CAPTURE_ALLOWS_LOOPBACK"]) == ["False"]


def test_ports_are_a_list_of_numbers():
    assert read(FULL, ["CAPTURE_PORTS"]) == ["(80, 443, 8080, 8443)"]
    assert read({**FULL, "CAPTURE_PORTS": "80, 8000"}, ["CAPTURE_PORTS"]) == ["(80, 8000)"]
    done = run({**FULL, "CAPTURE_PORTS": "80,http"})
    assert "  - CAPTURE_PORTS must be whole numbers with commas between them.\n" in done.stderr
