"""What a process keeps while the publication number stands."""

import pytest

from sources.editions import Kept, KeptEach
from sources.models import Publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return []


def test_what_is_kept_for_a_key_is_read_once_a_number(asked):
    kept = KeptEach(lambda key: asked.append(key) or key.upper(), most=5)

    assert [kept("one"), kept("two"), kept("one")] == ["ONE", "TWO", "ONE"]
    assert asked == ["one", "two"]
    Publication.objects.rise()
    assert kept("one") == "ONE"
    assert asked == ["one", "two", "one"]


def test_of_too_many_keys_the_one_asked_for_longest_ago_is_forgotten(asked):
    kept = KeptEach(lambda key: asked.append(key) or key, most=2)
    for key in ("one", "two", "one", "three", "one", "two"):
        kept(key)

    assert asked == ["one", "two", "three", "two"]


def test_what_fails_is_not_kept(asked):
    def read(key):
        asked.append(key)
        if len(asked) == 1:
            raise OSError("the disk is gone")
        return key

    kept = KeptEach(read, most=2)
    with pytest.raises(OSError, match="disk"):
        kept("one")

    assert kept("one") == "one"


def test_one_thing_is_read_once_a_number_and_can_be_forgotten(asked):
    kept = Kept(lambda: asked.append(1) or len(asked))

    assert [kept(), kept()] == [1, 1]
    KeptEach.forget()
    assert kept() == 2
    Publication.objects.rise()
    assert kept() == 3
