"""Independence: reports of one work are one voice, and so are outlets of one owner."""

from hypothesis import given
from hypothesis import strategies as st

from statements.independence import independent_roots, root_of


def test_ten_articles_on_one_report_are_one_root():
    origins = {0: None, **dict.fromkeys(range(1, 11), 0)}

    assert independent_roots(range(1, 11), origins, {}) == {"source:0"}


def test_a_report_of_a_report_leads_to_the_end():
    assert root_of(3, {3: 2, 2: 1, 1: None}) == 1


def test_outlets_of_one_owner_are_one_root():
    assert independent_roots([1, 2, 3], {}, {1: "one house", 2: "one house", 3: "other"}) == {
        "one house",
        "other",
    }


def test_without_a_known_owner_each_work_speaks_for_itself():
    assert independent_roots([1, 2], {}, {1: "", 2: ""}) == {"source:1", "source:2"}


@given(st.dictionaries(st.integers(0, 8), st.one_of(st.none(), st.integers(0, 8))))
def test_any_chain_ends_even_a_circle(origins):
    for source in origins:
        assert root_of(source, origins) == root_of(root_of(source, origins), origins)
