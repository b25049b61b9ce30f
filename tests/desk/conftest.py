"""People at the desk, each with a browser of their own."""

from __future__ import annotations

import pytest

from tests.desk.pages import logged_in


@pytest.fixture
def desk(db):
    """Logs somebody in: `desk("ben", role="editor")` returns a client."""
    return logged_in
