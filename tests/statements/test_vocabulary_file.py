"""Measures, topics and places that come with the project: data, loaded once by natural key."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError

from sources.models import Measure, Place, Publication
from statements.imports.vocabulary import find_place, load_vocabulary, vocabulary_file
from statements.models import Topic

pytestmark = pytest.mark.django_db

SHIPPED = [  # DOMAIN §2.1
    "attack_events",
    "ceasefire_violations",
    "countries_taking_part",
    "days_elapsed",
    "decoys_launched",
    "drones_hit",
    "drones_intercepted",
    "drones_launched",
    "drones_launched_all_types",
    "drones_lost",
    "energy_sites_hit",
    "guided_bombs_dropped",
    "missiles_launched",
    "persons_injured",
    "persons_killed",
    "persons_taking_part",
]


def test_every_measure_of_the_domain_is_shipped_with_a_counting_rule():
    load_vocabulary()

    assert sorted(Measure.objects.values_list("code", flat=True)) == SHIPPED
    assert not Measure.objects.filter(counting_rule="").exists()


def test_what_must_not_be_compared_has_a_group_of_its_own():
    load_vocabulary()

    groups = Measure.objects.values_list("comparability_group", flat=True)
    assert len(set(groups)) == len(SHIPPED)


def test_second_load_adds_nothing_and_keeps_what_was_changed():
    first = load_vocabulary()
    Topic.objects.filter(slug="ceasefire").update(name="Truce")
    number = Publication.objects.current()

    second = load_vocabulary()

    assert first == {"measures": 16, "topics": 8, "places": 14}
    assert second == {"measures": 0, "topics": 0, "places": 0}
    assert Topic.objects.get(slug="ceasefire").name == "Truce"
    assert Publication.objects.current() == number


def test_place_without_a_code_is_found_by_its_name():
    load_vocabulary()

    assert find_place("Northwood Headquarters").part_of == find_place("GB")
    assert find_place("nowhere") is None


def test_row_that_the_model_refuses_leaves_nothing(tmp_path):
    content = json.loads(vocabulary_file().read_text())
    content["places"].append({"code": "ZZ", "name": ""})
    path = tmp_path / "vocabulary.json"
    path.write_text(json.dumps(content))

    with pytest.raises(ValidationError):
        load_vocabulary(path)

    assert (Measure.objects.count(), Place.objects.count()) == (0, 0)
