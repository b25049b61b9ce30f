"""Between tests: a test that commits has seals on, and leaves the database as migrations made it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connection, transaction

from sources import seals
from sources.models import Publication, Publisher

ROLES = ["admin", "checker", "contributor", "editor"]


def make_publisher():
    publisher = Publisher(name="A newspaper", kind="newspaper")
    publisher._change_reason = "for a test"
    publisher.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_committing_test_starts_from_a_migrated_database(time):
    assert sorted(Group.objects.values_list("name", flat=True)) == ROLES
    assert list(User.objects.all()) == []
    assert list(Publisher.history.all()) == []
    assert Publication.objects.count() <= 1
    assert seals.missing(connection) == []

    User.objects.create_user("ada")
    Group.objects.all().delete()
    make_publisher()
    assert Publisher.history.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_committing_test_cannot_touch_sealed_rows():
    make_publisher()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Publisher.history.all().delete()
