"""People at the desk, each with a browser of their own."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_user


@pytest.fixture
def desk(db):
    """Logs somebody in: `desk("ben", role="editor")` returns a client."""

    def logged_in(name="ada", *, role="checker", **fields):
        client = Client()
        client.force_login(
            make_user(name, role=role, **fields),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        return client

    return logged_in
