"""The API does what its schema says, for requests that nobody thought of.

Schemathesis makes them from the schema: right ones, ones that are wrong in one place, and any
there may be. Each answer must have a status, a media type and a shape that the schema knows, and
what the schema forbids must be refused.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import CHECKS

from tests.api.helpers import make_world
from tests.factories import make_user
from tests.shared import copy_of

# Every operation is asked in some ten ways by each of two; for a long look
# raise this number.
EXAMPLES = 3
pytestmark = pytest.mark.slow


def schema_of(app):
    found = schemathesis.openapi.from_dict(
        SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
    )
    found.app = app
    return found


app = get_wsgi_application()
schema = schema_of(app)
# Every single fault that a request can have is tried by the editor, who gets past the door.
at_the_door = schema_of(app)
at_the_door.config.phases.coverage.enabled = False

bounded = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
# A body that has the right form may still name a row that there is not, or come too late.
(ACCEPTS_WHAT_IS_RIGHT,) = CHECKS.get_by_names(["positive_data_acceptance"])


@at_the_door.hook
@schema.hook
def map_query(context, query):
    """Leaves out what no schema can tell.

    A cursor is a token of ours, and any other text is refused; nobody can look at a day that has
    not come, and a schema does not know which those are.
    """
    asked = {name: value for name, value in (query or {}).items() if name != "cursor"}
    day = str(asked.get("as_of", ""))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", day) and day > date.today().isoformat():  # noqa: DTZ011
        asked["as_of"] = f"2025{day[4:]}".replace("02-29", "02-28")
    return asked


@pytest.fixture(scope="module", autouse=True)
def made(rows_of_module):
    return make_world()


@pytest.fixture(scope="module")
def token(made):
    return Token.objects.create(user=make_user("ben", role="editor")).key


copied = copy_of("made")


@pytest.fixture
def world(copied):
    """Rows to ask for; the connection stays open between the requests of one test."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield copied
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@at_the_door.parametrize()
@bounded
def test_nobody_gets_what_the_schema_says(case, world):
    ask(case, world)


@schema.parametrize()
@bounded
def test_an_editor_gets_what_the_schema_says(case, world, token):
    ask(case, world, headers={"Authorization": f"Token {token}"})


def ask(case, world, **how):
    """Sends a request, every other one to a row that is there, and looks at the answer."""
    if to_a_row(case):
        case.path_parameters = row_of(case.path, world)
    # The desk's view has filters of its own, and the schema cannot say which go with which view.
    is_judged = case.method == "GET" and (case.query or {}).get("view") != "desk"
    case.call_and_validate(**how, excluded_checks=[] if is_judged else [ACCEPTS_WHAT_IS_RIGHT])


def to_a_row(case):
    """Says whether an address of the right form is exchanged for that of a row; repeatable."""
    given = {name: str(value) for name, value in (case.path_parameters or {}).items()}
    is_right = all(
        re.fullmatch("[0-9]+" if name == "number" else "[-a-zA-Z0-9_]+", value)
        for name, value in given.items()
    )
    # What is meant to be wrong in a GET is its address, and a row's would mend it.
    is_meant = case.method != "GET" or case.meta.generation.mode.is_positive
    is_chosen = sum(map(ord, "".join(given.values()))) % 2 == 0
    return bool(given) and is_meant and is_right and is_chosen and "{revision}" not in case.path


def row_of(path, world):
    """Returns the parameters of an address that there is."""
    noun = path.removeprefix("/api/v1/").split("/")[0]
    row = getattr(world, {"series": "series"}.get(noun, noun.removesuffix("s")), None)
    known = {
        "public_id": getattr(row, "public_id", ""),
        "slug": world.topic.slug,
        "code": world.measure.code,
        "snapshot_id": world.snapshot.public_id,
        "number": world.reply.pk if "replies" in path else world.evidence.pk,
    }
    return {name: known[name] for name in re.findall(r"{(\w+)}", path)}
