"""The demo: a script of steps in `fixtures/demo.json`, carried out through the operations.

Nothing is written past a guard, so the history that the demo leaves is a real one: every claim was
taken, cited, drafted, submitted and published by the people who may do that.

The file is one JSON object:

    {
      "site":   { fields of the site's row; it is always marked as sample data },
      "pages":  { kind of a page about the site: its text },
      "people": [ { "username", "first_name", "last_name", "role" }, … ],
      "steps":  [ step, … ]
    }

A step is what one person does once. Its keys:

    "by"  who does it: a username of "people"
    "do"  an operation of `OPERATIONS` below, or an action of the workflow ("take", "publish")
    "on"  what it is done to, for operations that change something that is there
    "as"  the name under which later steps speak of the result; for a speaker, source, statement,
          claim or agreement it is kept for good, as the external reference "demo:<name>"

All other keys are the operation's own arguments. A text that starts with "@" stands for a row:
"@starmer" is what an earlier step called `starmer`; "@measure:drones_launched", "@topic:ceasefire"
and "@place:UA" are found by their natural keys in the vocabulary. Days are written 2025-03-27.

Done again, the script changes nothing: a row that was there before the run keeps whatever people
did with it, and every step that belongs to it is passed over. A script that has grown adds what is
new. The whole of it is one transaction, recorded as one `ImportRun`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Model

from sources import operations as sources
from sources.errors import Refused
from sources.models import Measure, Place, Publisher, Series, Snapshot, Source
from sources.people import Role, may_administer
from statements import operations, workflow
from statements.imports.vocabulary import find_place, load_vocabulary
from statements.models import (
    Agreement,
    AgreementEvent,
    AgreementViolation,
    Claim,
    ClaimRelation,
    ImportRun,
    Occasion,
    PolicyPage,
    Recheck,
    Site,
    Speaker,
    Statement,
    Topic,
)

PREFIX = "demo:"
KIND = "demo"


def _close_suggestion(
    claim: Claim, *, by: User, other: Claim, resolution: str, note: str
) -> ClaimRelation:
    """Closes the contradiction that the site suggested itself."""
    suggested = ClaimRelation.objects.suggested().between(claim, other).get()
    return operations.resolve_relation(suggested, by=by, resolution=resolution, note=note)


def _answer_recheck(claim: Claim, *, by: User, cause: str, outcome: str, note: str) -> Recheck:
    """Answers the oldest call of this cause to look again at a claim."""
    entry = claim.rechecks.waiting().filter(cause=cause).first()
    if entry is None:
        raise KeyError(f"nothing calls for another look: {cause}")
    return operations.close_recheck(entry, by=by, outcome=outcome, note=note)


def _look_again_when_due(claim: Claim, *, by: User) -> None:
    """Does what the site does each night."""
    operations.open_due_rechecks()


def _record_counts(series: Series, *, by: User, counts: dict[str, int], source: Source) -> None:
    """Records counts by the day that names them, each as reported on that day.

    The hour is not known: noon stands for it.
    """
    days = {date.fromisoformat(day): Decimal(count) for day, count in counts.items()}
    told = [
        sources.Told(day, count, reported_at=datetime.combine(day, time(12), UTC))
        for day, count in days.items()
    ]
    sources.record_observations(series, told, by=by, source=source)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add_publisher": sources.save_publisher,
    "add_source": sources.find_or_create_source,
    "add_series": sources.save_series,
    "record_counts": _record_counts,
    "confirm_series": sources.confirm_series,
    "add_snapshot_text": sources.add_snapshot_text,
    "add_speaker": operations.save_speaker,
    "add_speaker_role": operations.add_speaker_role,
    "add_occasion": operations.add_occasion,
    "add_agreement": operations.save_agreement,
    "record_statement": operations.record_statement,
    "update_statement": operations.update_statement,
    "link_appearance": operations.link_appearance,
    "propose_statement_correction": operations.propose_statement_correction,
    "confirm_statement_correction": operations.confirm_statement_correction,
    "record_agreement_event": operations.record_agreement_event,
    "confirm_agreement_event": operations.confirm_agreement_event,
    "record_violation": operations.record_violation,
    "confirm_violation": operations.confirm_violation,
    "add_claim": operations.add_claim,
    "update_claim": operations.update_claim,
    "tag_claim": operations.tag_claim,
    "schedule_review": operations.schedule_review,
    "set_quantity": operations.set_quantity,
    "set_status": operations.set_status,
    "set_commitment": operations.set_commitment,
    "attach_occurrence": operations.attach_occurrence,
    "detach_occurrence": operations.detach_occurrence,
    "confirm_late": operations.confirm_late,
    "relate_claims": operations.relate_claims,
    "resolve_relation": operations.resolve_relation,
    "close_suggestion": _close_suggestion,
    "answer_recheck": _answer_recheck,
    "look_again_when_due": _look_again_when_due,
    "attach_evidence": operations.attach_evidence,
    "update_evidence": operations.update_evidence,
    "remove_evidence": operations.remove_evidence,
    "record_reply": operations.record_reply,
    "save_draft": operations.save_draft,
}
# Rows that keep the name a step gives them.
NAMED: dict[str, type[Model]] = {
    "add_source": Source,
    "add_speaker": Speaker,
    "add_agreement": Agreement,
    "record_statement": Statement,
    "add_claim": Claim,
}
DAYS = (
    "announced_on",
    "as_of",
    "asked_on",
    "due_on",
    "effective_from",
    "ended_on",
    "expires_on",
    "happened_on",
    "on_day",
    "proposed_on",
    "published_on",
    "valid_from",
    "valid_to",
)


class BadScript(Exception):
    """The script cannot be carried out; nothing was changed. Says which step and why."""


@dataclass(slots=True)
class Outcome:
    """What a run did: steps carried out and passed over, and rows added, by kind."""

    done: int = 0
    passed_over: int = 0
    added: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return bool(self.done or self.added)

    def count(self, kind: str, number: int = 1) -> None:
        if number:
            self.added[kind] = self.added.get(kind, 0) + number


def demo_file() -> Path:
    """Returns the script that comes with the project."""
    return Path(settings.BASE_DIR) / "fixtures" / "demo.json"


@transaction.atomic
def run_demo(
    path: Path | None = None,
    *,
    password: str,
    tell: Callable[[int, int], None] = lambda step, of: None,
) -> Outcome:
    """Carries the script out, wholly or not at all; `tell` hears of each step and their number.

    People who are new get the `password`; those who are there keep theirs. Raises `BadScript`.
    """
    path = path or demo_file()
    raw = path.read_bytes()
    script = json.loads(raw)
    outcome = Outcome()
    for kind, number in load_vocabulary().items():
        outcome.count(kind, number)
    people = _people(script["people"], password, outcome)
    _name_site(script["site"], outcome)
    _write_pages(script.get("pages", {}), people, outcome)
    run = Run(people, outcome)
    steps = script["steps"]
    for number, step in enumerate(steps, start=1):
        try:
            run.carry_out(step)
        except Refused as refused:
            gaps = ", ".join(gap.field for gap in refused.gaps if gap.field)
            raise BadScript(f"step {number}, {_words(step)}: {refused} [{gaps}]") from refused
        except (KeyError, ValueError, TypeError) as error:
            raise BadScript(f"step {number}, {_words(step)}: {error}") from error
        tell(number, len(steps))
    if outcome.changed:
        ImportRun.objects.create(
            kind=KIND,
            origin="comes with claimtracker",
            file_name=path.name,
            sha256=hashlib.sha256(raw).hexdigest(),
            counts={**outcome.added, "steps": outcome.done, "passed over": outcome.passed_over},
        )
    return outcome


def _words(step: dict[str, Any]) -> str:
    on = step.get("on") or step.get("as") or ""
    return f"{step.get('by', 'nobody')}: {step.get('do', 'nothing')} {on}".strip()


def _people(rows: list[dict[str, str]], password: str, outcome: Outcome) -> dict[str, User]:
    """Returns the users by name; one who is missing is made, with a password and the role."""
    people = {}
    for row in rows:
        role = Role(row["role"])
        user = User.objects.filter(username=row["username"]).first()
        if user is None:
            # The administrator keeps users with Django's own permissions; that is no editorial
            # power, since every rule asks for a role (DOMAIN §4).
            user = User.objects.create_user(
                username=row["username"],
                password=password,
                first_name=row["first_name"],
                last_name=row["last_name"],
                email=f"{row['username']}@example.org",
                is_staff=True,
                is_superuser=role == Role.ADMIN,
            )
            user.groups.add(Group.objects.get(name=role))
            outcome.count("people")
        people[user.username] = user
    return people


def _name_site(values: dict[str, str], outcome: Outcome) -> None:
    site = Site.load()
    if site.is_sample:
        return
    for name, value in values.items():
        setattr(site, name, value)
    site.is_sample = True
    site.full_clean()
    site.save()
    outcome.count("site")


def _write_pages(texts: dict[str, str], people: dict[str, User], outcome: Outcome) -> None:
    """Writes the pages about the site that have never had a text."""
    for page in PolicyPage.objects.filter(kind__in=texts, version=1, text=""):
        admin = next(user for user in people.values() if may_administer(user))
        operations.save_policy_page(page, by=admin, title=page.title, text=texts[page.kind])
        outcome.count("pages")


class Run:
    """One run of the script: the rows its names stand for, and whose steps are passed over."""

    def __init__(self, people: dict[str, User], outcome: Outcome) -> None:
        self.people = people
        self.outcome = outcome
        self.rows: dict[str, tuple[type[Model], Any]] = {}
        self.root: dict[str, str] = {}  # a name, and the name of what it is a part of
        self.present: set[str] = set()  # roots that were there before the run

    def carry_out(self, step: dict[str, Any]) -> None:
        """Does one step, or passes it over."""
        told = dict(step)
        do, by = told.pop("do"), self.people[told.pop("by")]
        on, name = told.pop("on", ""), told.pop("as", "")
        if do not in OPERATIONS and do not in workflow.CODES:
            raise KeyError(f"there is no operation {do}")
        if name in self.root:
            raise KeyError(f"the name {name} is taken")
        root = self.root_of(on) if on else name
        if name:
            self.root[name] = root
        if not on and (known := _known(do, name, told)):
            self.present.add(root)
            self.keep(name, known)
        if root in self.present:
            self.outcome.passed_over += 1
            if name and on and (part := self.known_part(do, on, told)):
                self.keep(name, part)
            return
        made = self.perform(do, by, on, name, told)
        self.outcome.done += 1
        if name:
            self.keep(name, made)

    def perform(self, do: str, by: User, on: str, name: str, told: dict[str, Any]) -> Model | None:
        values = {key: self.resolve(value, key) for key, value in told.items()}
        subject = [self.row(on)] if on else []
        if do in workflow.CODES:
            # An action is told of another claim by its public id.
            data = values.pop("data", {})
            values["data"] = {key: getattr(part, "public_id", part) for key, part in data.items()}
            return operations.perform(self.row(on), do, by=by, **values)
        if do in NAMED and name:
            values["external_ref"] = f"{PREFIX}{name}"
        if "on_day" in values:  # `schedule_review(on=…)`: "on" is taken by the step
            values["on"] = values.pop("on_day")
        made = OPERATIONS[do](*subject, by=by, **values)
        if isinstance(made, tuple):
            made = made[0]
        if not on and isinstance(made, Model):
            self.outcome.count(str(made._meta.verbose_name_plural))
        return made if isinstance(made, Model) else None

    def keep(self, name: str, row: Model | None) -> None:
        if name and row is not None:
            self.rows[name] = (type(row), row.pk)

    def root_of(self, reference: str) -> str:
        name = reference.removeprefix("@")
        if name not in self.root:
            raise KeyError(f"no earlier step made {reference}")
        return self.root[name]

    def row(self, reference: str) -> Any:
        """Returns the row as it stands now."""
        kind, _, key = reference.removeprefix("@").partition(":")
        if key:
            found = VOCABULARY[kind](key)
            if found is None:
                raise KeyError(f"the vocabulary has no {kind} {key}")
            return found
        if kind not in self.rows:
            raise KeyError(f"no earlier step made {reference}, or it is gone since")
        model, pk = self.rows[kind]
        return model._default_manager.get(pk=pk)

    def resolve(self, value: Any, key: str = "") -> Any:
        """Returns an argument with its references and days made into rows and dates."""
        if isinstance(value, dict):
            return {name: self.resolve(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [self.resolve(part) for part in value]
        if isinstance(value, str) and value.startswith("@"):
            return self.row(value)
        if isinstance(value, str) and key in DAYS:
            return date.fromisoformat(value)
        return value

    def known_part(self, do: str, on: str, told: dict[str, Any]) -> Model | None:
        """Finds again what an earlier run made a part of a row, where that can be told."""
        if do == "record_agreement_event":
            values = {key: self.resolve(value, key) for key, value in told.items()}
            values.pop("supersedes", None)
            values.pop("dates_again", None)
            return AgreementEvent.objects.filter(agreement=self.row(on), **values).first()
        if do == "record_violation":
            values = {key: self.resolve(value, key) for key, value in told.items()}
            return AgreementViolation.objects.filter(agreement=self.row(on), **values).first()
        if do == "add_snapshot_text":
            source = self.row(on)
            text_sha256 = hashlib.sha256(told["text"].encode()).hexdigest()
            return Snapshot.objects.filter(source=source, text_sha256=text_sha256).first()
        return None


def _known(do: str, name: str, told: dict[str, Any]) -> Model | None:
    """Finds the row that a step would add, when it is there already."""
    if do == "add_publisher":
        return Publisher.objects.filter(name=told["name"]).first()
    if do == "add_series":
        return Series.objects.filter(name=told["name"]).first()
    if do == "add_occasion":
        return Occasion.objects.filter(
            title=told["title"], held_edtf=told.get("held_edtf", "")
        ).first()
    if do in NAMED:
        rows = NAMED[do]._default_manager.filter(external_ref=f"{PREFIX}{name}")
        if found := rows.first():
            return found
    if do == "add_source" and told.get("url"):
        return sources.find_source(told["url"])
    return None


def _measure(code: str) -> Measure | None:
    return Measure.objects.filter(code=code).first()


def _topic(slug: str) -> Topic | None:
    return Topic.objects.filter(slug=slug).first()


VOCABULARY: dict[str, Callable[[str], Measure | Topic | Place | None]] = {
    "measure": _measure,
    "topic": _topic,
    "place": find_place,
}


def sample_people(path: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yields user name and role of the people in the script, in its order."""
    script = json.loads((path or demo_file()).read_bytes())
    for row in script["people"]:
        yield row["username"], str(Role(row["role"]).label)
