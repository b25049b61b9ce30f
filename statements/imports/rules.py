"""What an import takes for what: labels, speakers that are no persons, kinds of sources. Data.

The tables stand in `fixtures/imports.json` with a version, which is kept beside every code that
they gave. Nothing is guessed: a label that no table knows gives no code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from sources.errors import Invalid
from sources.vocabulary import SourceKind
from statements.vocabulary import SpeakerKind, VerdictCode

MOST_VERSION = 40


@dataclass(frozen=True, slots=True)
class SourceType:
    """What a file calls a kind of source: our kind, and its address where only an id is given."""

    kind: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The tables of one version."""

    version: str
    labels: Mapping[str, Mapping[str, str]]
    last_words: frozenset[str]
    words: frozenset[str]
    domains: tuple[str, ...]
    source_types: Mapping[str, SourceType]

    def code_of(self, publisher: str, label: str) -> str:
        """Returns our code for a label as a publisher printed it; "" where the table has none."""
        return self.labels.get(publisher.casefold(), {}).get(as_compared(label), "")

    def kind_of_speaker(self, name: str) -> str:
        """Returns whether a speaker is a person, by its name alone."""
        folded = name.casefold()
        words = re.findall(r"[\w.-]+", folded)
        is_organisation = (
            bool(words and words[-1] in self.last_words)
            or not self.words.isdisjoint(words)
            or (len(words) == 1 and folded.endswith(self.domains))
        )
        kind = SpeakerKind.ORGANISATION if is_organisation else SpeakerKind.PERSON
        return kind.value


def as_compared(label: str) -> str:
    """Returns a label as the table spells it: "Pants on Fire!", "pants-on-fire" are one."""
    return " ".join(re.findall(r"[\w.]+", label.casefold()))


def rules_file() -> Path:
    """Returns the file that comes with the project."""
    return Path(settings.BASE_DIR) / "fixtures" / "imports.json"


@cache
def own_rules() -> Rules:
    return read_rules(rules_file())


def read_rules(path: Path) -> Rules:
    """Returns the tables of a file; of those it does not hold, the project's own.

    Raises `Invalid` where it cannot be used, naming what is wrong.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if path != rules_file():
            content = json.loads(rules_file().read_text(encoding="utf-8")) | content
        return _rules(content)
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid(f"the tables in {path.name} cannot be read: {error}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise Invalid(f"the tables in {path.name} are not of the form of ours") from error


def _rules(content: dict[str, Any]) -> Rules:
    version = content["version"]
    if not isinstance(version, str) or not 0 < len(version) <= MOST_VERSION:
        raise ValueError(f"give a version of at most {MOST_VERSION} characters")
    for publisher, table in content["labels"].items():
        for label, code in table.items():
            if code not in VerdictCode.values:
                raise ValueError(f"{code} is no verdict ({publisher}: {label})")
    types = {name: SourceType(**given) for name, given in content["source_types"].items()}
    for name, given in types.items():
        if given.kind not in SourceKind.values:
            raise ValueError(f"{given.kind} is no kind of source ({name})")
    organisations = content["organisations"]
    return Rules(
        version=version,
        labels={
            publisher.casefold(): {as_compared(label): code for label, code in table.items()}
            for publisher, table in content["labels"].items()
        },
        last_words=frozenset(organisations["last_words"]),
        words=frozenset(organisations["words"]),
        domains=tuple(organisations["domains"]),
        source_types=types,
    )
