"""An agreement as JSON: what held when and who says so, violations by standing, and days of the past."""

from __future__ import annotations

from datetime import date

import pytest

from statements.operations import confirm_violation, record_violation
from tests.api.helpers import Api, anonymous
from tests.factories import make_agreement, make_source, make_speaker, make_user
from tests.statements.test_agreements import record
from tests.statements.test_standings import confirmed, source_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement():
    row = make_agreement()
    first = confirmed(row, "no_answer", on="2025-03-11", source=source_of("Kyiv"))
    confirmed(row, "no_answer", on="2025-03-12", source=source_of("US"), dates_again=first)
    confirmed(row, "accepted", on="2025-03-18", source=source_of("US", "Another read-out"))
    confirmed(row, "announced", axis="agreement_state", on="2025-03-18")
    record(row, "rejected", on="2025-03-20")  # waits for a second editor
    return row


def told(agreement, **parameters):
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return anonymous().get(f"agreements/{agreement.public_id}/?{query}")


def positions(answer):
    return [
        " ".join(
            filter(
                None,
                [
                    line["party"]["name"] if line["party"] else "-",
                    line["value"],
                    line["valid_from"],
                    line["valid_until"],
                    line["according_to"]["name"] if line["according_to"] else None,
                ],
            )
        )
        for line in answer.json()["positions"]
    ]


def test_positions_are_laid_out_as_a_whole_and_by_publisher(agreement):
    assert positions(told(agreement)) == [
        "Russia no_answer 2025-03-11 2025-03-17",
        "Russia accepted 2025-03-18",
        "Russia no_answer 2025-03-11 Kyiv",
        "Russia no_answer 2025-03-12 2025-03-17 US",
        "Russia accepted 2025-03-18 US",
        "- announced 2025-03-18",
    ]


@pytest.mark.parametrize(
    ("day", "held"),
    [
        ("2025-03-10", []),
        (
            "2025-03-11",
            ["Russia no_answer 2025-03-11 2025-03-17", "Russia no_answer 2025-03-11 Kyiv"],
        ),
        (
            "2025-03-20",
            [
                "Russia accepted 2025-03-18",
                "Russia no_answer 2025-03-11 Kyiv",
                "Russia accepted 2025-03-18 US",
                "- announced 2025-03-18",
            ],
        ),
    ],
)
def test_positions_on_a_day(agreement, day, held):
    assert positions(told(agreement, on=day)) == held


@pytest.mark.parametrize("day", ["2025-02-30", "tomorrow", "2999-01-01"])
def test_a_day_that_makes_no_sense_is_refused(agreement, day):
    response = told(agreement, on=day)

    assert (response.status_code, list(response.json()["fields"])) == (400, ["on"])


def test_nobody_knew_then_what_happened_later(agreement):
    response = told(agreement, as_of="2025-03-11", on="2025-03-12")

    assert response.status_code == 400
    assert "on 2025-03-11 nobody knew what happened on 2025-03-12" in response.json()["detail"]


def violation(agreement, standing, *, confirm=True, **fields):
    row = record_violation(
        agreement, by=make_user("ada"), party=make_speaker("Russia"), standing=standing,
        what="A strike", happened_on=date(2025, 3, 19), alleged_by=make_speaker("Ukraine"),
        source=make_source("Where it stands"), **fields,
    )  # fmt: skip
    if confirm:
        confirm_violation(row, by=make_user("ben", role="editor"))
    return row


def test_violations_are_told_apart_and_no_total_is_given(agreement):
    first = violation(agreement, "alleged", count=30)
    violation(agreement, "alleged", count=12)
    violation(agreement, "corroborated", supersedes=first)
    violation(agreement, "refuted", confirm=False)

    public = told(agreement).json()
    desk = Api(make_user("ben")).get(f"agreements/{agreement.public_id}/?view=desk").json()

    assert [(line["standing"], line["count"]) for line in public["violations"]] == [
        ("alleged", 12),
        ("corroborated", None),
    ]
    russia = {"id": make_speaker("Russia").public_id, "name": "Russia"}
    counts = [{"party": russia, "alleged": 1, "corroborated": 1, "refuted": 0}]
    assert public["violation_counts"] == desk["violation_counts"] == counts
    assert [(line["standing"], line["is_confirmed"]) for line in desk["violations"]] == [
        ("alleged", True),
        ("alleged", True),
        ("corroborated", True),
        ("refuted", False),
    ]
