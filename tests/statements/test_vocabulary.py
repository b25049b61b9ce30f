"""Vocabulary: every code has its facts, and no code reads like true, false, yes or no."""

import inspect

from django.db.models import TextChoices

from sources import vocabulary as sources_vocabulary
from statements import vocabulary
from statements.vocabulary import (
    AXIS_VALUES,
    CORRECTIONS,
    RATINGS,
    Axis,
    CorrectionKind,
    State,
    VerdictCode,
)

MANGLED = {"true", "false", "yes", "no", "on", "off", "null", "none_", "nan"}


def every_enum():
    for module in (vocabulary, sources_vocabulary):
        for _, enum in inspect.getmembers(module, inspect.isclass):
            if issubclass(enum, TextChoices) and enum is not TextChoices:
                yield enum


def test_every_verdict_has_a_rating_and_every_icon_is_another():
    assert set(RATINGS) == set(VerdictCode)
    assert len({rating.icon for rating in RATINGS.values()}) == len(VerdictCode)
    assert {code: rating.number for code, rating in RATINGS.items()} == {
        "accurate": 5,
        "mostly_accurate": 4,
        "mixed": 3,
        "mostly_inaccurate": 2,
        "inaccurate": 1,
        "unproven": None,
    }


def test_every_kind_of_correction_says_what_it_means():
    assert set(CORRECTIONS) == set(CorrectionKind)
    assert [kind for kind, rule in CORRECTIONS.items() if not rule.has_banner] == ["typo"]


def test_every_axis_has_its_own_values():
    assert set(AXIS_VALUES) == set(Axis)
    values = [code for axis in AXIS_VALUES.values() for code in axis.values]
    assert len(values) == len(set(values))


def test_codes_are_lower_snake_case_and_survive_a_spreadsheet():
    for enum in every_enum():
        for code in enum.values:
            assert code == code.lower()
            assert code.replace("_", "").isalpha()
            assert code not in MANGLED


def test_states_are_these_for_ever():
    assert State.values == [
        "new",
        "researching",
        "in_review",
        "published",
        "reopened",
        "declined",
        "retracted",
        "taken_down",
    ]
