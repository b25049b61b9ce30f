"""What a synthetic corpus speaks of beside its five files: made where it is first named.

People who act in it, publishers, topics, measures and agreements; each is looked up once.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils.text import slugify

from sources.models import Measure, Publisher
from sources.operations import save_row, store
from sources.people import Role
from statements.imports.corpus_rows import PREFIX
from statements.imports.lines import BadFile
from statements.models import Agreement, Topic
from statements.vocabulary import AgreementKind

SYNTHETIC = "This is synthetic."


class Background:
    """Finds or makes what rows name; `counts` is told of what is new."""

    def __init__(self, bulk: Any, counts: Counter[str]) -> None:
        self.bulk = bulk
        self.counts = counts
        self.publishers: dict[str, Publisher] = {}
        self.topics: dict[str, Topic] = {}
        self.measures: dict[str, Measure] = {}
        self.agreements: dict[str, Agreement] = {}

    def person(self, name: str) -> User:
        """Returns somebody who acts in the corpus, and who can never log in."""
        user = User.objects.filter(username=name).first()
        if user is None:
            user = User(username=name, first_name="Synthetic", last_name="person", is_active=False)
            user.set_unusable_password()
            user.save()
            user.groups.add(Group.objects.get(name=Role.EDITOR))
        if user.is_active or user.has_usable_password():
            raise BadFile(f"there is somebody called {name} here who is no part of a corpus")
        user.is_active = True  # while the corpus is loaded, and nowhere but here
        return user

    def publisher(self, name: str) -> Publisher:
        if name not in self.publishers:
            known = Publisher.objects.filter(name=name).order_by("id").first()
            if known is None:
                known = self.bulk.save_publisher(name=name)
                self.counts["publishers"] += 1
                self.bulk.flush()
            self.publishers[name] = known
        return self.publishers[name]

    def topic(self, slug: str) -> Topic:
        if slug not in self.topics:
            known = Topic.objects.filter(slug=slug).first()
            if known is None:
                known = Topic(slug=slug, name=slug.replace("-", " ").capitalize())
                store(known)
                self.counts["topics"] += 1
            self.topics[slug] = known
        return self.topics[slug]

    def measure(self, unit: str) -> Measure:
        code = f"{PREFIX}_{slugify(unit).replace('-', '_')}"[:60]
        if code not in self.measures:
            known = Measure.objects.filter(code=code).first()
            if known is None:
                known = Measure(
                    code=code,
                    name=f"{unit} (synthetic)",
                    unit=unit,
                    counting_rule=SYNTHETIC,
                    comparability_group=code,
                )
                store(known)
                self.counts["measures"] += 1
            self.measures[code] = known
        return self.measures[code]

    def agreement(self, topic: str) -> Agreement:
        ref = f"{PREFIX}:agreement:{topic}"
        if ref not in self.agreements:
            known = Agreement.objects.filter(external_ref=ref).first()
            if known is None:
                known = Agreement(
                    external_ref=ref,
                    name=f"Agreement on {topic.replace('-', ' ') or 'nothing'}",
                    kind=AgreementKind.PRELIMINARY_CEASEFIRE.value,
                )
                save_row(known, by=None, reason="added")
                self.counts["agreements"] += 1
            self.agreements[ref] = known
        return self.agreements[ref]
