"""The desk shows hours in the site's time zone, and the public pages do not depend on it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from statements.models import Site
from tests.desk.pages import claim_address
from tests.factories import make_claim


@pytest.mark.parametrize(
    ("zone", "shown"), [("UTC", "1 Mar 2026, 23:30"), ("Europe/Kyiv", "2 Mar 2026, 01:30")]
)
def test_hours_are_those_of_the_site(desk, zone, shown):
    site = Site.load()
    site.time_zone = zone
    site.save()
    with time_machine.travel(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), tick=False):
        claim = make_claim("researching")

    page = desk("ada").get(claim_address(claim)).content.decode()

    assert shown in page
    assert timezone.get_current_timezone_name() == "UTC"
