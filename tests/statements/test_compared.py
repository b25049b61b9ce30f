"""The comparison in a finding: sealed with it, and left as it was when counts are revised later."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from sources.models import Source
from sources.operations import Told, record_observations
from statements import sealing
from statements.operations import attach_evidence, perform, set_quantity, verdicts
from statements.operations.compared import comparison_part
from tests.factories import (
    LAUNCHED,
    make_claim,
    make_measure,
    make_place,
    make_publisher,
    make_ready,
    make_series,
    make_source,
    make_user,
)
from tests.statements.test_comparing import FIRST

pytestmark = pytest.mark.django_db

READING = {
    "comparator": "exactly", "value": Decimal(1297), "period_edtf": "2025-03-19/2025-03-27",
    "period_counts": "nights", "period_time_zone": "Europe/Kyiv",
}  # fmt: skip


def make_number_claim():
    ada = make_user("ada")
    claim = make_claim(kind="quantity")
    set_quantity(
        claim, by=ada, measure=make_measure(), comparator="more_than", value=Decimal(1000),
        period_edtf="2025-03-18/2025-03-27", period_time_zone="Europe/Kyiv", place=make_place(),
    )  # fmt: skip
    perform(claim, "take", by=ada)
    make_ready(claim, by=ada)
    return claim


def publish(claim):
    perform(claim, "submit", by=make_user("ada"))
    perform(claim, "publish", by=make_user("ben", role="editor"))
    return claim.live_verdict


def answers(part):
    return [
        (found["against"]["name"], found["outcome"], found["robustness"]) for found in part["series"]
    ]  # fmt: skip


def test_a_finding_keeps_what_its_number_was_held_against():
    claim = make_number_claim()
    source = make_source("Nightly reports", publisher=make_publisher("Ukrainian Air Force"))
    attach_evidence(
        claim, by=make_user("ada"), source=source, stance="supports", waiver="Sample.",
        reading={**READING, "measure": make_measure(), "place": make_place()},
    )  # fmt: skip
    make_series(source=source)

    sealed = publish(claim).sealed

    assert sealed["format"] == 2
    (series,) = sealed["comparison"]["series"]
    assert (series["outcome"], series["robustness"]) == ("compatible", "robust")
    assert [(run["number"], run["coverage"]) for run in series["runs"]] == [
        ("1297", "9 of 9 nights"),
        ("1434", "10 of 10 nights"),
    ]
    assert [count["value"] for count in series["counts"]] == [str(value) for value in LAUNCHED]
    assert {count["source"] for count in series["counts"]} == {"Nightly reports"}
    (reading,) = sealed["comparison"]["readings"]
    assert (reading["evidence"], reading["outcome"]) == (2, "compatible")
    assert sealed["evidence"][2]["reading"]["value"] == "1297"


def test_a_count_revised_after_publication_leaves_the_finding_as_it_was():
    claim = make_number_claim()
    series = make_series(source=claim.evidence.first().source)
    before = publish(claim).content

    record_observations(
        series, [Told(FIRST.replace(day=21), Decimal(1))], by=make_user("ada"),
        reported_at=datetime(2025, 4, 2, tzinfo=UTC),
    )  # fmt: skip

    claim.refresh_from_db()
    assert claim.live_verdict.content == before


def test_counts_of_sources_that_nobody_published_stay_out():
    claim = make_number_claim()
    make_series(name="SECRET series", source=make_source("SECRET work"))
    make_series(name="No source")

    verdict = publish(claim)

    assert verdict.sealed["comparison"] == {"series": [], "readings": []}
    assert "SECRET" not in verdict.content


def test_counts_of_sources_that_other_findings_cite_take_part():
    make_series(source=make_claim("published").evidence.first().source)
    claim = make_number_claim()
    claim.evidence.all().delete()
    for number in (8, 9):
        source = make_source(f"Other {number}", publisher=make_publisher(f"Other {number}"))
        attach_evidence(
            claim, by=make_user("ada"), source=source, stance="supports", waiver="Not kept."
        )

    assert answers(publish(claim).sealed["comparison"]) == [
        ("Nightly reports", "compatible", "robust")
    ]


def test_a_claim_without_a_number_has_no_comparison():
    assert make_claim("published").live_verdict.sealed["comparison"] is None


def test_everybody_can_read_the_comparison_as_json():
    claim = make_number_claim()
    make_series(source=claim.evidence.first().source)
    publish(claim)

    answer = Client().get(f"/api/v1/claims/{claim.public_id}/").json()

    assert answer["comparison"]["series"][0]["words"][0].startswith("1,297 drones in 9 of 9 nights")


def test_findings_sealed_before_there_were_comparisons_go_on_being_read(monkeypatch):
    compose = sealing.compose

    def compose_as_before(claim, **parts):
        document = compose(claim, **parts)
        del document["comparison"]
        return document | {"format": 1}

    claim = make_number_claim()
    with monkeypatch.context() as before:
        before.setattr(sealing, "compose", compose_as_before)
        publish(claim)

    page = Client().get(claim.get_absolute_url())
    answer = Client().get(f"/api/v1/claims/{claim.public_id}/")

    assert claim.live_verdict.sealed["format"] == 1
    assert (page.status_code, answer.status_code) == (200, 200)
    assert answer.json()["comparison"] is None
    ada, ben = make_user("ada"), make_user("ben", role="editor")
    perform(claim, "reopen", by=ada, note="Looking again.")
    perform(claim, "reaffirm", by=ben, data={"as_of": "2025-04-01"})
    assert claim.live_verdict.sealed["format"] == 1


def test_a_finding_taken_over_from_an_archive_has_no_comparison_of_ours():
    claim = make_number_claim()
    make_series(source=claim.evidence.first().source)

    verdict = verdicts.seal(
        claim, kind="initial", finding=sealing.finding_part(claim.draft), author=None,
        last_editor=None, reviewer=None, at=datetime(2025, 4, 1, tzinfo=UTC), origin="imported",
        keep=lambda *rows: None,
    )  # fmt: skip

    assert verdict.sealed["comparison"] is None


def test_counts_of_a_copy_of_the_cited_work_take_part():
    claim = make_number_claim()
    cited = make_source("Nightly reports")
    twin = make_source("The same reports", url="https://example.org/twin")
    make_series(source=twin)
    attach_evidence(claim, by=make_user("ada"), source=cited, stance="supports")
    before = comparison_part(claim)
    Source.objects.filter(pk=twin.pk).update(merged_into=cited)

    assert answers(before) == []
    assert answers(comparison_part(claim)) == [("Nightly reports", "compatible", "robust")]
