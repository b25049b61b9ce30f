"""Rows that are written once for all tests of a file, instead of once for each.

    @pytest.fixture(scope="module", autouse=True)
    def made(rows_of_module):
        return make_world()

    world = copy_of("made")

`rows_of_module` (conftest.py) holds a transaction open around the file, and each test is rolled
back to where it began. A test may change rows and objects as it likes: `world` is a copy of its
own. A file with such a fixture has no transactional test.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest


def copy_of(name: str) -> Any:
    """Returns a fixture: for each test its own copy of what the module's fixture `name` made."""

    @pytest.fixture
    def copied(request: pytest.FixtureRequest, db: None) -> Any:
        return deepcopy(request.getfixturevalue(name))

    return copied
