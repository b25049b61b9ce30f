"""Independence: reports of one work are one voice, and so are outlets of one owner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.models import Source
from statements.guards import lineage_of, root_count
from statements.independence import independent_roots, root_of
from tests.factories import make_publisher, make_source


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


@pytest.mark.django_db
def test_what_sources_report_on_is_only_looked_for_where_they_do(django_assert_num_queries):
    post = make_source("A post", publisher=make_publisher("Air force", owner_group="State"))
    told = make_source("A report of the post", origin=post)
    again = make_source("A report of the report", origin=told)
    other = make_source("Another", publisher=make_publisher("Agency"))

    with django_assert_num_queries(0):
        assert root_count([post, told, other]) == 2
    # Up the line: three levels, and whose the farther ones are.
    fresh = [Source.objects.select_related("publisher").get(pk=row.pk) for row in (again, other)]
    with django_assert_num_queries(3):
        lineage = lineage_of(fresh)
    assert lineage.origins == {again.pk: told.pk, told.pk: post.pk, post.pk: None, other.pk: None}
    assert lineage.owners[post.pk] == post.publisher.group_key
    assert root_count(fresh, lineage) == 2
