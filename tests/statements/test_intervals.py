"""Numbers: the bounds that words imply, and how a typed number reads."""

from decimal import Decimal

import pytest

from statements.intervals import Bounds, implied_bounds, number_words, quantity_words

N = Decimal


@pytest.mark.parametrize(
    ("comparator", "value", "bounds"),
    [
        ("exactly", 30, Bounds(N(30), N(30))),
        ("about", 200, Bounds(N(180), N(220))),
        ("at_least", 2, Bounds(N(2), None)),
        ("more_than", 1000, Bounds(N(1000), None, includes_lower=False)),
        ("at_most", 5, Bounds(None, N(5))),
        ("less_than", 5, Bounds(None, N(5), includes_upper=False)),
    ],
)
def test_bounds_of_a_number_as_said(comparator, value, bounds):
    assert implied_bounds(comparator, N(value), tolerance_percent=N(10)) == bounds


def test_a_wide_tolerance_does_not_reach_below_zero():
    assert implied_bounds("about", N(5), tolerance_percent=N(150)) == Bounds(N(0), N("12.5"))


def test_between_has_the_bounds_that_were_said():
    assert implied_bounds("between", None, lower=N(20), upper=N(30)) == Bounds(N(20), N(30))


@pytest.mark.parametrize(
    ("comparator", "value", "lower", "upper", "words"),
    [
        ("exactly", None, None, None, "give the number that was said"),
        ("between", None, N(3), None, '"between" needs a lower and an upper number'),
        ("between", None, N(3), N(2), "the lower number is above the upper one"),
        ("roughly", N(3), None, None, "roughly is no comparator"),
    ],
)
def test_a_number_that_is_not_whole_is_refused(comparator, value, lower, upper, words):
    with pytest.raises(ValueError, match=f"^{words}$"):
        implied_bounds(comparator, value, lower=lower, upper=upper)


@pytest.mark.parametrize(
    ("number", "words"),
    [("1000", "1,000"), ("1000.0000", "1,000"), ("2.50", "2.5"), ("0", "0"), ("100", "100")],
)
def test_numbers_read_as_people_write_them(number, words):
    assert number_words(N(number)) == words


def test_a_typed_number_reads_as_a_phrase():
    assert quantity_words("more_than", N(1000), None, None, "drones") == "more than 1,000 drones"
    assert quantity_words("exactly", N(30), None, None, "countries") == "30 countries"
    assert quantity_words("between", None, N(20), N(30), "days") == "between 20 and 30 days"
