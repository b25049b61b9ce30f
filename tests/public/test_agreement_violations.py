"""The agreement's page: violations party by party and by standing, and one event dated twice."""

from __future__ import annotations

from datetime import date

import pytest

from statements.operations import confirm_violation
from tests.api.test_agreement_positions import violation
from tests.factories import make_agreement, make_user
from tests.public.page import text_of
from tests.statements.test_standings import confirmed, source_of

pytestmark = pytest.mark.django_db


def words_of(client, agreement, query=""):
    return text_of(client.get(f"{agreement.get_absolute_url()}{query}"))


def test_violations_stand_by_party_and_nothing_is_added_up(client):
    agreement = make_agreement()
    confirmed(agreement, "announced", axis="agreement_state")
    violation(agreement, "alleged", count=30)
    violation(agreement, "alleged", count=12, ended_on=date(2025, 3, 21))
    violation(agreement, "corroborated")

    text = words_of(client, agreement)

    assert "Russia: 2 alleged, 1 corroborated, 0 refuted" in text
    assert "A strike (30)" in text
    assert "19 March 2025 to 21 March 2025" in text
    assert "42" not in text


def test_a_violation_shows_once_a_second_editor_confirmed_it(client):
    agreement = make_agreement()
    confirmed(agreement, "announced", axis="agreement_state")
    waiting = violation(agreement, "refuted", confirm=False)

    before = words_of(client, agreement)
    confirm_violation(waiting, by=make_user("ben"))

    assert "A strike" not in before
    assert "Violations" not in before
    assert "Russia: 0 alleged, 0 corroborated, 1 refuted" in words_of(client, agreement)


def test_an_event_that_is_dated_twice_holds_from_its_first_date(client):
    agreement = make_agreement()
    first = confirmed(agreement, "accepted", on="2025-03-18", source=source_of("Kremlin"))
    confirmed(agreement, "accepted", on="2025-03-21", source=source_of("Kyiv"), dates_again=first)

    text = words_of(client, agreement, "?on=2025-03-25")

    assert "The same event as number 1 , dated by another source." in text
    assert "Russia Accepted 18 March 2025" in text
    assert "Russia Accepted 21 March 2025" not in text
