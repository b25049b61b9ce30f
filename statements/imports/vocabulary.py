"""Measures, topics and places from `fixtures/vocabulary.json`: data, so that no code knows one war.

Each row is found by its natural key (a measure's code, a topic's slug, a place's code or, where it
has none, its name). A row that is there stays as it is: what an editor changed is never undone.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from sources.models import Measure, Place
from sources.operations import raise_publication_number
from statements.models import Topic


def vocabulary_file() -> Path:
    """Returns the file that comes with the project."""
    return Path(settings.BASE_DIR) / "fixtures" / "vocabulary.json"


@transaction.atomic
def load_vocabulary(path: Path | None = None) -> dict[str, int]:
    """Adds what is missing and returns how many rows of each kind were new.

    Done twice it changes nothing. Raises `ValidationError` for a row that the models refuse, and
    nothing is added then.
    """
    content = json.loads((path or vocabulary_file()).read_text(encoding="utf-8"))
    added = {
        "measures": sum(_add_measure(row) for row in content["measures"]),
        "topics": sum(_add_topic(row) for row in content["topics"]),
        "places": sum(_add_place(row) for row in content["places"]),
    }
    if any(added.values()):
        raise_publication_number()
    return added


def _add_measure(row: dict[str, Any]) -> bool:
    if Measure.objects.filter(code=row["code"]).exists():
        return False
    measure = Measure(**{**row, "tolerance_percent": Decimal(row["tolerance_percent"])})
    measure.full_clean()
    measure.save()
    return True


def _add_topic(row: dict[str, Any]) -> bool:
    if Topic.objects.filter(slug=row["slug"]).exists():
        return False
    parent = Topic.objects.get(slug=row["parent"]) if "parent" in row else None
    topic = Topic(**{**row, "parent": parent})
    topic.full_clean()
    topic.save()
    return True


def find_place(key: str) -> Place | None:
    """Returns the place of a code, or of a name where no code is known."""
    by_code = Place.objects.filter(code=key).exclude(code="").first()
    return by_code or Place.objects.filter(code="", name=key).first()


def _add_place(row: dict[str, Any]) -> bool:
    if find_place(row["code"] or row["name"]):
        return False
    part_of = find_place(row["part_of"]) if "part_of" in row else None
    place = Place(**{**row, "part_of": part_of})
    place.full_clean()
    place.save()
    return True
